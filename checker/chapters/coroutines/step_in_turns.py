from checker.chapters.coroutines.expect import made_in_turn
from checker.exercise import Exercise
from checker.judge import observe
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


def _stepping(answer, names, steps, results):
    """What it returns and in which order the steps were made, each in a run of its own."""
    jobs = [list(job) for job in zip(names, steps, results, strict=True)]
    shown = ", ".join(f"{name}: {many}" for name, many in zip(names, steps, strict=True))
    call = f"step_in_turns(coroutines), which pause so many times: {shown or 'there are none'}"
    kind = observe(scenes.is_native, answer, call="inspect.iscoroutinefunction(step_in_turns)")
    why = "Nobody awaits it: write `def`, without `async`"
    if kind.value == "a generator function":
        why = "A `yield` makes it a generator: return a list"
    plain = "a plain function"
    kind.whole.equals(plain, plain, "it is {}", why=why, line=answer.line_of("step_in_turns"))
    scenarios = (scenes.stepped_results, scenes.stepped_order)
    return [observe(scenario, answer, jobs, call=call) for scenario in scenarios]


@step_in_turns.rule("It returns the results in the order of the list.")
def results_in_order(answer, inputs):
    names = inputs.words(4)
    results = inputs.sample(range(10, 99), 4)
    for steps in ((1, 1, 1, 1), (3, 1, 4, 2), (2, inputs.randint(120, 180), 1, 3)):
        returned, _ = _stepping(answer, names, steps, results)
        returned.returned(results)


@step_in_turns.rule("They go in turns, one step each; whoever has ended drops out.")
def steps_in_turns(answer, inputs):
    names = inputs.words(5)
    for steps in ((3, 3, 3, 3, 3), (4, 1, 1, 5, 2)):
        _, order = _stepping(answer, names, steps, [None] * 5)
        made_in_turn(order, answer, names, steps)


@step_in_turns.rule("Some may never pause, they may return anything, and the list may be empty.")
def no_steps(answer, inputs):
    names = inputs.words(4)
    steps = (2, 0, 1, 0)
    results = [0, "", names, None]
    returned, order = _stepping(answer, names, steps, results)
    returned.returned(results)
    made_in_turn(order, answer, names, steps)
    returned, _ = _stepping(answer, [], [], [])
    returned.returned([])
