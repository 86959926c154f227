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


def _timed(scene, answer, fetch, function):
    """Call a decorated function of this name for each page."""
    calls = " and ".join(f"{function}({name!r})" for name in fetch)
    call = f"{calls}, where {function} is decorated with @timed(report) and fetches from {fetch}"
    return observe(scene, answer, fetch, function, *fetch, call=call)


def _function(inputs):
    return inputs.choice(["load", "read", "get"])


def _reported(run, function, times):
    """There was a report for each of these times (seconds), in their order."""
    reports = run.value
    run.check(
        len(reports) == len(times),
        counted(len(times), "report"),
        f"there were {len(reports)}",
        why="Each call is reported once, however it ends",
    )
    for values, seconds in zip(reports, times, strict=True):
        expected = f"report({function!r}, {seconds:g})"
        fits = len(values) == 2 and values[0] == function and type(values[1]) in (int, float)
        run.check(fits, expected, f"it was report({', '.join(map(repr, values))})")
        run.time_is(values[1], seconds, "reported")


@timed.rule("Arguments and result go through unchanged.")
def timed_result(answer, inputs):
    fetch = lab.pages(inputs, 1, odd=True)
    run = _timed(scenes.timed_value, answer, fetch, _function(inputs))
    run.returned(fetch.bodies[0].upper())


@timed.rule("It reports the name and the seconds of each call when the call has ended.")
def timed_reports(answer, inputs):
    fetch = lab.pages(inputs, 2, odd=True)
    function = _function(inputs)
    run = _timed(scenes.timed_reports, answer, fetch, function)
    _reported(run, function, sorted(fetch.delays))


@timed.rule("An error goes through unchanged, too.")
def timed_error(answer, inputs):
    fetch = lab.pages(inputs, 1, {0: "LookupError: no page"}, odd=True)
    run = _timed(scenes.timed_value, answer, fetch, _function(inputs))
    run.raised("LookupError", "no page")


@timed.rule("It also reports a call that fails or is cancelled.")
def timed_failure(answer, inputs):
    for end in ("LookupError: no page", "cancelled"):
        fetch = lab.pages(inputs, 1, {0: end}, odd=True)
        function = _function(inputs)
        run = _timed(scenes.timed_reports, answer, fetch, function)
        _reported(run, function, fetch.delays)


@timed.rule("The function keeps its name.")
def timed_name(answer, inputs):
    function = _function(inputs)
    call = f"{function}.__name__, where {function} is decorated with @timed(report)"
    run = observe(scenes.timed_name, answer, lab.pages(inputs, 1), function, call=call)
    run.returned(function)
