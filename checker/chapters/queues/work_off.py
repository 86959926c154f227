from checker.chapters.queues.shared import drawn
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.inputs import shortest
from checker.lab.fakes.queues import Handle
from checker.lab.scenes import queues as scenes

work_off = Exercise(
    "work_off",
    kind="repair",
    shipped="deadlock",
    hints=[
        "When `handle` fails, which lines of the worker still run? How many items does `join` wait "
        "for then?",
        "For each `get` there is one `task_done`. Which block runs however the work ends?",
        "Which exceptions go into the dict, and which one must never be kept there?",
    ],
)


def _observe(answer, handle, workers, **options):
    call = f"work_off({list(handle)}, handle, {workers}), where {handle}"
    return observe(scenes.outcomes, answer, list(handle), handle, workers, call=call, **options)


def _outcomes(handle):
    return {item: handle.outcome(item) for item in handle}


@work_off.rule("If nothing fails, the dict holds what `handle` returned for each item.")
def results(answer, inputs):
    for count, workers in ((6, 3), (2, 4)):
        handle = drawn(inputs, count)
        run = _observe(answer, handle, workers)
        run.part("outcomes").returned(_outcomes(handle))
        run.left_nothing_behind()
    _observe(answer, Handle({}), 2).part("outcomes").returned({})


@work_off.rule("If items fail, it still ends; their errors stand in the dict, all others are done.")
def some_fail(answer, inputs):
    errors = {0: "ValueError: bad", 3: "LookupError: no page", 4: "OSError: line is dead"}
    for workers in (2, 1):
        handle = drawn(inputs, 6, errors)
        run = _observe(answer, handle, workers)
        outcomes = run.part("outcomes").value
        kept = outcomes if isinstance(outcomes, dict) else handle
        lost = [item for item in list(handle)[:5] if item not in kept]
        bad = [item for item in lost if handle.outcome(item) != handle.result(item)]
        run.check(
            lost != bad or not bad,
            "the errors to stand in the dict",
            f"{bad[0] if bad else ''} is not in it",
            why="What it raised was caught, and is kept nowhere",
            line=answer.line_with("except"),
        )
        run.part("outcomes").returned(_outcomes(handle))
        run.left_nothing_behind()


@work_off.rule("All workers stay busy, also after an error, and never more than `count` at once.")
def busy(answer, inputs):
    handle = drawn(inputs, 7, {0: "ValueError: bad", 1: "OSError: line is dead"})
    run = _observe(answer, handle, 3)
    run.at_most(3, "handle")
    run.at_least(3, "handle")
    run.took(shortest(handle.seconds, 3))


@work_off.rule("If it is cancelled, it ends as cancelled, and no worker goes on.")
def cancelled_itself(answer, inputs):
    runs = _observe(answer, drawn(inputs, 4), 2, cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
