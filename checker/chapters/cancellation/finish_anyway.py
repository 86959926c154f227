from checker import lab
from checker.exercise import Exercise
from checker.judge import list_of_times, observe
from checker.lab.scenes import cancellation as scenes

finish_anyway = Exercise(
    "finish_anyway",
    kind="write",
    hints=[
        "Who runs `coro`, if your own task may be cancelled at any moment?",
        "You are cancelled, and the work goes on. What do you still wait for?",
        "Meanwhile you may be cancelled again. Which statement tries as often as it must?",
    ],
)


def _observe_finish_anyway(answer, inputs, cancels):
    [item] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    times = sorted(inputs.sample([round(seconds * n / 10, 2) for n in range(2, 9)], cancels))
    call = f"finish_anyway(save({item!r})), cancelled at {list_of_times(times)}"
    args = scenes.start_finish_anyway, answer, lab.Saves([item], [seconds]), item, times
    run = observe(*args, call=f"{call}, where the save takes {seconds:g} s")
    return run, f"save({item!r})", seconds


@finish_anyway.rule("Its result comes out, or its error.")
def anyway_result(answer, inputs):
    for error in (None, "LookupError: no page"):
        fetch = lab.pages(inputs, 1, {0: error} if error else None, odd=True)
        call = f"finish_anyway(fetch({next(iter(fetch))!r})), where {fetch}"
        run = observe(scenes.own_finish_anyway, answer, fetch, call=call)
        if error:
            run.raised(*error.split(": "), or_group=True)
        else:
            run.returned(fetch.bodies[0])


@finish_anyway.rule("The work is not disturbed, however often it is cancelled.")
def anyway_finished(answer, inputs):
    for cancels in (1, 2, 3):
        run, call, _ = _observe_finish_anyway(answer, inputs, cancels)
        run.called("save", call)


@finish_anyway.rule("Cancelled, it ends as cancelled, and not before the work has ended.")
def anyway_cancelled(answer, inputs):
    for cancels in (1, 2, 3):
        run, _, seconds = _observe_finish_anyway(answer, inputs, cancels)
        run.returned("cancelled")
        run.took(seconds)
        run.left_nothing_behind()
