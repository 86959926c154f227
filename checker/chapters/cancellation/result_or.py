from checker import lab
from checker.chapters.cancellation.shared import observe_jobs
from checker.exercise import Exercise
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

result_or = Exercise(
    "result_or",
    kind="write",
    hints=[
        "A `CancelledError` comes out of `await task`. Which two stories may it tell?",
        "You are cancelled while you await a task: what happens to that task?",
        "Whose `cancelling()` tells them apart: that of the task, or that of your own task?",
    ],
)


def _observe_result_or(answer, inputs, *cancelled):
    job = one_job(inputs, 60)
    default = inputs.randint(10, 99)
    seconds = inputs.odd_seconds(1)[0]
    call = f"result_or(task, {default}), {' and '.join(cancelled)} cancelled after {seconds:g} s"
    run = observe_jobs(scenes.start_result_or, answer, job, default, cancelled, seconds, call=call)
    return run, default


@result_or.rule("As soon as the task has ended, its result or its error comes out.")
def task_result(answer, inputs):
    for error, value in (("", "a page"), ("", ""), ("LookupError: no page", "")):
        [name] = inputs.words(1)
        [seconds] = inputs.odd_seconds(1)
        default = inputs.randint(10, 99)
        args = lab.Pages({name: seconds}, {name: error}, {name: value}), default
        run = observe_jobs(scenes.own_result_or, answer, *args, call=f"result_or(task, {default})")
        if error:
            run.raised(*error.split(": "))
        else:
            run.returned(value)
        run.took(seconds, after_error=True)


@result_or.rule("If somebody cancels the task, it returns `default`.")
def task_cancelled(answer, inputs):
    run, default = _observe_result_or(answer, inputs, "task")
    run.returned(f"returned {default}")


@result_or.rule("If it is cancelled itself, at the same moment too, it ends as cancelled.")
def caller_cancelled(answer, inputs):
    for who in (["caller"], ["task", "caller"], ["caller", "task"]):
        run, _ = _observe_result_or(answer, inputs, *who)
        run.returned("cancelled")
