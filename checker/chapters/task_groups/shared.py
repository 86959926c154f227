"""What several exercises of 10_task_groups use. All times are seconds."""

from checker.judge import observe
from checker.lab.scenes import task_groups as scenes

LONG = 400  # a job or a page that takes so long does not end by itself


def observe_scene(scene, answer, *args, call, where, moment=None):
    """Run a scene of this chapter.

    Args:
        scene: one of `checker.lab.scenes.task_groups`; args: what it takes after `moment`.
        call: how a learner would write the call; where: the service that it speaks of.
        moment: when the answer is cancelled, None if it is not.
    """
    when = f", cancelled after {moment:g} s" if moment is not None else ""
    return observe(scene, answer, moment, *args, call=f"{call}{when}, where {where}")


def observe_fetch(answer, fetch, moment=None):
    """Run an answer that gets `fetch` and the names of its pages."""
    args = (fetch, list(fetch))
    call = f"{answer.name}(fetch, names)"
    return observe_scene(scenes.called_with, answer, *args, call=call, where=fetch, moment=moment)


def observe_jobs(answer, job, *args, moment=None):
    """Run an answer that gets a list of coroutines, the jobs of a service, and `args`."""
    shown = ", ".join(["jobs", *map(repr, args)])
    call = f"{answer.name}({shown})"
    return observe_scene(scenes.with_jobs, answer, job, *args, call=call, where=job, moment=moment)


def cancelled_with_its_pages(answer, fetch, moment):
    """If it is cancelled at this moment, so are its fetches, and it ends as cancelled at once."""
    run = observe_fetch(answer, fetch, moment)
    run.ended_as_cancelled()
    run.took(moment)
    run.left_nothing_behind()
