from checker.chapters.cancellation.shared import ended_as_cancelled, observe_jobs
from checker.exercise import Exercise
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

LONG = 90  # seconds that a job works which is to be stopped

until_pressed = Exercise(
    "until_pressed",
    kind="build",
    hints=[
        "How can you hear of the button while you wait for the job? How does `nap`?",
        "`add_done_callback` calls a function at the press. When must it no longer do so?",
        "After `uncancel()`, what does 0 tell you, and what 1?",
    ],
)


def _press(answer, job, pressed_at, error=None):
    """Press the button after so many seconds.

    Args:
        pressed_at: when; at 0, before the answer is called.
        error: what the task of the button fails with then; None: it returns.
    """
    [name] = job
    when = f"after {pressed_at:g} s" if pressed_at else "before"
    call = f"until_pressed(button, job({name!r})), pressed {when}"
    if error:
        call += f", where the button's task ends with LookupError: {error}"
    return observe_jobs(scenes.start_until_pressed, answer, job, pressed_at, error, call=call)


def _cancel(answer, job, cancelled_at, pressed_at, cancelled_first=True):
    """Cancel the caller after so many seconds, and press the button then or later.

    Args:
        cancelled_first: which of the two comes first, if they are due at the same moment.
    """
    [name] = job
    call = f"until_pressed(button, job({name!r})), cancelled after {cancelled_at:g} s"
    if pressed_at == cancelled_at:
        call += ", pressed at the same moment"
    scene = scenes.cancelled_until_pressed
    return observe_jobs(scene, answer, job, pressed_at, cancelled_at, cancelled_first, call=call)


def _came_out(run, result, seconds, button="returned"):
    """The answer returned this after so many seconds, and took all its requests back.

    Args:
        button: how the button ended, of itself.
    """
    run.part("result").equals(result, seen="it returned {!r}")
    run.time_is(run.part("seconds").value, seconds, "returned after")
    run.part("cancelling").equals(0, "`cancelling()` to be 0 afterwards", "it is {}")
    run.part("cancelled_late").equals(
        False, "a later press to do nothing", "it cancelled the caller"
    )
    run.part("button").equals(button, "a button that nobody cancels", "it {}")
    run.left_nothing_behind()


@until_pressed.rule(
    "If the job ends first, its result or error comes out, and a later press does nothing."
)
def job_first(answer, inputs):
    ends_at, pressed_at = sorted(inputs.odd_seconds(2))
    job = one_job(inputs, ends_at)
    _came_out(_press(answer, job, pressed_at), job.result(*job), ends_at)
    failing = one_job(inputs, ends_at, errors="LookupError: no page")
    _press(answer, failing, pressed_at).raised("LookupError", "no page")


@until_pressed.rule("If the button is pressed first, the job is stopped, and the result is None.")
def button_first(answer, inputs):
    [pressed_at] = inputs.odd_seconds(1)
    clean_up = inputs.randint(2, 9)
    job = one_job(inputs, LONG, clean_up=clean_up)
    [name] = job
    run = _press(answer, job, pressed_at)
    _came_out(run, None, pressed_at + clean_up)
    run.called("job", f"clean_up({name!r})")
    _came_out(_press(answer, one_job(inputs, LONG), 0), None, 0)
    run = _press(answer, one_job(inputs, LONG), pressed_at, "stuck")
    _came_out(run, None, pressed_at, button="failed")


@until_pressed.rule("If it is cancelled itself, the job is stopped too, and it ends as cancelled.")
def caller_stopped(answer, inputs):
    [cancelled_at] = inputs.odd_seconds(1)
    job = one_job(inputs, LONG, clean_up=inputs.randint(2, 9))
    [name] = job
    run = _cancel(answer, job, cancelled_at, pressed_at=cancelled_at + 20)
    ended_as_cancelled(run)
    run.left_nothing_behind()
    run.called("job", f"clean_up({name!r})")
    for cancelled_first in (True, False):
        job = one_job(inputs, LONG, clean_up=inputs.randint(2, 9))
        run = _cancel(answer, job, cancelled_at, cancelled_at, cancelled_first)
        ended_as_cancelled(run)
        run.left_nothing_behind()
