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


def _observe_drain(answer, inputs, named_alike=False, error=None):
    prefix = inputs.choice(["job", "copy", "load"])
    seconds = inputs.odd_seconds(4)
    own_name = f"{prefix} me" if named_alike else "me"
    names = inputs.words(5)
    first_name = own_name if named_alike else f"{prefix} {names[0]}"
    fetch = lab.Pages(
        dict(zip(names, [*seconds, 60], strict=True)), {names[0]: error} if error else None
    )
    shown = [first_name, *(f"{prefix} {name}" for name in names[1:4]), f"other {prefix}"]
    call = f"drain({prefix!r}) in a task named {own_name!r}, beside the tasks {shown}"
    return observe(scenes.start_drain, answer, fetch, prefix, own_name, first_name, call=call), max(
        seconds
    )


@drain.rule("It waits until all those tasks are done, and returns how many.")
def drained(answer, inputs):
    run, _ = _observe_drain(answer, inputs)
    run.returned([4, [True] * 4])


@drain.rule("It does not wait for tasks with other names.")
def drained_in_time(answer, inputs):
    run, seconds = _observe_drain(answer, inputs)
    run.took(seconds)


@drain.rule("It leaves out its own task, whatever its name.")
def drained_without_itself(answer, inputs):
    run, _ = _observe_drain(answer, inputs, named_alike=True)
    run.returned([4, [True] * 4])


@drain.rule("A task that fails or is cancelled does not stop it, and counts too.")
def drained_failures(answer, inputs):
    for error in ("ValueError: bad", "cancelled"):
        run, seconds = _observe_drain(answer, inputs, error=error)
        run.returned([4, [True] * 4])
        run.took(seconds)


@drain.rule("Without such tasks, it returns 0 at once.")
def drained_nothing(answer, inputs):
    run = observe(answer, inputs.name())
    run.returned(0)
    run.took(0)
