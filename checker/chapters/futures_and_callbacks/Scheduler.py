from dataclasses import dataclass

from checker.exercise import Exercise
from checker.judge import list_of_times, observe
from checker.lab.scenes import futures_and_callbacks as scenes

scheduler = Exercise(
    "Scheduler",
    kind="build",
    is_async=False,
    hints=[
        "`wait` has to give the results in the order of the calls. What do you keep for each call, "
        "so that you can await it later?",
        "You have written `later`. What does the method `later` have to remember besides?",
        "A call may schedule another one while you wait. When is nothing left to wait for?",
    ],
)


@dataclass(frozen=True)
class _Calls:
    """The calls that are scheduled: after `seconds[n]`, the function gets `words[n]`."""

    seconds: list[float]
    words: list[str]


def _drawn_calls(inputs):
    return _Calls(inputs.odd_seconds(4), inputs.words(4))


def _observe_scheduler(answer, calls, broken=""):
    """Schedule the calls and wait for them; the call with the word `broken` fails."""
    call = f"four calls of later(…) with {calls.seconds} s; 2 s after that, await wait()"
    return observe(scenes.scheduled, answer, calls.seconds, calls.words, broken, call=call)


@scheduler.rule("`wait` returns the values of all calls, in the order of scheduling.")
def waits_for_all(answer, inputs):
    calls = _drawn_calls(inputs)
    run = _observe_scheduler(answer, calls)
    expected = [word.upper() for word in calls.words]
    run.part("results").returned(expected, line=answer.method_line("wait"))


@scheduler.rule("Each call happens at its own time; the waits overlap.")
def calls_in_time(answer, inputs):
    calls = _drawn_calls(inputs)
    run = _observe_scheduler(answer, calls)
    expected = sorted(calls.seconds)
    times = run.part("times").value
    late = [round(each + scenes.BEFORE_WAIT, 3) for each in expected]
    counts = "The seconds count from `later` on, and here they count from `wait` on"
    run.check(
        times == expected,
        f"calls at {list_of_times(expected)}",
        f"calls at {list_of_times(times)}",
        why=counts if times == late else None,
    )
    run.took(max(calls.seconds))


@scheduler.rule("For a call that raises, the exception stands in its place.")
def error_in_its_place(answer, inputs):
    calls = _drawn_calls(inputs)
    broken = calls.words[1]
    run = _observe_scheduler(answer, calls, broken)
    expected = [word.upper() for word in calls.words]
    expected[1] = ["raised", f"LookupError({broken!r})"]
    results = run.part("results")
    is_text = isinstance(results.value, list) and broken in results.value
    run.check(
        not is_text,
        f"LookupError({broken!r}) in its place",
        f"its text {broken!r} stands there",
        why="A text that looks like the error is no exception",
        line=answer.line_with("str("),
    )
    results.returned(expected, line=answer.method_line("wait"))
    run.took(max(calls.seconds))


@scheduler.rule("A call that is scheduled while it waits is waited for, too.")
def calls_from_calls(answer, inputs):
    first, second = inputs.odd_seconds(2)
    call = (
        f"await wait(), where a call after {first} s schedules another one {second} s later, and "
        f"that one a third, {second} s later again"
    )
    run = observe(scenes.scheduled_from_inside, answer, first, second, call=call)
    run.returned(["outer", "middle", "inner"])
    run.took(first + 2 * second)


@scheduler.rule("After a `wait` it is empty and can be used again.")
def used_again(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    call = "later(…), wait(), later(…), wait(), wait(), beside another Scheduler"
    run = observe(scenes.scheduled_twice, answer, seconds, call=call)
    waits = run.value
    first = waits["the first wait"]
    shared = type(first) is list and "of another one" in first
    why = "Two schedulers share one list of calls"
    run.check(
        not shared,
        "the calls of this scheduler",
        "also a call of another one",
        why=why,
        line=answer.definition_line(),
    )
    kept = first == [0] and waits["the second wait"] == [0, "two"]
    run.check(
        not kept,
        "a second wait that gives its own calls",
        "it gives those of the first wait again",
        why="What it has waited for is not taken off the list",
        line=answer.method_line("wait"),
    )
    run.returned(
        {
            "the first wait": [0],
            "the second wait": ["two"],
            "the third wait": [],
            "the wait of the other one": ["of another one"],
        }
    )
