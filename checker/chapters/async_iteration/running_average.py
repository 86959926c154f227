from checker import lab
from checker.chapters.async_iteration.shared import gave
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import async_iteration as scenes

running_average = Exercise(
    "running_average",
    kind="build",
    is_async=False,
    hints=[
        "What does `yield` give back to the generator when somebody calls `asend(4)`?",
        "The first step cannot bring a number. What does it give, and where does the generator "
        "stand after it?",
        "Which two values must be kept from one number to the next?",
    ],
)


def _observe(answer, numbers, others):
    save = lab.Saves([], [])  # each takes 1 s
    call = f"after anext(…), asend of {', '.join(map(str, numbers))}"
    return observe(scenes.averaged, answer, save, numbers, others, call=call)


def _averages(numbers):
    return [round(sum(numbers[:n]) / n, 6) for n in range(1, len(numbers) + 1)]


def _gave(run, numbers, others):
    """It gave the averages of both, whose generators did not end meanwhile."""
    run.ended()
    why = "It ends there, and another number is to come"
    line = (run.value["lines"] or [None])[-1]
    over = run.value["over"]
    run.check(not over, "an average for each number", "it is over", why=why, line=line)
    gave(run, _averages(numbers))
    run.part("others").returned(_averages(others))


@running_average.rule("The first step gives None; then each number gives the average so far.")
def averages(answer, inputs):
    numbers = inputs.sample(range(1, 40), 4)
    run = _observe(answer, numbers, [1, 1, 1, 1])
    run.ended()
    run.part("first").equals(
        None,
        "None from the first step",
        "it gave {!r}",
        why="The first `yield` gives it" if run.value["first"] is not None else None,
        line=run.value["first_line"],
        in_turn=True,
    )
    _gave(run, numbers, [1, 1, 1, 1])
    run.left_nothing_behind()


@running_average.rule("0 is a number, and so is a negative one.")
def zero(answer, inputs):
    numbers = [inputs.randint(2, 9), 0, -inputs.randint(1, 9), 0]
    run = _observe(answer, numbers, [0, 0, 0, 0])
    _gave(run, numbers, [0, 0, 0, 0])


@running_average.rule("Two generators do not share their numbers.")
def separate(answer, inputs):
    numbers, others = inputs.sample(range(1, 40), 4), inputs.sample(range(50, 90), 4)
    run = _observe(answer, numbers, others)
    _gave(run, numbers, others)


@running_average.rule("Each average is saved before it is given.")
def saved(answer, inputs):
    numbers = inputs.sample(range(1, 40), 3)
    run = _observe(answer, numbers, [100, 200, 300])
    _gave(run, numbers, [100, 200, 300])
    early = run.value["times"][0] < 1  # how long a save takes
    why = "The average is given first, and saved only at the next step" if early else None
    if early:
        run.called_at("save", [0, 1, 2, 3, 4, 5], why=why)
    wanted = []
    for one, two in zip(_averages(numbers), [100.0, 150.0, 200.0], strict=True):
        wanted += [f"save({one!r})", f"save({two!r})"]
    run.calls_of("save").are(wanted)
    run.took(6)
