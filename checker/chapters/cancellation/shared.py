"""What several exercises of 04_cancellation use."""

from checker.judge import observe


def observe_jobs(scene, answer, job, *args, call):
    """Run a scene with pretended jobs; `call` is how a learner would write it."""
    return observe(scene, answer, job, *args, call=f"{call}, where {job}")
