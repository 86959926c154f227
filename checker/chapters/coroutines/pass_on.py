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


def _observe_passed(answer, inputs, kinds):
    value, *words = inputs.words(len(kinds) + 1)
    steps = Steps(kinds, words, inputs.odd_seconds(len(kinds)))
    call = f"pass_on({value!r}, steps), where the steps are {', '.join(kinds) or 'none'}"
    run = observe(scenes.passed_on, answer, value, steps, call=call)
    return run, " ".join([value, *words]), steps


@pass_on.rule("What comes out of one step goes into the next, in their order.")
def chained(answer, inputs):
    run, expected, steps = _observe_passed(answer, inputs, ["async"] * 3)
    run.returned(expected)
    run.took(sum(steps.seconds))
    run.left_nothing_behind()


@pass_on.rule("A step may be a plain function; each step is called once.")
def plain_steps(answer, inputs):
    for kinds in (["async", "plain", "async"], ["plain", "async", "plain"]):
        run, expected, steps = _observe_passed(answer, inputs, kinds)
        run.ended()
        run.called("step", *steps.calls)
        run.returned(expected)


@pass_on.rule("A step may return anything that can be awaited.")
def other_awaitables(answer, inputs):
    for kinds in (["async", "lambda", "plain"], ["plain", "awaitable"], ["awaitable", "async"]):
        run, expected, _ = _observe_passed(answer, inputs, kinds)
        run.returned(expected)


@pass_on.rule("None is a value like others; without steps, the value comes back.")
def nothing_special(answer, inputs):
    run, _, steps = _observe_passed(answer, inputs, ["async", "empty", "async"])
    run.returned(steps.words[-1])
    run.called("step", *steps.calls)
    run, expected, _ = _observe_passed(answer, inputs, [])
    run.returned(expected)


@pass_on.rule("If a step fails, its error comes out.")
def failing_step(answer, inputs):
    value, *words = inputs.words(3)
    for kind in ("async", "plain"):
        for error in ("ValueError: bad step", "TypeError: bad step"):
            call = f"pass_on({value!r}, steps), where the first one, {kind}, raises {error}"
            steps = Steps([kind, "async"], words, [3, 4], error)
            run = observe(scenes.passed_on, answer, value, steps, call=call)
            run.raised(*error.split(": "))
