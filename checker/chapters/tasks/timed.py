from checker import lab
from checker.exercise import Exercise
from checker.judge import counted, observe
from checker.lab.scenes import tasks as scenes

timed = Exercise(
    "timed",
    kind="build",
    is_async=False,
    hints=[
        "How many functions are there, one inside the other? What does each of them get?",
        "Which block runs however the call ends, and leaves result and error as they are?",
        "Must the innermost function be an `async def`, so that it can wait for the call?",
    ],
)


def _observe_timed(scenario, answer, inputs, count=1, errors=None):
    fetch = lab.pages(inputs, count, errors, odd=True)
    called = inputs.choice(["load", "read", "get"])
    names = list(fetch)
    calls = " and ".join(f"{called}({name!r})" for name in names)
    call = f"{calls}, where {called} is decorated with @timed(report), and {fetch}"
    return observe(scenario, answer, fetch, called, *names, call=call), fetch, called


@timed.rule("Arguments and result go through unchanged.")
def timed_result(answer, inputs):
    run, fetch, _ = _observe_timed(scenes.timed_value, answer, inputs)
    run.returned(fetch.bodies[0].upper())


@timed.rule("It reports the name and the seconds of each call when the call has ended.")
def timed_reports(answer, inputs):
    run, fetch, called = _observe_timed(scenes.timed_two, answer, inputs, count=2)
    _reported(run, called, sorted(fetch.delays))


@timed.rule("An error goes through unchanged too.")
def timed_error(answer, inputs):
    run, _, _ = _observe_timed(
        scenes.timed_value, answer, inputs, errors={0: "LookupError: no page"}
    )
    run.raised("LookupError", "no page")


@timed.rule("It reports also a call that fails or is cancelled.")
def timed_failure(answer, inputs):
    for end in ("LookupError: no page", "cancelled"):
        run, fetch, called = _observe_timed(scenes.timed_failing, answer, inputs, errors={0: end})
        _reported(run, called, fetch.delays)


@timed.rule("The function keeps its name.")
def timed_name(answer, inputs):
    run, _, called = _observe_timed(scenes.timed_name, answer, inputs)
    run.returned(called)


def _reported(run, called, times):
    reports = run.value
    run.check(
        len(reports) == len(times), counted(len(times), "report"), f"there were {len(reports)}"
    )
    for values, seconds in zip(reports, times, strict=True):
        expected = f"report({called!r}, {seconds:g})"
        fits = len(values) == 2 and values[0] == called and type(values[1]) in (int, float)
        run.check(fits, expected, f"it was report({', '.join(map(repr, values))})")
        run.time_is(values[1], seconds, "reported")
