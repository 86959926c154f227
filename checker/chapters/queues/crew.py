from checker.chapters.queues.shared import drawn
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.queues import Handle

crew = Exercise(
    "crew",
    kind="repair",
    shipped="deadlock",
    hints=[
        "How many workers read the one None, and what do the others wait for?",
        "Who comes to know that there is nothing more: a single worker, or each of them?",
        "May the Nones stand in the queue before the last item does?",
    ],
)


def _observe(answer, handle, workers, **options):
    call = f"crew({list(handle)}, handle, {workers}), where {handle}"
    return observe(answer, list(handle), handle, workers, call=call, **options)


@crew.rule("All items are handled; the dict holds what `handle` returned for each.")
def results(answer, inputs):
    for count, workers in ((6, 4), (2, 4), (3, 1)):
        handle = drawn(inputs, count)
        run = _observe(answer, handle, workers)
        run.called("handle", *(f"handle({item!r})" for item in handle))
        run.returned({item: handle.result(item) for item in handle})
        run.left_nothing_behind()
    _observe(answer, Handle({}), 4).returned({})


@crew.rule("Never more than `count` items are handled at once.")
def at_most(answer, inputs):
    for workers in (3, 1):
        _observe(answer, drawn(inputs, 7), workers).at_most(workers, "handle")


@crew.rule("As long as there are items, all workers are busy.")
def busy(answer, inputs):
    for workers in (4, 2):
        handle = drawn(inputs, 7)
        _observe(answer, handle, workers).kept_busy(workers, "handle", handle.seconds)


@crew.rule("If it is cancelled, it ends as cancelled, and nothing goes on.")
def cancelled_itself(answer, inputs):
    runs = _observe(answer, drawn(inputs, 4), 2, cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
