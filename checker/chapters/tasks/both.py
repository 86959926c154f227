from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import tasks as scenes

both = Exercise(
    "both",
    kind="write",
    hints=[
        "When you write `await first`, what does `second` do meanwhile?",
        "What does `asyncio.create_task` do with a coroutine, and when does it return?",
        "Can you make the tasks in one line each, and await them in the lines after?",
    ],
)


def _two_pages(inputs, longer_first):
    names = inputs.words(2)
    seconds = inputs.odd_seconds(2) if longer_first else inputs.seconds(2)
    if longer_first:
        seconds.reverse()
    return lab.Pages(dict(zip(names, seconds, strict=True)))


def _both(answer, fetch):
    first, second = fetch
    call = f"both(fetch({first!r}), fetch({second!r})), where {fetch}"
    return observe(scenes.start_both, answer, fetch, first, second, call=call)


@both.rule("It returns the two results, the first one first.")
def both_in_order(answer, inputs):
    for longer_first in (False, True) * 3:  # more than once: a set may happen to be in order
        fetch = _two_pages(inputs, longer_first)
        _both(answer, fetch).returned(fetch.bodies)


@both.rule("The waits overlap: it takes as long as the longer one.")
def both_overlap(answer, inputs):
    for longer_first in (False, True):
        fetch = _two_pages(inputs, longer_first)
        run = _both(answer, fetch)
        run.took(max(fetch.delays))
        run.left_nothing_behind()
