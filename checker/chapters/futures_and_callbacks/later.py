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
    seconds = inputs.odd_seconds(1)[0]
    word = inputs.words(1)[0]
    call = f"await later({seconds}, str.upper, {word!r})"
    run = observe(scenes.later_value, answer, seconds, word, call=call)
    run.returned(word.upper())
    run.took(seconds)


@later.rule("It returns at once, so several calls wait at the same time.")
def later_overlap(answer, inputs):
    times = inputs.odd_seconds(3)
    words = inputs.words(3)
    call = f"later(…) three times at once, with {times} s"
    run = observe(scenes.later_many, answer, times, words, call=call)
    happened = sorted(([w, t] for t, w in zip(times, words, strict=True)), key=lambda p: p[1])
    made, seen = run.value
    run.check(made == 0, "it returns at once", f"it took {made:g} s")
    early = "The function is called when `later` is, and not when its time has come"
    run.check(
        [list(pair) for pair in seen] == happened,
        f"calls at {', '.join(f'{t:g} s' for _, t in happened)}",
        f"calls at {', '.join(f'{t:g} s' for _, t in seen)}",
        why=early if not any(t for _, t in seen) else None,
    )
    run.took(scenes.LONG_AGO + max(times))


@later.rule("If the function raises, whoever awaits gets the exception.")
def later_raises(answer, inputs):
    text = inputs.words(1)[0]
    seconds = inputs.odd_seconds(1)[0]
    call = f"await later({seconds}, fails), which raises LookupError({text!r})"
    run = observe(scenes.later_failing, answer, seconds, text, call=call)
    run.raised("LookupError", text)


@later.rule("If what it returned is cancelled before its time, the function is not called.")
def later_not_called(answer, inputs):
    word = inputs.words(1)[0]
    seconds = inputs.odd_seconds(1)[0]
    call = f"later({seconds}, …), cancelled after {seconds / 2} s"
    run = observe(scenes.later_cancelled, answer, seconds, word, call=call)
    cancelled, happened, heard = run.value
    run.check(cancelled, "it is cancelled", "it cannot be cancelled")
    why = "It was cancelled, and nobody asked before the function was called"
    run.check(not happened, "no call", "the function was called", why=why)
    run.check(not heard, "nothing raised in a callback", f"{heard[0] if heard else ''} was raised")
