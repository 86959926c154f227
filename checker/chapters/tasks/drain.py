from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import tasks as scenes

drain = Exercise(
    "drain",
    kind="build",
    hints=[
        "Where do you find the tasks that are not done, and their names?",
        "Who is in that set, too, and must not be waited for?",
        "Which way of waiting is not stopped by a task that fails, and what does it do if there "
        "is none to wait for?",
    ],
)


def _drain(answer, inputs, named_alike=False, error=""):
    """Drain four tasks beside one that has another name and takes longer.

    Args:
        named_alike: the task that drains has the same name as the first of the four.
        error: how the first of them ends, as in `Pages`.

    Returns:
        the run, and the seconds that the longest of the four takes.
    """
    prefix = inputs.choice(["job", "copy", "load"])
    seconds = inputs.odd_seconds(4)
    first, *others, stranger = inputs.words(5)
    own_name = "me"
    first_name = f"{prefix} {first}"
    if named_alike:
        own_name = first_name = f"{prefix} me"
    delays = dict(zip([first, *others], seconds, strict=True))
    fetch = lab.Pages({**delays, stranger: 60}, {first: error})
    tasks = [first_name, *(f"{prefix} {name}" for name in others), f"other {prefix}"]
    call = f"drain({prefix!r}) in a task named {own_name!r}, beside the tasks {tasks}"
    run = observe(scenes.start_drain, answer, fetch, prefix, own_name, first_name, call=call)
    return run, max(seconds)


def _four_are_done(run):
    run.part("result").returned(4)
    running = run.part("running")
    seen = f"still running: {', '.join(running.value)}"
    running.returned([], "all four tasks to be done when it returns", seen)


@drain.rule("It waits until all tasks with that prefix are done, and returns how many.")
def drained(answer, inputs):
    run, _ = _drain(answer, inputs)
    _four_are_done(run)


@drain.rule("It does not wait for tasks with other names.")
def drained_in_time(answer, inputs):
    run, seconds = _drain(answer, inputs)
    run.took(seconds)


@drain.rule("It leaves out its own task, whatever its name.")
def drained_without_itself(answer, inputs):
    run, _ = _drain(answer, inputs, named_alike=True)
    _four_are_done(run)


@drain.rule("A task that fails or is cancelled does not stop it, and counts too.")
def drained_failures(answer, inputs):
    for error in ("ValueError: bad", "cancelled"):
        run, seconds = _drain(answer, inputs, error=error)
        _four_are_done(run)
        run.took(seconds)


@drain.rule("A task that is started meanwhile is neither waited for nor counted.")
def drained_without_new_ones(answer, inputs):
    prefix = inputs.choice(["job", "copy", "load"])
    first, second, late = inputs.words(3)
    seconds = sorted(inputs.odd_seconds(2))
    fetch = lab.Pages({first: seconds[0], second: seconds[1], late: 60})
    call = f"drain({prefix!r}), where a task {f'{prefix} {late}'!r} is started meanwhile"
    run = observe(scenes.drain_and_start, answer, fetch, prefix, call=call)
    run.part("result").returned(2)
    run.time_is(run.part("seconds").value, seconds[1], "returned after")


@drain.rule("Without such tasks, it returns 0 at once.")
def drained_nothing(answer, inputs):
    run = observe(answer, inputs.name())
    run.returned(0)
    run.took(0)
