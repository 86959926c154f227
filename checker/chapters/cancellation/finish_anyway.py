from checker import lab
from checker.chapters.cancellation.shared import ended_as_cancelled
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


def _save(answer, inputs, item, seconds, cancels):
    """Save an item, which takes so many seconds, and cancel so many times meanwhile."""
    tenths = sorted(inputs.sample(range(2, 9), cancels))
    times = [round(seconds * tenth / 10, 2) for tenth in tenths]
    call = (
        f"finish_anyway(save({item!r})), cancelled at {list_of_times(times)}, where the save takes "
    )
    call += f"{seconds:g} s"
    save = lab.Saves([item], [seconds])
    return observe(scenes.start_finish_anyway, answer, save, item, times, call=call)


def _fetch(answer, fetch):
    """Fetch a page; nobody is cancelled."""
    [name] = fetch
    call = f"finish_anyway(fetch({name!r})), where {fetch}"
    return observe(scenes.own_finish_anyway, answer, fetch, call=call)


@finish_anyway.rule("The result of the work comes out, or its error.")
def anyway_result(answer, inputs):
    fetch = lab.pages(inputs, 1, odd=True)
    _fetch(answer, fetch).returned(fetch.bodies[0])
    fetch = lab.pages(inputs, 1, {0: "LookupError: no page"}, odd=True)
    _fetch(answer, fetch).raised("LookupError", "no page")


@finish_anyway.rule("However often it is cancelled, the work goes on undisturbed.")
def anyway_finished(answer, inputs):
    for cancels in (1, 2, 3):
        [item] = inputs.words(1)
        [seconds] = inputs.odd_seconds(1)
        run = _save(answer, inputs, item, seconds, cancels)
        run.called("save", f"save({item!r})")


@finish_anyway.rule("If it is cancelled, it ends as cancelled, but not before the work has ended.")
def anyway_cancelled(answer, inputs):
    for cancels in (1, 2, 3):
        [item] = inputs.words(1)
        [seconds] = inputs.odd_seconds(1)
        run = _save(answer, inputs, item, seconds, cancels)
        ended_as_cancelled(run)
        run.took(seconds)
        run.left_nothing_behind()
