from checker.chapters.task_groups.shared import LONG, observe_jobs
from checker.exercise import Exercise
from checker.judge.unmet import Raised
from checker.lab.fakes.jobs import Jobs

all_or_error = Exercise(
    "all_or_error",
    kind="rewrite",
    shipped="left_running",
    hints=[
        "Who stops the other jobs when one fails: `gather`, or a group?",
        "A group raises an exception group. Where do you find in it the error that came first?",
        "What does Python make of an exception that is raised in an `except*` clause? Which kind "
        "of clause gives you the whole group, and lets you raise what you like?",
    ],
)


@all_or_error.rule("The results come back in the order of the jobs; the waits overlap.")
def results_in_order(answer, inputs):
    for count in (5, 0):
        names = inputs.words(count)
        seconds = inputs.odd_seconds(count)
        job = Jobs(dict(zip(names, seconds, strict=True)), work_noted=True)
        run = observe_jobs(answer, job)
        run.returned([job.result(name) for name in names])
        run.took(max(seconds, default=0))
        run.left_nothing_behind()


@all_or_error.rule("If a job fails, the others are cancelled, and have cleaned up before it ends.")
def others_stopped(answer, inputs):
    job, moment, clean_up = _one_fails(inputs)
    run = observe_jobs(answer, job)
    run.raised("LookupError", "no page")
    run.left_nothing_behind(after_error=True)
    run.took(moment + max(clean_up.values()), after_error=True, ended_by="LookupError")


@all_or_error.rule("The error comes out as itself, not in a group.")
def error_alone(answer, inputs):
    job, *_ = _one_fails(inputs)
    _alone(observe_jobs(answer, job), "LookupError", "no page")


@all_or_error.rule("If several fail, the first one comes out, even if others fail in clean-up.")
def first_alone(answer, inputs):
    job, *_ = _one_fails(inputs, ends="ValueError: half done")
    _alone(observe_jobs(answer, job), "LookupError", "no page")


@all_or_error.rule("If it is cancelled itself, so are the jobs, and it ends as cancelled.")
def all_cancelled(answer, inputs):
    names = inputs.words(3)
    [moment] = inputs.odd_seconds(1)
    clean_up = dict(zip(names, inputs.odd_seconds(3), strict=True))
    job = Jobs(dict.fromkeys(names, LONG), clean_up)
    run = observe_jobs(answer, job, moment=moment)
    run.ended_as_cancelled()
    run.took(moment + max(clean_up.values()))
    run.left_nothing_behind()


def _one_fails(inputs, ends=None):
    """Jobs of which one fails, the third; the moment; and name → seconds of the clean-ups.

    Args:
        ends: how the clean-up of the first one ends, as in `Jobs`; None: well.
    """
    names = inputs.words(4)
    [moment] = inputs.odd_seconds(1)
    clean_up = dict(zip((names[0], names[3]), inputs.odd_seconds(2), strict=True))
    job = Jobs(
        {name: moment if name == names[2] else LONG for name in names},
        clean_up,
        ends={names[0]: ends} if ends else None,
        errors={names[2]: "LookupError: no page"},
    )
    return job, moment, clean_up


def _alone(run, kind, text):
    """This error came out, and not in a group."""
    run.raised(kind, text)
    if run.failure.of:
        raise Raised(run, f"{kind}: {text} itself", f"{run.failure} came out", alone=True)
