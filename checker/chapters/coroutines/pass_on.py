from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import coroutines as scenes
from checker.lab.scenes.coroutines import Steps

pass_on = Exercise(
    "pass_on",
    kind="write",
    hints=[
        "What is the value that goes into the second step?",
        "You call a step and hold what it returned. How can you find out whether that must be "
        "awaited?",
        "`inspect` has three tests: `iscoroutinefunction`, `iscoroutine`, `isawaitable`. Which of "
        "them is right for whatever a step may return?",
    ],
)

KINDS = {
    "async": "async def",
    "plain": "plain function",
    "lambda": "lambda that gives a coroutine",
    "awaitable": "function that gives another object to await",
    "empty": "plain function that returns None",
}


def _steps(inputs, *kinds):
    """Steps of these kinds."""
    return Steps(kinds, inputs.words(len(kinds)), inputs.odd_seconds(len(kinds)))


def _pass(answer, value, steps):
    shown = ", ".join(KINDS[kind] for kind in steps.kinds)
    call = f"pass_on({value!r}, steps), where the steps are: {shown}"
    if not steps.kinds:
        call = f"pass_on({value!r}, [])"
    return observe(scenes.passed_on, answer, value, steps, call=call)


def _result(value, steps):
    return " ".join([value, *steps.words])


@pass_on.rule("What comes out of one step goes into the next, in their order.")
def chained(answer, inputs):
    value = inputs.name()
    steps = _steps(inputs, "async", "async", "async")
    run = _pass(answer, value, steps)
    run.returned(_result(value, steps))
    run.took(sum(steps.seconds))
    run.left_nothing_behind()


@pass_on.rule("A step may be a plain function; each step is called once.")
def plain_steps(answer, inputs):
    for kinds in (["async", "plain", "async"], ["plain", "async", "plain"]):
        value = inputs.name()
        steps = _steps(inputs, *kinds)
        run = _pass(answer, value, steps)
        run.called("step", *steps.calls)
        run.returned(_result(value, steps))


@pass_on.rule("A step may return anything that can be awaited.")
def other_awaitables(answer, inputs):
    for kinds in (["async", "lambda", "plain"], ["plain", "awaitable"], ["awaitable", "async"]):
        value = inputs.name()
        steps = _steps(inputs, *kinds)
        _pass(answer, value, steps).returned(_result(value, steps))


@pass_on.rule("None is a value like any other. Without steps, the value itself comes back.")
def nothing_special(answer, inputs):
    value = inputs.name()
    steps = _steps(inputs, "async", "empty", "async")
    run = _pass(answer, value, steps)
    run.returned(steps.words[-1])
    run.called("step", *steps.calls)
    _pass(answer, value, _steps(inputs)).returned(value)


@pass_on.rule("If a step fails, its error comes out.")
def failing_step(answer, inputs):
    value = inputs.name()
    for kind in ("async", "plain"):
        for error in ("ValueError", "TypeError"):
            steps = Steps([kind, "async"], inputs.words(2), [3, 4], f"{error}: bad step")
            call = f"pass_on({value!r}, steps), where the first step, "
            call += f"{'an' if kind == 'async' else 'a'} {KINDS[kind]}, raises {error}: bad step"
            run = observe(scenes.passed_on, answer, value, steps, call=call)
            run.raised(error, "bad step")
