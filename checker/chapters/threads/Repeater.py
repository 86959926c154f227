from checker.exercise import Exercise
from checker.judge import list_of_times, observe
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


def _observe_repeater(answer, every, busy, stop_at):
    what = f", which takes {busy:g} s," if busy else ""
    call = f"Repeater(function, {every:g}){what} stopped at {stop_at:g} s"
    return observe(scenes.repeated, answer, every, busy, stop_at, call=call)


def _calls(seconds):
    return f"calls at {list_of_times(seconds)}" if seconds else "no calls"


@repeater.rule("It calls the function again and again, after a pause of `every` seconds each time.")
def repeater_calls(answer, inputs):
    every = inputs.randint(3, 9)
    busy = 0.374
    wanted = [round(every * n + busy * (n - 1), 3) for n in (1, 2, 3)]
    run = _observe_repeater(answer, every, busy, round(wanted[-1] + busy + every / 2, 3))
    seen = run.part(0).value
    near = 0.5 if run.charged else 0.001
    good = len(seen) == len(wanted) and all(
        abs(one - two) < near for one, two in zip(seen, wanted, strict=True)
    )
    run.check(good, _calls(wanted), f"there were {_calls(seen)}")


@repeater.rule("`stop` ends the pause at once.")
def repeater_stops(answer, inputs):
    every = inputs.randint(20, 40)
    stop_at = every + round(every / 4 + 0.374, 3)
    run = _observe_repeater(answer, every, 0, stop_at)
    why = "`stop` does not end the pause"
    line = answer.method_line("stop")
    run.time_is(run.part(2).value, stop_at, what="was stopped at", why=why, line=line)


@repeater.rule("If the function is at work, `stop` waits until it has ended; then nothing goes on.")
def repeater_waits(answer, inputs):
    every = inputs.randint(3, 9)
    busy = inputs.randint(20, 40)
    run = _observe_repeater(answer, every, busy, every + 3.374)
    begun, ended, stopped = run.value
    why = "`stop` does not wait for the function"
    line = answer.method_line("stop")
    run.check(len(begun) == 1, "one call", f"there were {_calls(begun)}")
    run.time_is(stopped, every + busy, what="was stopped at", why=why, line=line)
    run.check(len(ended) == 1, "one call that ended", f"{len(ended)} of them ended")
    run.left_nothing_behind()
