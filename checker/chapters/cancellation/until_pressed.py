from checker.chapters.cancellation.shared import ended_as_cancelled, observe_jobs
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

LONG = 90  # seconds that a job works which is to be stopped

until_pressed = Exercise(
    "until_pressed",
    kind="build",
    hints=[
        "You wait for two things, the job and the button. Which call waits for several tasks, and "
        "comes back when the first is done?",
        "The button is pressed, or you are cancelled: who tells the job to stop, and who waits for "
        "its clean-up? Which block runs either way?",
        "Which task do you have to cancel, so that nothing has to be taken back afterwards?",
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


def _came_out(answer, run, result, seconds, button="returned"):
    """The answer returned this after so many seconds, and nothing comes after it.

    Args:
        button: how the button ended, of itself.
    """
    run.part("result").equals(result, seen="it returned {!r}")
    run.time_is(run.part("seconds").value, seconds, "returned after")
    why = "The callback is still there when the job has ended"
    _nothing_later(answer, run, why, button)


def _nothing_later(answer, run, why, button="returned"):
    """The answer took all its requests back, no later press reaches the caller, and no task is
    left.

    Args:
        why: what a request that comes later is due to.
        button: as in `_came_out`.
    """
    run.part("cancelling").equals(0, "`cancelling()` to be 0 afterwards", "it is {}")
    run.part("cancelled_late").equals(
        False,
        "nothing to come after the return",
        "the caller was cancelled later",
        line=answer.line_with("add_done_callback"),
        why=why,
    )
    line = answer.line_with("button.cancel()")
    run.part("button").equals(button, "a button that nobody cancels", "it {}", line=line)
    run.left_nothing_behind()


@until_pressed.rule(
    "If the job ends first, its result or error comes out, and a later press does nothing."
)
def job_first(answer, inputs):
    ends_at, pressed_at = sorted(inputs.odd_seconds(2))
    job = one_job(inputs, ends_at)
    _came_out(answer, _press(answer, job, pressed_at), job.result(*job), ends_at)
    failing = one_job(inputs, ends_at, errors="LookupError: no page")
    _press(answer, failing, pressed_at).raised("LookupError", "no page")


@until_pressed.rule("If the button is pressed first, the job is stopped, and the result is None.")
def button_first(answer, inputs):
    [pressed_at] = inputs.odd_seconds(1)
    clean_up = inputs.randint(2, 9)
    job = one_job(inputs, LONG, clean_up=clean_up)
    [name] = job
    run = _press(answer, job, pressed_at)
    _came_out(answer, run, None, pressed_at + clean_up)
    run.called("job", f"clean_up({name!r})")
    _came_out(answer, _press(answer, one_job(inputs, LONG), 0), None, 0)
    run = _press(answer, one_job(inputs, LONG), pressed_at, "stuck")
    _came_out(answer, run, None, pressed_at, button="failed")


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


@until_pressed.rule(
    "If the press comes at the moment when the job ends, either may count; nothing comes after it."
)
def at_once(answer, inputs):
    for button_first in (True, False):
        [seconds] = inputs.odd_seconds(1)
        [value] = inputs.words(1)
        call = f"until_pressed(button, job), pressed after {seconds:g} s, at the very moment when "
        call += f"the job returns {value!r}"
        scene = scenes.pressed_as_it_ends
        run = observe(scene, answer, seconds, value, button_first, call=call)
        run.ended()
        result = run.part("result").value
        run.check(result in (value, None), f"{value!r} or None", f"it returned {result!r}")
        run.time_is(run.part("seconds").value, seconds, "returned after")
        _nothing_later(answer, run, "A callback that is on its way already cannot be removed")
