from checker import lab
from checker.chapters.cancellation.shared import ended_as_cancelled, observe_jobs
from checker.exercise import Exercise
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

result_or = Exercise(
    "result_or",
    kind="write",
    hints=[
        "A `CancelledError` comes out of `await task`. Which two stories may it tell?",
        "You are cancelled while you await a task: what happens to that task?",
        "Which wait raises nothing of the task? Or whose `cancelling()` tells the two apart: that "
        "of the task, or that of your own task?",
    ],
)


def _cancel(answer, inputs, default, *cancelled):
    """Cancel "task", "caller" or both, in this order, after some seconds."""
    job = one_job(inputs, 60)
    [seconds] = inputs.odd_seconds(1)
    who = " and then ".join(f"the {name}" for name in cancelled)
    call = f"result_or(task, {default}), {who} cancelled after {seconds:g} s"
    return observe_jobs(scenes.start_result_or, answer, job, default, cancelled, seconds, call=call)


def _await(answer, inputs, fetch):
    """Await a task that nobody cancels."""
    default = inputs.randint(10, 99)
    call = f"result_or(task, {default})"
    return observe_jobs(scenes.own_result_or, answer, fetch, default, call=call)


@result_or.rule("As soon as the task has ended, its result or its error comes out.")
def task_result(answer, inputs):
    for result in ("a page", ""):
        [name] = inputs.words(1)
        [seconds] = inputs.odd_seconds(1)
        run = _await(answer, inputs, lab.Pages({name: seconds}, values={name: result}))
        run.returned(result)
        run.took(seconds)
    default = inputs.randint(10, 99)
    job = one_job(inputs, 3)
    call = f"result_or(task, {default}), the task done before"
    run = observe_jobs(scenes.ended_result_or, answer, job, default, False, call=call)
    run.returned(job.result(*job))
    [name] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    run = _await(answer, inputs, lab.Pages({name: seconds}, {name: "LookupError: no page"}))
    run.raised("LookupError", "no page")
    run.took(seconds, after_error=True)


@result_or.rule("If somebody cancels the task, it returns `default`.")
def task_cancelled(answer, inputs):
    default = inputs.randint(10, 99)
    run = _cancel(answer, inputs, default, "task")
    run.whole.returned(f"returned {default}", f"it to return {default}", "it {}")
    job = one_job(inputs, 60)
    call = f"result_or(task, {default}), the task cancelled before"
    run = observe_jobs(scenes.ended_result_or, answer, job, default, True, call=call)
    run.returned(default)


@result_or.rule(
    "If it is cancelled itself, even at the same moment as the task, it ends as cancelled."
)
def caller_cancelled(answer, inputs):
    for cancelled in (["caller"], ["task", "caller"], ["caller", "task"]):
        run = _cancel(answer, inputs, inputs.randint(10, 99), *cancelled)
        ended_as_cancelled(run)
