from checker.chapters.timeouts.shared import observe_scene
from checker.exercise import Exercise
from checker.lab.fakes.jobs import Jobs
from checker.lab.scenes import timeouts as scenes

harvest = Exercise(
    "harvest",
    kind="build",
    hints=[
        "Which way of waiting for many tasks has a limit, cancels nobody and raises nothing?",
        "Which tasks do you look at for results: those done at the limit, or all, later?",
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
    job = Jobs(dict(zip(names, seconds, strict=True)), work_noted=True, values={names[1]: None})
    run = _observe_harvest(answer, job, sum(seconds) + 20)
    run.returned({name: job.result(name) for name in names})
    run.took(max(seconds))
    _observe_harvest(answer, Jobs({}), 5).returned({})


def _observe_late(answer, inputs, ends=None):
    """Two jobs are done at the limit, two are not; the first names, the limit, the clean-ups."""
    names = inputs.words(4)
    seconds = sorted(inputs.odd_seconds(4))
    clean_up = dict(zip(names[2:], inputs.odd_seconds(2), strict=True))
    order = {names[n]: seconds[n] for n in (2, 0, 3, 1)}
    job = Jobs(order, clean_up, {names[2]: ends} if ends else None)
    run = _observe_harvest(answer, job, seconds[1] + 1.5)
    run.returned({name: job.result(name) for name in names[:2]})
    return run, seconds[1] + 1.5, clean_up


@harvest.rule("At the limit the others are stopped, and it waits for their clean-ups, all at once.")
def late_ones_stopped(answer, inputs):
    run, limit, clean_up = _observe_late(answer, inputs)
    run.called("job", *(f"clean_up({name!r})" for name in clean_up))
    run.took(limit + max(clean_up.values()))
    run.left_nothing_behind()


@harvest.rule("A result that comes after the limit does not count.")
def late_result(answer, inputs):
    _observe_late(answer, inputs, "returns")


@harvest.rule("If it is cancelled itself, so are the jobs, and it ends as cancelled after them.")
def harvest_cancelled(answer, inputs):
    names = inputs.words(3)
    moment = inputs.odd_seconds(1)[0]
    clean_up = dict(zip(names, inputs.odd_seconds(3), strict=True))
    job = Jobs(dict.fromkeys(names, 400), clean_up)
    run = _observe_harvest(answer, job, moment + 50, moment)
    run.returned("cancelled")
    run.called("job", *(f"clean_up({name!r})" for name in names))
    run.took(moment + max(clean_up.values()))
    run.left_nothing_behind()
