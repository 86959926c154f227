import contextlib

from checker import lab
from checker.chapters.async_iteration.shared import gave
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.compare import difference
from checker.judge.unmet import Returned
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
    if others:
        call += f"; in turn with another one, which gets {', '.join(map(str, others))}"
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
    _first_of_each(run, numbers, others)
    gave(run, _averages(numbers))
    run.part("others").returned(_averages(others))


def _first_of_each(run, numbers, others):
    """The first average of each is the number itself, whatever others have got before.

    Figures are not shown: what generators share, they share with those of the run before, too.
    """
    seen = [got[0] for got in (run.value["items"], run.value["others"]) if got]
    wanted = [float(sent[0]) for sent in (numbers, others) if sent]
    right = seen == wanted or not all(isinstance(first, float) for first in seen)
    why = "A generator's first average is its first number: what it keeps must be its own"
    line = run.value["lines"][0]
    run.check(right, "the first number", "another one came", why=why, line=line, in_turn=True)


@running_average.rule("The first step gives None; then each number gives the average so far.")
def averages(answer, inputs):
    numbers = inputs.sample(range(1, 40), 4)
    others = inputs.sample(range(50, 90), 4)
    run = _observe(answer, numbers, others)
    run.ended()
    run.part("first").equals(
        None,
        "None from the first step",
        "it gave {!r}",
        why="The first `yield` gives it" if run.value["first"] is not None else None,
        line=run.value["first_line"],
        in_turn=True,
    )
    _gave(run, numbers, others)
    run.left_nothing_behind()


@running_average.rule("Two generators do not share their numbers.")
def separate(answer, inputs):
    numbers, others = inputs.sample(range(1, 40), 4), inputs.sample(range(50, 90), 4)
    _gave(_observe(answer, numbers, others), numbers, others)


@running_average.rule("0 is a number, and so is a negative one.")
def zero(answer, inputs):
    numbers = [inputs.randint(2, 9), 0, -inputs.randint(1, 9), 0]
    _gave(_observe(answer, numbers, []), numbers, [])


@running_average.rule("Each average is saved before it is given.")
def saved(answer, inputs):
    numbers, others = inputs.sample(range(1, 40), 3), [100, 200, 300]
    run = _observe(answer, numbers, others)
    _gave(run, numbers, others)
    if run.value["times"][0] < 1:  # how long a save takes
        why = "The average is given first, and saved only at the next step"
        run.called_at("save", [0, 1, 2, 3, 4, 5], why=why)
    wanted = []
    for pair in zip(_averages(numbers), _averages(others), strict=True):
        wanted += [f"save({average!r})" for average in pair]
    calls = run.calls_of("save")
    seen = [_rounded(text) for text in calls.texts]
    if seen != wanted:
        expected, shown = difference(wanted, seen)
        line = calls.line_for(seen, wanted)
        raise Returned(run, expected, shown, value=wanted, result=seen, line=line)
    run.took(6)


def _rounded(text):
    """ "save(0.33)" with its number rounded, as there is more than one way to work it out."""
    with contextlib.suppress(ValueError):
        return f"save({round(float(text[5:-1]), 6)!r})"
    return text
