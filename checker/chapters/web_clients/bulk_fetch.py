from checker.chapters.web_clients.shared import (
    delays_of,
    drawn_pages,
    kept_open,
    observe_with_session,
    paths_of,
    texts_of,
)
from checker.engine.values import short_repr
from checker.exercise import Exercise
from checker.lab.network.web import Page

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


BAD = (1, 3, 4)  # places of the bad pages: slow, lost, with an error status


def _drawn_bulk(inputs):
    """Seven pages, three of which are bad.

    Returns:
        a dict: "seconds", the limit; "pages"; "good", path → text; "bad", the other paths, in
        their order.
    """
    seconds = inputs.randint(4, 5)
    slow, lost, failing = BAD
    others = {
        slow: Page(0.5, slow=60, size=5000),
        lost: Page(1, plan=("drop",)),
        failing: Page(0.5, status=503),
    }
    pages = drawn_pages(inputs, 7, short=True, others=others)
    name = list(pages)[0]  # a page without a text is good, too
    pages[name] = Page(pages[name].delay, text="")
    texts = dict(zip(paths_of(pages), texts_of(pages), strict=True))
    bad = [path for place, path in enumerate(texts) if place in BAD]
    good = {path: text for path, text in texts.items() if path not in bad}
    return {"seconds": seconds, "pages": pages, "good": good, "bad": bad}


def _observe_bulk(answer, pages, seconds):
    return observe_with_session(answer, pages, paths_of(pages), seconds)


@bulk_fetch.rule("It returns the good pages, path → text, and a list of the other paths in order.")
def bulk_right(answer, inputs):
    drawn = _drawn_bulk(inputs)
    run = _observe_bulk(answer, drawn["pages"], drawn["seconds"])
    result = run.part("result").value
    is_pair = isinstance(result, (tuple, list)) and len(result) == 2
    run.check(is_pair, "a dict and a list", f"it returned {short_repr(result, 60)}")
    good, bad = result
    run.shows(good, drawn["good"])
    run.shows(bad, drawn["bad"])
    kept_open(run)


@bulk_fetch.rule("All requests are under way at once.")
def bulk_at_once(answer, inputs):
    pages = drawn_pages(inputs, 5, short=True)
    run = _observe_bulk(answer, pages, 5)
    run.took(max(delays_of(pages)))


@bulk_fetch.rule("A page that is not whole after `seconds` counts as bad at that moment.")
def bulk_late(answer, inputs):
    drawn = _drawn_bulk(inputs)
    run = _observe_bulk(answer, drawn["pages"], drawn["seconds"])
    run.took(drawn["seconds"])
    run.left_nothing_behind()
