from checker.chapters.why_asyncio.shared import lasts
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import why_asyncio as scenes

ask_all = Exercise(
    "ask_all",
    kind="rewrite",
    shipped="one_after_the_other",
    is_async=False,
    hints=[
        "Who waits while the first page is fetched, and who could wait for the second one "
        "meanwhile?",
        "A thread's function returns to nobody. Where can each thread put its page, so that you "
        "find it under its name or number afterwards?",
        "What happens if you `join` each thread directly after its `start`? How many loops do you "
        "need?",
    ],
)


def _pages(inputs, count):
    names = inputs.words(count)
    seconds = inputs.odd_seconds(count)
    return scenes.PlainPages(dict(zip(names, seconds, strict=True)))


def _ask(answer, fetch):
    call = f"ask_all(fetch, {list(fetch)}), where {fetch}"
    return observe(scenes.ask_in_thread, answer, fetch, list(fetch), call=call)


@ask_all.rule("It returns the pages in the order of the names; without names, an empty list.")
def asked_in_order(answer, inputs):
    fetch = _pages(inputs, 3)
    _ask(answer, fetch).returned(fetch.bodies)
    _ask(answer, scenes.PlainPages({})).returned([])


@ask_all.rule("The waits overlap: it takes as long as the slowest page.")
def asked_at_once(answer, inputs):
    for count in (3, 5):
        fetch = _pages(inputs, count)
        run = _ask(answer, fetch)
        lasts(run, answer, max(fetch.delays))
        run.at_least(count, "fetch")
        run.left_nothing_behind(after_error=True)


@ask_all.rule("Each page is fetched once.")
def asked_once(answer, inputs):
    fetch = _pages(inputs, 4)
    _ask(answer, fetch).called("fetch", *(f"fetch({name!r})" for name in fetch))
