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


def _observe_both(answer, inputs, longer_first=False):
    fetch = lab.pages(inputs, 2, odd=longer_first)
    if longer_first:
        fetch = lab.Pages(dict(reversed(list(zip(fetch, fetch.delays, strict=True)))))
    one, two = fetch
    call = f"both(fetch({one!r}), fetch({two!r})), where {fetch}"
    return observe(scenes.start_both, answer, fetch, one, two, call=call), fetch


@both.rule("It returns the two results, the first one first.")
def both_in_order(answer, inputs):
    for longer_first in (False, True) * 3:  # more than once: a set may happen to be in order
        run, fetch = _observe_both(answer, inputs, longer_first)
        run.returned(fetch.bodies)


@both.rule("The waits overlap: it takes as long as the longer one.")
def both_overlap(answer, inputs):
    for longer_first in (False, True):
        run, fetch = _observe_both(answer, inputs, longer_first)
        run.took(max(fetch.delays))
        run.left_nothing_behind()
