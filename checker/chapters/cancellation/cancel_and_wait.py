from checker.chapters.cancellation.shared import observe_jobs
from checker.exercise import Exercise
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

cancel_and_wait = Exercise(
    "cancel_and_wait",
    kind="write",
    hints=[
        "When `cancel()` returns, has the task ended?",
        "Which way of waiting raises nothing, however the task ends?",
        "Which method of a task that is done tells whether it ended as cancelled?",
    ],
)


def _cancel_one(answer, inputs, clean_up=None, end=None, before=True, asked=False):
    moment = inputs.seconds(1, least=2)[0] - 0.63 if before else None
    job = one_job(inputs, 55, clean_up=clean_up, ends=end)
    when = f"after {moment:g} s" if before else "that has not begun"
    call = f"cancel_and_wait(task) {when}{', cancelled already' if asked else ''}"
    run = observe_jobs(scenes.start_cancel_and_wait, answer, job, moment, asked, call=call)
    return run, (moment or 0) + (clean_up or 0)


def _stopped(run, value, how, seconds):
    """The answer returned `value` after so many seconds, when the tasks had ended like this."""
    run.part(1).equals(how, f"{how} when it returns", "{}")
    run.part(0).equals(value, seen="it returned {!r}")
    run.time_is(run.part(2).value, seconds, "returned after")


@cancel_and_wait.rule("A task that ends as cancelled, or has done so before, gives True.")
def one_cancelled(answer, inputs):
    for before, asked in ((True, False), (False, False), (True, True)):
        run, seconds = _cancel_one(answer, inputs, before=before, asked=asked)
        _stopped(run, True, "cancelled", seconds)


@cancel_and_wait.rule("It waits until the clean-up is over, and does not disturb it.")
def one_cleaned_up(answer, inputs):
    run, seconds = _cancel_one(answer, inputs, inputs.odd_seconds(1)[0])
    whole = all(call.outcome != "cancelled" for call in run.calls)
    run.check(whole, "a full clean-up", "it was cancelled")
    _stopped(run, True, "cancelled", seconds)


@cancel_and_wait.rule("A task that ends with a value or an error gives False.")
def one_declines(answer, inputs):
    for end, how in (("returns", "returned"), ("OSError: no space left", "failed")):
        run, seconds = _cancel_one(answer, inputs, inputs.seconds(1)[0], end)
        _stopped(run, False, how, seconds)
