from checker.exercise import Exercise
from checker.judge import counted, observe
from checker.lab.scenes import coroutines as scenes

step_in_turns = Exercise(
    "step_in_turns",
    kind="build",
    is_async=False,
    hints=[
        "`send(None)` runs a coroutine to its next pause. How do you learn that it has ended, and "
        "where is its result then?",
        "You go round and round over those that are not at their end. What if one ends while you "
        "are going over the very list from which you take it out?",
        "The results are wanted in the order of `coroutines`, and they come in another one. What "
        "if each coroutine keeps its number?",
    ],
)


def _step(answer, pauses, results):
    """Run it with coroutines.

    Args:
        pauses: name of each coroutine → how many times it pauses.
        results: what they return, in the same order.
    """
    kind = observe(
        scenes.kind_of_function, answer, call="inspect.iscoroutinefunction(step_in_turns)"
    )
    why = "Nobody awaits it: write `def`, without `async`"
    if kind.value == "a generator function":
        why = "A `yield` makes it a generator: return a list"
    line = answer.line_of("step_in_turns")
    kind.whole.equals("a plain function", "a plain function", "it is {}", why=why, line=line)
    shown = ", ".join(f"{name} pauses {counted(many, 'time')}" for name, many in pauses.items())
    call = f"step_in_turns(coroutines), where {shown}" if pauses else "step_in_turns([])"
    return observe(scenes.stepped, answer, pauses, results, call=call)


def _made_in_turn(run, answer, pauses):
    """One step of each coroutine was made in turn: "tea 1", "milk 1", "tea 2"."""
    wanted = [
        f"{name} {number}"
        for number in range(1, max(pauses.values()) + 1)
        for name, many in pauses.items()
        if number <= many
    ]
    steps = run.part("steps")
    place = _first_difference(wanted, steps.value)
    after = f"after {wanted[place - 1]} comes" if place else "first comes"
    steps.returned(
        wanted,
        f"{after} {_step_at(wanted, place)}",
        f"{after} {_step_at(steps.value, place)}",
        line=answer.line_with(".send("),
    )


def _first_difference(wanted, made):
    for place, (expected, seen) in enumerate(zip(wanted, made, strict=False)):
        if expected != seen:
            return place
    return min(len(wanted), len(made))


def _step_at(steps, place):
    return steps[place] if place < len(steps) else "nothing"


@step_in_turns.rule("It returns the results in the order of the list.")
def results_in_order(answer, inputs):
    names = inputs.words(4)
    results = inputs.sample(range(10, 99), 4)
    for many in ((1, 1, 1, 1), (3, 1, 4, 2), (2, inputs.randint(120, 180), 1, 3)):
        pauses = dict(zip(names, many, strict=True))
        _step(answer, pauses, results).part("results").returned(results)


@step_in_turns.rule("They go in turns, one step each. One that has ended drops out.")
def steps_in_turns(answer, inputs):
    names = inputs.words(5)
    for many in ((3, 3, 3, 3, 3), (4, 1, 1, 5, 2)):
        pauses = dict(zip(names, many, strict=True))
        run = _step(answer, pauses, [None] * 5)
        _made_in_turn(run, answer, pauses)


@step_in_turns.rule(
    "A coroutine may never pause, and it may return anything. The list may be empty."
)
def no_steps(answer, inputs):
    names = inputs.words(4)
    pauses = dict(zip(names, (2, 0, 1, 0), strict=True))
    results = [0, "", names, None]
    run = _step(answer, pauses, results)
    run.part("results").returned(results)
    _made_in_turn(run, answer, pauses)
    _step(answer, {}, []).part("results").returned([])
