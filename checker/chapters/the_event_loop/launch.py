from checker.chapters.the_event_loop.shared import OPEN, took
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop as scenes

launch = Exercise(
    "launch",
    kind="repair",
    shipped="wrong_result",
    is_async=False,
    hints=[
        "Who is still there when `main()` has ended, and which function tells you?",
        "A loop works only while it runs. How do you make it run once more, for the others?",
        "`asyncio.wait(tasks, timeout=patience)` gives those that are not done. It refuses an "
        "empty set. What must happen after `cancel()`, before the loop is closed?",
    ],
)


def _launched(answer, jobs, patience, fails=False):
    shown = ", ".join(f"{name} needs {seconds:g} s" for name, (seconds, _) in jobs.items())
    shown = f"leaves jobs behind: {shown}" if jobs else "leaves nothing behind"
    call = f"launch(main, {patience:g}), where main takes 1 s{' and fails' if fails else ''}, and "
    return observe(scenes.launched, answer, jobs, patience, fails, call=call + shown)


def _jobs(inputs, count):
    names = inputs.words(count)
    seconds = inputs.odd_seconds(count)
    parts = zip(names, seconds, inputs.seconds(count), strict=True)
    return {name: [s, clean_up] for name, s, clean_up in parts}, seconds


def _ends(run, wanted):
    ends = run.part(1).value
    for name, (how, moment) in wanted.items():
        seen = ends.get(name)
        did = f"{seen[0]} at {seen[1]:g} s" if seen else "never came to an end"
        holds = seen is not None and seen[0] == how and abs(seen[1] - moment) < 0.002
        run.check(holds, f"{name} {how} at {moment:g} s", f"it {did}")
    run.check(run.part(2).value, "a closed loop", OPEN)


@launch.rule("Jobs that are left may finish within `patience` seconds after `main()`.")
def launch_finishes(answer, inputs):
    jobs, seconds = _jobs(inputs, 3)
    run = _launched(answer, jobs, max(seconds) + 20)
    _ends(run, {name: ("finished", s) for name, (s, _) in jobs.items()})
    took(run, answer, max(seconds), "It goes on when the last job is over")


@launch.rule("Those that still run then are cancelled, and have their clean-up.")
def launch_cancels(answer, inputs):
    jobs, seconds = _jobs(inputs, 3)
    patience = min(seconds) + 2
    run = _launched(answer, jobs, patience)
    late = ("was cancelled and cleaned up", 1 + patience)
    _ends(run, {n: ("finished", s) if s < patience else late for n, (s, _) in jobs.items()})


@launch.rule("If nothing is left, it returns at once.")
def launch_alone(answer, inputs):
    run = _launched(answer, {}, inputs.seconds(1)[0] + 20)
    _ends(run, {})
    took(run, answer, 1, "It goes on although nothing is left")


@launch.rule("The result of `main()` comes back, or its error comes out, after all that.")
def launch_outcome(answer, inputs):
    for fails, wanted in ((False, "the result"), (True, "LookupError('main')")):
        jobs, seconds = _jobs(inputs, 2)
        run = _launched(answer, jobs, max(seconds) + 20, fails)
        run.part(0).equals(wanted, wanted)
        _ends(run, {name: ("finished", s) for name, (s, _) in jobs.items()})
