from checker.chapters.the_event_loop.shared import closed_its_loops, gave, let_out, took
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop as scenes

EXACT = 0.002  # seconds; the moments of the scene are rounded to one millisecond

launch = Exercise(
    "launch",
    kind="repair",
    shipped="wrong_result",
    is_async=False,
    hints=[
        "Who is still there when `main()` has ended, and which function tells you?",
        "A loop works only while it runs. How do you make it run once more, for those that are "
        "left?",
        "`asyncio.wait(tasks, timeout=patience)` gives those that are not done. It refuses an "
        "empty set. What must happen after `cancel()`, before the loop is closed?",
    ],
)


def _drawn_jobs(inputs, count):
    """Name of each job → [seconds that it works, seconds of its clean-up]."""
    names = inputs.words(count)
    seconds = inputs.odd_seconds(count)
    clean_ups = inputs.seconds(count)
    return {name: [s, c] for name, s, c in zip(names, seconds, clean_ups, strict=True)}


def _longest(jobs):
    return max(seconds for seconds, _ in jobs.values())


def _observe_launch(answer, jobs, patience, fails=False, broken=None):
    """Launch a `main()` that takes 1 s, leaves these jobs behind, and may fail.

    Args:
        broken: the name of the job that fails when it has worked, None if none does.
    """
    needs = ", ".join(
        f"{name} {'fails after' if name == broken else 'needs'} {seconds:g} s"
        for name, (seconds, _) in jobs.items()
    )
    left = f"jobs behind: {needs}" if jobs else "nothing behind"
    main = "takes 1 s and fails" if fails else "takes 1 s"
    call = f"launch(main, {patience:g}), where main {main}, and leaves {left}"
    return observe(scenes.launched, answer, jobs, patience, fails, broken, call=call)


def _ended(run, expected, answer):
    """The jobs ended like this, and the loop was closed.

    Args:
        expected: name of each → ("finished", when), ("failed", when), or ("cancelled", when it was
            asked to stop).
    """
    ends = run.part("ends").value
    for name, (how, moment) in expected.items():
        end = ends.get(name)
        holds = end is not None and end["how"] == how and abs(end["at"] - moment) < EXACT
        seen = _shown(end["how"], end["at"]) if end else "never came to an end"
        why, line = _why_not(end, how, moment, answer)
        run.check(holds, f"{name} {_shown(how, moment)}", f"it {seen}", why=why, line=line)
    closed_its_loops(run)


def _why_not(end, how, moment, answer):
    """What became of a job that was to end otherwise: a sentence without its full stop, and the
    line where that came from; None where it is not known.
    """
    closes = answer.line_with(".close()")
    waits = answer.line_with("wait(") or answer.line_with("gather(") or answer.line_with("timeout(")
    if end is None and (closes or answer.line_with("run_until_complete(")):
        return "The loop has no turn left in which it could end", closes
    if end is None:
        return "Nobody waits until it has cleaned up: it is cancelled once more meanwhile", waits
    if how == "cancelled" and end["at"] > moment + EXACT:
        return "The jobs have more than `patience` seconds: all together have them once", waits
    if how != "cancelled" and end["how"] == "cancelled" and end["at"] <= 1 + EXACT:
        line = answer.line_with("main()")
        return "What is left is cancelled at the end of `main()`, without any patience", line
    return None, None


def _shown(how, moment):
    if how in ("finished", "failed"):
        return f"{how} at {moment:g} s"
    return f"was cancelled at {moment:g} s and cleaned up"


def _all_finished(jobs):
    return {name: ("finished", seconds) for name, (seconds, _) in jobs.items()}


@launch.rule("Jobs that are left may go on for `patience` seconds after `main()`.")
def launch_finishes(answer, inputs):
    jobs = _drawn_jobs(inputs, 3)
    longest = _longest(jobs)
    run = _observe_launch(answer, jobs, longest + 20)
    _ended(run, _all_finished(jobs), answer)
    took(run, answer, longest, "It goes on when the last job is over")


@launch.rule("Those that still run then are cancelled, and it waits for their clean-ups.")
def launch_cancels(answer, inputs):
    jobs = _drawn_jobs(inputs, 3)
    patience = min(seconds for seconds, _ in jobs.values()) + 2
    run = _observe_launch(answer, jobs, patience)
    expected = _all_finished(jobs)
    for name, (seconds, _) in jobs.items():
        if seconds > 1 + patience:
            expected[name] = ("cancelled", 1 + patience)
    _ended(run, expected, answer)


@launch.rule("If nothing is left, it returns at once.")
def launch_alone(answer, inputs):
    [seconds] = inputs.seconds(1)
    run = _observe_launch(answer, {}, seconds + 20)
    _ended(run, {}, answer)
    took(run, answer, 1, "It goes on although nothing is left")


@launch.rule("The result of `main()` comes back, or its error comes out, after all that.")
def launch_outcome(answer, inputs):
    for fails in (False, True):
        jobs = _drawn_jobs(inputs, 2)
        run = _observe_launch(answer, jobs, _longest(jobs) + 20, fails)
        if fails:
            let_out(run, "LookupError('main')", answer)
        else:
            gave(run, "the result")
        _ended(run, _all_finished(jobs), answer)


@launch.rule("A job that fails changes nothing for the others, or for the result of `main()`.")
def launch_broken_job(answer, inputs):
    jobs = _drawn_jobs(inputs, 3)
    first = min(jobs, key=lambda name: jobs[name][0])
    run = _observe_launch(answer, jobs, _longest(jobs) + 20, broken=first)
    _ended(run, _all_finished(jobs) | {first: ("failed", jobs[first][0])}, answer)
    gave(run, "the result")
