from checker.chapters.timeouts.shared import (
    cancelled_with_its_job,
    ends_in_time,
    observe_one,
)
from checker.exercise import Exercise
from checker.lab.fakes.jobs import one_job

value_or = Exercise(
    "value_or",
    kind="write",
    hints=[
        "Where does the TimeoutError appear: inside the block, or where the block ends?",
        "A TimeoutError comes out. Which two stories may it tell?",
        "What does `expired()` say if the job failed by itself, long before the limit?",
    ],
)


@value_or.rule(
    "If the job ends in time, its result or its error comes out, even if that is a TimeoutError."
)
def value_in_time(answer, inputs):
    ends_in_time(value_or, answer, inputs, inputs.randint(10, 99))


@value_or.rule("When the limit is over, the job is cancelled and cleans up; `default` comes out.")
def value_at_limit(answer, inputs):
    [limit] = inputs.odd_seconds(1)
    clean_up = inputs.randint(2, 9)
    default = inputs.randint(10, 99)
    job = one_job(inputs, limit + 90, clean_up=clean_up, work_noted=True)
    run = observe_one(value_or, answer, job, limit, default)
    run.stops_at(limit)
    calls = run.calls_of("job")
    if calls and calls[0].end is not None:
        run.time_is(calls[0].end, limit, "stopped the job after", limit=True)
    run.returned(default)
    [name] = job
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    run.took(limit + clean_up)
    run.left_nothing_behind()


@value_or.rule("If it is cancelled itself, so is the job, and it ends as cancelled.")
def value_cancelled(answer, inputs):
    [moment] = inputs.odd_seconds(1)
    cancelled_with_its_job(value_or, answer, inputs, moment + 30, moment, 0)
    # Here the limit is over first, and the request comes in the clean-up.
    job = one_job(inputs, 400, clean_up=20)
    run = observe_one(value_or, answer, job, moment, 0, moment=moment + 9)
    run.ended_as_cancelled()
