from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import futures_and_callbacks as scenes

later = Exercise(
    "later",
    kind="write",
    is_async=False,
    hints=[
        "`later` is a plain function: it returns at once. What can it return that is done later?",
        "Which method of the loop calls a plain function after some seconds? And who puts the "
        "value into the future: `function`, or a small function of your own that calls it?",
        "Two things can go wrong: `function` raises, or the future was cancelled before its time. "
        "What does your small function ask first, and what does it do with an exception?",
    ],
)


@later.rule("It calls the function after so many seconds; awaiting gives the value.")
def later_gives(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    [word] = inputs.words(1)
    call = f"await later({seconds}, str.upper, {word!r})"
    run = observe(scenes.later_value, answer, seconds, word, call=call)
    run.returned(word.upper())
    run.took(seconds)


@later.rule("It returns at once, so several calls wait at the same time.")
def later_overlap(answer, inputs):
    times = inputs.odd_seconds(3)
    words = inputs.words(3)
    call = f"three calls of later(…), one after the other, with {times} s"
    run = observe(scenes.later_many, answer, times, words, call=call)
    seconds = run.part("took").value
    run.check(seconds == 0, "three calls that return at once", f"they took {seconds:g} s")
    run.check(
        not run.part("coroutines").value,
        "a future or a task",
        "it returned a coroutine",
        why="A coroutine does nothing before somebody awaits it. Make a task of it",
        in_turn=True,
    )
    expected = [list(pair) for pair in sorted(zip(times, words, strict=True))]
    calls = run.part("calls").value
    why = line = None
    if calls and all(moment == 0 for moment, _ in calls):
        why = "The function is called when `later` is, and not when its time has come"
        line = answer.line_with("function(")
    run.check(calls == expected, _shown(expected), _shown(calls), why=why, line=line)
    run.took(scenes.LONG_AGO + max(times))


def _shown(calls):
    if not calls:
        return "no calls"
    return f"calls with {', '.join(f'{word!r} at {moment:g} s' for moment, word in calls)}"


@later.rule("If the function raises, whoever awaits gets the exception.")
def later_raises(answer, inputs):
    [text] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    call = f"await later({seconds}, fails), where fails() raises LookupError({text!r})"
    run = observe(scenes.later_failing, answer, seconds, text, call=call)
    run.raised("LookupError", text)


@later.rule("If what it returned is cancelled before the call, the function is not called.")
def later_not_called(answer, inputs):
    [word] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    for moment, when in (
        (seconds / 2, f"after {seconds / 2:g} s"),
        (seconds, "just before the call"),
    ):
        call = f"later({seconds}, …), whose future is cancelled {when}"
        run = observe(scenes.later_cancelled, answer, seconds, word, moment, call=call)
        run.part("cancelled").equals(True, "a future that is cancelled", "it was not")
        why = "It was cancelled, and nobody asked before the function was called"
        called = run.part("called").value
        run.check(
            not called,
            "no call",
            "the function was called",
            why=why,
            line=answer.line_with("function("),
        )
        raised = ", ".join(run.part("raised_in_callbacks").value)
        run.check(not raised, "callbacks that raise nothing", f"a callback raised {raised}")
