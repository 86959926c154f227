"""What several exercises of 09_gather_wait_as_completed use. All times are seconds."""

from checker.judge import observe
from checker.lab.fakes.jobs import Jobs
from checker.lab.scenes import gather_wait_as_completed as scenes


def cancelled_with_its_jobs(exercise, answer, inputs):
    """If it is cancelled, so are the three jobs that it runs; it ends as cancelled after their
    clean-ups.
    """
    names = inputs.words(3)
    [moment] = inputs.odd_seconds(1)
    clean_ups = dict(zip(names, inputs.seconds(3), strict=True))
    job = Jobs(dict.fromkeys(names, 400), clean_up=clean_ups)
    call = f"{exercise.id}({job.name}, {names}), cancelled after {moment:g} s, where {job}"
    run = observe(scenes.cancelled_at, answer, moment, job, names, call=call)
    run.ended_as_cancelled()
    run.called(job.name, *(f"clean_up({name!r})" for name in names))
    run.left_nothing_behind()
