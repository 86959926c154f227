from checker.chapters.cancellation.shared import ended_as_cancelled, observe_jobs
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

RUNNING = "is still running"  # as the scene says it

cancel_and_wait = Exercise(
    "cancel_and_wait",
    kind="write",
    hints=[
        "When `cancel()` returns, has the task ended?",
        "Which way of waiting raises nothing, however the task ends?",
        "Which method of a task that is done tells whether it ended as cancelled?",
    ],
)


def _cancel(answer, inputs, *, begun=True, asked=False, clean_up=0, ends=None):
    """Cancel a task.

    Args:
        begun: it has run for a while; else it has not begun.
        asked: it has been cancelled before, and has ended.
        clean_up: how many seconds its clean-up takes; with 0, there is none.
        ends: how it ends, where that is not as cancelled, as in `Jobs`.

    Returns:
        the run, and after how many seconds the answer is to return.
    """
    job = one_job(inputs, 55, clean_up=clean_up or None, ends=ends)
    before = None
    task = "a task that has not begun"
    if begun:
        before = inputs.seconds(1, least=2)[0] - 0.63
        task = f"a task begun {before:g} s before"
    if asked:
        task += " and cancelled already"
    call = f"cancel_and_wait(task) with {task}"
    run = observe_jobs(scenes.start_cancel_and_wait, answer, job, before, asked, call=call)
    return run, (before or 0) + clean_up


def _stopped(run, result, how, seconds):
    """The answer returned `result` after so many seconds, when the task had ended like this."""
    why = "`cancel()` asks, and does not wait" if run.part("task").value == RUNNING else None
    run.part("task").equals(how, f"a task that {how}", "the task {} when it returns", why=why)
    run.part("result").equals(result, seen="it returned {!r}")
    run.time_is(run.part("seconds").value, seconds, "returned after")


@cancel_and_wait.rule("A task that ends as cancelled, or has done so before, gives True.")
def one_cancelled(answer, inputs):
    for begun, asked in ((True, False), (False, False), (True, True)):
        run, seconds = _cancel(answer, inputs, begun=begun, asked=asked)
        _stopped(run, True, "ended as cancelled", seconds)


@cancel_and_wait.rule("It waits until the clean-up is over, and does not disturb it.")
def one_cleaned_up(answer, inputs):
    [clean_up] = inputs.odd_seconds(1)
    run, seconds = _cancel(answer, inputs, clean_up=clean_up)
    disturbed = any(call.outcome == "cancelled" for call in run.calls)
    run.check(not disturbed, "the clean-up to come to its end", "it was cancelled")
    _stopped(run, True, "ended as cancelled", seconds)


@cancel_and_wait.rule("A task that ends with a value or an error gives False.")
def one_declines(answer, inputs):
    for ends, how in (("returns", "returned"), ("OSError: no space left", "failed")):
        [clean_up] = inputs.seconds(1)
        run, seconds = _cancel(answer, inputs, clean_up=clean_up, ends=ends)
        _stopped(run, False, how, seconds)


@cancel_and_wait.rule("If it is cancelled itself while it waits, it ends as cancelled.")
def one_who_waits_is_cancelled(answer, inputs):
    [clean_up] = inputs.odd_seconds(1)
    seconds = round(clean_up / 2, 2)
    call = f"cancel_and_wait(task), cancelled itself after {seconds:g} s, in a clean-up of "
    call += f"{clean_up:g} s"
    scene = scenes.cancelled_cancel_and_wait
    ended_as_cancelled(observe(scene, answer, clean_up, seconds, call=call))
