from checker.chapters.queues.shared import drawn
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.inputs import shortest
from checker.lab.fakes.jobs import Jobs
from checker.lab.fakes.queues import Handle
from checker.lab.scenes import queues as scenes

close_down = Exercise(
    "close_down",
    kind="write",
    hints=[
        "Which method waits until everything that was put in is done? An empty queue does not say "
        "so.",
        "How do you put a limit on that, and what do you do when it is over?",
        "`cancel()` only asks. Who waits until the workers have cleaned up, and how are the items "
        "taken out that are left?",
    ],
)


def _observe(answer, service, workers, seconds):
    call = f"close_down(queue, workers, {seconds:g}), {workers} workers, and {service}"
    return observe(scenes.closed_down, answer, list(service), service, workers, seconds, call=call)


@close_down.rule("If all is done in time, it returns [] as soon as it is.")
def in_time(answer, inputs):
    for count, workers in ((5, 2), (2, 3)):
        handle = drawn(inputs, count)
        run = _observe(answer, handle, workers, 3000)
        run.part("left").returned([])
        run.called("handle", *(f"handle({item!r})" for item in handle))
        run.took(shortest(handle.seconds, workers))
        run.left_nothing_behind()
    run = _observe(answer, Handle({}), 2, 30)
    run.part("left").returned([])
    run.took(0)


@close_down.rule("After `seconds`, the workers are stopped; it returns what nobody has begun.")
def too_long(answer, inputs):
    names = inputs.words(6)
    [limit] = inputs.odd_seconds(1)
    quick = limit / 4
    seconds = dict(zip(names, [quick, quick * 2, 400, 500, 20, 30], strict=True))
    run = _observe(answer, Handle(seconds), 2, limit)
    run.stops_work()
    run.took(limit, limit=True)
    run.part("left").returned(names[4:])
    run.took(limit)
    run.left_nothing_behind()
    run = _observe(answer, Handle(dict.fromkeys(names[:2], 400)), 2, limit)
    run.stops_work()
    run.part("left").returned([])


@close_down.rule("It returns when the workers have cleaned up, and none of them goes on.")
def cleaned_up(answer, inputs):
    names = inputs.words(5)
    first, second = inputs.seconds(2)
    [limit] = inputs.odd_seconds(1)
    job = Jobs(dict.fromkeys(names, 400), clean_up={names[0]: first, names[1]: second})
    run = _observe(answer, job, 2, limit)
    run.stops_work()
    run.part("left").returned(names[2:])
    run.left_nothing_behind()
    run.took(limit + max(first, second))
    # Workers that have nothing to do are stopped, too.
    handle = drawn(inputs, 2)
    _observe(answer, handle, 4, 3000).left_nothing_behind()
