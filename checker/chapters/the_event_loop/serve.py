import sys

from checker.chapters.the_event_loop.shared import begin_and_end, took
from checker.engine import Limits
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop_signals as scenes

PATIENT = Limits(real_seconds=30)  # for a child process on a busy machine
SIGNALS = ("SIGTERM", "SIGINT")
TAKE = 1  # seconds that `take()` takes

serve = Exercise(
    "serve",
    kind="build",
    hints=[
        "A handler is a plain function. What can it do to a task that waits in `take()`?",
        "How does the handler know whether it is the first signal or the second? What does each "
        "of them cancel?",
        "If `take()` and `work(job)` are tasks: where do you catch the CancelledError that comes "
        "out of each of them, and where do you remove the handlers?",
    ],
)


def _observe_serve(answer, names, seconds, sent, clean_up=0, cancelled_at=None):
    """Serve jobs while signals are sent.

    Args:
        names, seconds: of the jobs, and how long each takes.
        sent: [seconds, name of the signal] for each signal, in their order.
        clean_up: seconds of a job's clean-up.
        cancelled_at: seconds after which the answer is cancelled, None if it is not.
    """
    needs = dict(zip(names, seconds, strict=True))
    jobs = ", ".join(f"{name} takes {each:g} s" for name, each in needs.items())
    signals = " and ".join(f"{name} at {moment:g} s" for moment, name in sent)
    if cancelled_at is not None:
        signals = (
            f"{signals}, and cancelled at {cancelled_at:g} s"
            if sent
            else f"cancelled at {cancelled_at:g} s"
        )
    call = f"serve(take, work), where take() takes {TAKE} s; {jobs}; {signals}"
    take = scenes.Takes(needs, TAKE)
    work = scenes.Works(needs, clean_up)
    return observe(scenes.served, answer, take, work, sent, cancelled_at, call=call)


def _begins(seconds, number):
    """When the job with this number, from 0 on, begins, if there was no signal before."""
    return sum(seconds[:number]) + TAKE * (number + 1)


def _served(run, done, happened, why=None, line=None):
    """It returned the jobs `done`, and this happened to the jobs.

    Args:
        why, line: what is wrong if it returned other jobs, and where.
    """
    returned = run.part("returned")
    returned.equals(done, seen="it returned {!r}", in_turn=True, why=why, line=line)
    seen = ", ".join(run.part("happened").value) or "nothing"
    run.check(
        run.part("happened").value == happened, ", ".join(happened), f"it was {seen}", in_turn=True
    )


@serve.rule("It does job after job; a signal while it waits for the next one ends it at once.")
def serve_idle(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    for signal in SIGNALS:
        moment = round(_begins(seconds, 3) + 39.5, 3)
        run = _observe_serve(answer, names, seconds, [[moment, signal]])
        _served(run, names, begin_and_end(names))
        took(run, answer, moment)
        _handles_both(run, answer)


@serve.rule("If a signal comes while it does a job, this one is finished, and no other is taken.")
def serve_busy(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    begins = _begins(seconds, 1)
    for signal in SIGNALS:
        moment = round(begins + seconds[1] / 2, 3)
        run = _observe_serve(answer, names, seconds, [[moment, signal]])
        _served(run, names[:2], begin_and_end(names[:2]))
        took(run, answer, round(begins + seconds[1], 3))


@serve.rule("At a second signal it cancels that job, waits for its clean-up, and returns.")
def serve_hurry(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    [clean_up] = inputs.seconds(1)
    begins = _begins(seconds, 1)
    first = round(begins + seconds[1] * 0.3, 3)
    second = round(begins + seconds[1] * 0.6, 3)
    sent = [[first, inputs.choice(SIGNALS)], [second, inputs.choice(SIGNALS)]]
    run = _observe_serve(answer, names, seconds, sent, clean_up)
    happened = [*begin_and_end(names[:1]), f"begin {names[1]}", f"clean up {names[1]}"]
    why = line = None
    if run.part("returned").value == names[:2]:
        if run.part("happened").value == happened:
            why = "A job that was cancelled is counted as done"
            line = answer.line_with(".append(")
        else:
            why = "The second signal does not cancel the job in hand"
            line = answer.line_with("add_signal_handler(")
    _served(run, names[:1], happened, why, line)
    took(run, answer, round(second + clean_up, 3))
    run.left_nothing_behind()


@serve.rule("If it is cancelled itself, so is what it waits for, and it ends as cancelled.")
def serve_cancelled(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    [clean_up] = inputs.seconds(1)
    begins = _begins(seconds, 1)
    first = round(begins + seconds[1] * 0.3, 3)
    moment = round(begins + seconds[1] * 0.6, 3)
    happened = [*begin_and_end(names[:1]), f"begin {names[1]}", f"clean up {names[1]}"]
    for sent in ([], [[first, inputs.choice(SIGNALS)]]):
        run = _observe_serve(answer, names, seconds, sent, clean_up, cancelled_at=moment)
        returned = run.part("returned").value
        cancelled = run.part("cancelled").value
        why = "It was asked to stop by somebody else, and took that for a signal's doing"
        run.check(
            cancelled,
            "CancelledError to come out",
            f"it returned {returned!r}",
            why=why if sent else None,
        )
        seen = ", ".join(run.part("happened").value) or "nothing"
        run.check(run.part("happened").value == happened, ", ".join(happened), f"it was {seen}")
        took(run, answer, round(moment + clean_up, 3))
        run.left_nothing_behind()


@serve.rule("Both handlers are set before the first job is taken, and removed in the end.")
def serve_handlers(answer, inputs):
    names = inputs.words(2)
    seconds = inputs.odd_seconds(2)
    run = _observe_serve(answer, names, seconds, [[200.5, "SIGTERM"]])
    _handles_both(run, answer)
    left = run.part("handlers_left").value
    run.check(
        not left,
        "no handlers in the end",
        f"there are {', '.join(left)}",
        in_turn=True,
        why="What is set here is not removed on every way out",
        line=answer.line_with("add_signal_handler("),
    )


def _handles_both(run, answer):
    """There were handlers for both signals when the first job was taken."""
    first = run.part("handlers_at_the_first_job").value
    missing = [name for name in SIGNALS if name not in first]
    run.check(
        not missing,
        "handlers for both before the first job",
        f"there were {', '.join(first) or 'none'}",
        in_turn=True,
        why=f"{' and '.join(missing)} had no handler when the first job was taken",
        line=answer.line_with("add_signal_handler("),
    )


@serve.rule("For real, in a process of its own: told to stop, it finishes its job and ends well.")
def serve_for_real(answer, inputs):
    if sys.platform == "win32":
        return  # its loops take no handlers
    for signal in SIGNALS:
        call = f"python serve.py, and {signal} while it does its second job"
        args = (answer, answer.source, signal)
        run = observe(scenes.served_for_real, *args, call=call, limits=PATIENT)
        status = run.part("status").value
        error = run.part("error").value
        seen = f"its status was {status}: {error}" if error else f"its status was {status}"
        run.check(status == 0, "status 0", seen)
        lines = run.part("lines").value
        expected = ["end first", "ready", "end second", "returned first second"]
        run.check(lines == expected, ", ".join(expected), ", ".join(lines) or "it printed nothing")
