"""What several exercises of 09_gather_wait_as_completed use. All times are seconds."""

from checker.engine.values import short_repr
from checker.judge import observe
from checker.lab.scenes import gather_wait_as_completed as scenes


def cancelled_with_its_jobs(exercise, answer, inputs, job, moment):
    """If it is cancelled at this moment, so are all jobs; it ends as cancelled after the clean-ups.

    Args:
        job: the service; every job works for longer than `moment`, and cleans up.
        moment: seconds until the answer is cancelled.
    """
    names = list(job)
    call = f"{exercise.id}({job.name}, {names}), cancelled after {moment:g} s, where {job}"
    run = observe(scenes.cancelled_at, answer, moment, job, names, call=call)
    ending = run.value
    seen = "" if ending["cancelled"] else f"it returned {short_repr(ending['result'], 60)}"
    run.check(ending["cancelled"], "CancelledError to come out", seen, in_turn=True)
    run.called(job.name, *(f"clean_up({name!r})" for name in names))
    run.left_nothing_behind()
