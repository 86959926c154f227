from checker.chapters.web_clients.shared import delays_of, kept_open, observe_with_session, paths_of
from checker.engine.values import short_repr
from checker.exercise import Exercise
from checker.judge.compare import difference, same
from checker.judge.unmet import Returned
from checker.lab.network.web import Page
from checker.lab.scenes import web_clients as scenes

bulk_fetch = Exercise(
    "bulk_fetch",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "An `async for` in brackets looks parallel. When does the generator ask for its second "
        "page?",
        "Which part of the work belongs to one path alone: the request, its limit, its errors?",
        "If the coroutine for one path catches its own errors, what is left for `gather`, or a "
        "group, to stop for?",
    ],
)


def _observe_bulk(answer, inputs):
    seconds = inputs.randint(4, 5)
    slow = Page(0.5, slow=60, size=5000)
    others = {"_1": slow, "_3": Page(1, plan=("drop",)), "_4": Page(0.5, status=503)}
    pages = scenes.drawn_pages(inputs, 7, short=True, **others)
    names = list(pages)
    bad = [f"/{names[number]}" for number in (1, 3, 4)]
    good = {f"/{n}": p.body(n) for n, p in pages.items() if f"/{n}" not in bad}
    return observe_with_session(answer, pages, paths_of(pages), seconds), good, bad, seconds


@bulk_fetch.rule("It returns the good pages, path → text, and a list of the other paths in order.")
def bulk_right(answer, inputs):
    run, good, bad, _ = _observe_bulk(answer, inputs)
    seen = run.part(0).value
    two = isinstance(seen, (tuple, list)) and len(seen) == 2
    run.check(two, "a dict and a list", f"it returned {short_repr(seen, 60)}")
    for got, wanted in zip(seen, (good, bad), strict=True):
        if not same(got, wanted):
            expected, shown = difference(wanted, got)
            raise Returned(run, expected, shown, value=(good, bad), result=seen)
    kept_open(run)


@bulk_fetch.rule("All requests are under way at once.")
def bulk_at_once(answer, inputs):
    pages = scenes.drawn_pages(inputs, 5, short=True)
    run = observe_with_session(answer, pages, paths_of(pages), 5)
    run.took(max(delays_of(pages)))


@bulk_fetch.rule("A page that is not whole after `seconds` counts as bad at that moment.")
def bulk_late(answer, inputs):
    run, _, _, seconds = _observe_bulk(answer, inputs)
    run.took(seconds)
    run.left_nothing_behind()
