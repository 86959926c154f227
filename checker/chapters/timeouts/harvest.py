from dataclasses import dataclass

from checker.chapters.timeouts.shared import (
    counts_from_the_call,
    observe_scene,
)
from checker.exercise import Exercise
from checker.judge.wording import counted, duration
from checker.lab.fakes.jobs import Jobs
from checker.lab.scenes import timeouts as scenes

SOON = 0.001  # seconds

harvest = Exercise(
    "harvest",
    kind="build",
    hints=[
        "Which way of waiting for many tasks has a limit, cancels nobody and raises nothing?",
        "Which tasks do you look at for results: those that were done when the limit was over, or "
        "all of them, later?",
        "Who stops the others, and who waits for them, if you are cancelled in that wait?",
    ],
)


def _observe_harvest(answer, job, seconds, moment=None):
    call = f"harvest(jobs, {seconds:g})"
    return observe_scene(
        scenes.with_jobs, answer, job, seconds, call=call, where=job, moment=moment
    )


@harvest.rule("If all jobs end in time, all results come back when the last one ends.")
def all_harvested(answer, inputs):
    names = inputs.words(5)
    seconds = inputs.odd_seconds(5)
    times = dict(zip(names, seconds, strict=True))
    job = Jobs(times, work_noted=True, values={names[1]: None})  # None is a result, too
    run = _observe_harvest(answer, job, sum(seconds) + 20)
    run.returned({name: job.result(name) for name in names})
    run.took(max(seconds))
    run.left_nothing_behind()
    _observe_harvest(answer, Jobs({}), 5).returned({})
    counts_from_the_call(
        scenes.with_jobs,
        answer,
        *(job, sum(seconds) + 20),
        seconds=max(seconds),
        call=f"harvest(jobs, {sum(seconds) + 20:g})",
        where=job,
    )


@dataclass(frozen=True)
class _LateJobs:
    """Jobs of which two have ended when the limit is over, and two have not.

    Attributes:
        job: the service that has them.
        limit: the limit, in seconds.
        clean_up: name of each that is late → seconds of its clean-up.
        results: name of each that is in time → its result.
    """

    job: Jobs
    limit: float
    clean_up: dict[str, float]
    results: dict[str, str]


def _late_jobs(inputs, ends=None):
    """Draw such jobs.

    Args:
        ends: how one of the late jobs ends, as in `Jobs`; None: as cancelled.
    """
    names = inputs.words(4)
    seconds = sorted(inputs.odd_seconds(4))
    clean_up = dict(zip(names[2:], inputs.odd_seconds(2), strict=True))
    # Late ones and others by turns, so that the order of the dict tells nothing.
    times = {names[place]: seconds[place] for place in (2, 0, 3, 1)}
    job = Jobs(times, clean_up, ends={names[2]: ends} if ends else None)
    results = {name: job.result(name) for name in names[:2]}
    return _LateJobs(job, seconds[1] + 1.5, clean_up, results)


@harvest.rule(
    "When the limit is over, the other jobs are cancelled, and it waits for their clean-ups, all "
    "at the same time."
)
def late_ones_stopped(answer, inputs):
    late = _late_jobs(inputs)
    run = _observe_harvest(answer, late.job, late.limit)
    begun = run.calls_of("job")
    for clean_up in begun:
        run.check(
            abs(clean_up.start - late.limit) < SOON,
            f"all other jobs cancelled at {duration(late.limit)}",
            f"one was cancelled at {duration(clean_up.start)}",
            why="It asks the next job to stop only when the one before it has cleaned up",
            line=answer.line_with(".cancel("),
        )
    why = "A job that was not asked to stop at the limit has gone on to its end"
    asked_late = run.has_returned and 0 < len(begun) < len(late.clean_up)
    seen = f"{counted(len(begun), 'job')} cleaned up"
    expected = f"{counted(len(late.clean_up), 'job')} to clean up"
    run.check(not asked_late, expected, seen, why=why, line=answer.line_with(".cancel("))
    run.returned(late.results)
    run.called("job", *(f"clean_up({name!r})" for name in late.clean_up))
    run.took(late.limit + max(late.clean_up.values()))
    run.left_nothing_behind()


@harvest.rule("A result that comes after the limit does not count.")
def late_result(answer, inputs):
    late = _late_jobs(inputs, ends="returns")
    _observe_harvest(answer, late.job, late.limit).returned(late.results)


@harvest.rule("If it is cancelled itself, so are the jobs, and it ends as cancelled after them.")
def harvest_cancelled(answer, inputs):
    names = inputs.words(3)
    [moment] = inputs.odd_seconds(1)
    clean_up = dict(zip(names, inputs.odd_seconds(3), strict=True))
    job = Jobs(dict.fromkeys(names, 400), clean_up)
    run = _observe_harvest(answer, job, moment + 50, moment)
    run.ended_as_cancelled()
    run.called("job", *(f"clean_up({name!r})" for name in names))
    run.took(moment + max(clean_up.values()))
    run.left_nothing_behind()
