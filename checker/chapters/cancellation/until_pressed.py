from checker.chapters.cancellation.shared import observe_jobs
from checker.exercise import Exercise
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

until_pressed = Exercise(
    "until_pressed",
    kind="build",
    hints=[
        "How can you hear of the button while you wait for the job? How does `nap`?",
        "`add_done_callback` calls a function at the press. When must it no longer do so?",
        "After `uncancel()`, what does 0 tell you, and what 1?",
    ],
)


def _observe_until_pressed(answer, inputs, button, job):
    call = f"until_pressed(button, job({next(iter(job))!r})), pressed after {button:g} s"
    return observe_jobs(scenes.start_until_pressed, answer, job, button, call=call)


def _came_out(run, value, moment):
    _, ended, asked, late, button = run.value
    run.part(0).equals(value, seen="it returned {!r}")
    run.time_is(ended, moment, "returned after")
    run.check(not asked, "`cancelling()` to be 0 afterwards", f"it is {asked}")
    run.check(not late, "a later press to do nothing", "it cancelled the caller")
    run.check(button == "returned", "a button that nobody cancels", f"it was {button}")


@until_pressed.rule("A job that ends first: its result or error comes out; no later press counts.")
def job_first(answer, inputs):
    moment, button = sorted(inputs.odd_seconds(2))
    job = one_job(inputs, moment)
    run = _observe_until_pressed(answer, inputs, button, job)
    _came_out(run, job.result(*job), moment)
    failing = one_job(inputs, moment, errors="LookupError: no page")
    run = _observe_until_pressed(answer, inputs, button, failing)
    run.raised("LookupError", "no page", or_group=True)


@until_pressed.rule("If the button comes first, the job is stopped, and the result is None.")
def button_first(answer, inputs):
    button = inputs.odd_seconds(1)[0]
    clean_up = inputs.randint(2, 9)
    job = one_job(inputs, 90, clean_up=clean_up)
    run = _observe_until_pressed(answer, inputs, button, job)
    _came_out(run, None, button + clean_up)
    run.called("job", f"clean_up({next(iter(job))!r})")
    run.left_nothing_behind()


@until_pressed.rule("If it is cancelled itself, the job is stopped too, and it ends as cancelled.")
def caller_stopped(answer, inputs):
    moment = inputs.odd_seconds(1)[0]
    for pressed, first in ((moment + 20, True), (moment, True), (moment, False)):
        job = one_job(inputs, 90, clean_up=inputs.randint(2, 9))
        call = f"until_pressed(button, job({next(iter(job))!r})), cancelled after {moment:g} s"
        call += ", pressed at the same moment" if pressed == moment else ""
        run = observe_jobs(
            scenes.cancelled_until_pressed, answer, job, pressed, moment, first, call=call
        )
        run.returned("cancelled")
        run.left_nothing_behind()
        if pressed > moment:
            run.called("job", f"clean_up({next(iter(job))!r})")
