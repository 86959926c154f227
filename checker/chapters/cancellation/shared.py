"""What several exercises of 04_cancellation use."""

from checker.judge import observe


def observe_jobs(scene, answer, job, *args, call):
    """Run a scene with pretended jobs; `call` is how a learner would write it."""
    return observe(scene, answer, job, *args, call=f"{call}, where {job}")


def ended_as_cancelled(run):
    """The scene says that the answer ended as cancelled."""
    run.whole.returned("ended as cancelled", "it to end as cancelled", "it {}")
