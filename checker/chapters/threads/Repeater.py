from checker.exercise import Exercise
from checker.judge import duration, list_of_times, observe
from checker.lab.scenes import threads as scenes

repeater = Exercise(
    "Repeater",
    kind="build",
    is_async=False,
    hints=[
        "Who sleeps cannot be told to stop. What can a thread wait for that somebody else ends?",
        "`Event.wait(seconds)` waits, too. What does it return if the event was set?",
        "When `stop` returns, nothing may go on. How does one wait for the end of a thread?",
    ],
)


EXACT = 0.001  # seconds that a call may be beside its moment
CHARGED = 0.5  # the same, where real time is in the run


def _observe_repeater(answer, every, busy, stop_at):
    takes = f", which takes {busy:g} s," if busy else ""
    call = f"Repeater(function, {every:g}){takes} stopped at {stop_at:g} s"
    return observe(scenes.repeated, answer, every, busy, stop_at, call=call)


def _calls(times):
    """Such calls in words: "calls at 3, 6 s"."""
    return f"calls at {list_of_times(times)}" if times else "no calls"


def _stop_returned_at(run, seconds, why, line):
    run.time_is(
        run.part("stopped").value,
        seconds,
        "returned at",
        expected=f"`stop` to return at {duration(seconds)}",
        why=why,
        line=line,
    )


@repeater.rule("It calls the function again and again, after a pause of `every` seconds each time.")
def repeater_calls(answer, inputs):
    every = inputs.randint(3, 9)
    busy = 0.374
    wanted = [round(every * n + busy * (n - 1), 3) for n in (1, 2, 3)]
    stop_at = round(wanted[-1] + busy + every / 2, 3)
    run = _observe_repeater(answer, every, busy, stop_at)
    of_all = run.part("of_all").value
    run.check(
        not of_all,
        "something to wait for that each Repeater has for itself",
        f"all of them share `{', '.join(of_all)}`",
        line=answer.line_with(f"{of_all[0]} =") if of_all else None,
        why="This is made once for all objects of the class, and who stops one stops all",
    )
    begun = run.part("begun").value
    near = CHARGED if run.charged else EXACT
    good = len(begun) == len(wanted) and all(
        abs(came - due) < near for came, due in zip(begun, wanted, strict=True)
    )
    why, line = _wrong_calls(answer, begun, wanted, stop_at)
    run.check(good, _calls(wanted), f"there were {_calls(begun)}", why=why, line=line)


def _wrong_calls(answer, begun, wanted, stop_at):
    """(what is wrong with these moments of calls, the line to name), as far as that is known."""
    calls = answer.line_with(".function()")
    if not begun:
        waits = answer.line_with(".wait(")
        why = "`wait` returns False when the pause is over, and then nothing calls the function"
        return (why, waits) if waits else ("Nothing calls it", answer.method_line("start"))
    if begun[0] < wanted[0] / 2:
        return "The first call comes without a pause before it", calls
    if begun[-1] >= stop_at - CHARGED:
        line = answer.line_with(".wait(") or answer.line_with(".sleep(")
        return "After this wait nothing asks for `stop`, and the function is called once more", line
    if len(begun) == 1:
        line = answer.line_with("Timer(") or calls
        return "The function is called once, and never again", line
    return None, None


@repeater.rule("`stop` ends the pause at once.")
def repeater_stops(answer, inputs):
    every = inputs.randint(20, 40)
    stop_at = every + round(every / 4 + 0.374, 3)
    run = _observe_repeater(answer, every, 0, stop_at)
    line = answer.method_line("stop")
    _stop_returned_at(run, stop_at, "`stop` does not end the pause", line)


@repeater.rule("If the function is at work, `stop` waits until it has ended; then nothing goes on.")
def repeater_waits(answer, inputs):
    every = inputs.randint(3, 9)
    busy = inputs.randint(20, 40)
    run = _observe_repeater(answer, every, busy, every + 3.374)
    begun = run.part("begun").value
    run.check(len(begun) == 1, "one call", f"there were {_calls(begun)}")
    line = answer.method_line("stop")
    _stop_returned_at(run, every + busy, "`stop` does not wait for the function", line)
    ended = run.part("ended").value
    run.check(len(ended) == 1, "one call that ended", f"{len(ended)} of them ended")
    run.left_nothing_behind()
