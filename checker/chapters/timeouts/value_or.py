from checker.chapters.timeouts.shared import cancelled_with_its_job, ends_in_time, observe_one
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


@value_or.rule("A job that ends in time: its result or error comes out, a TimeoutError too.")
def value_in_time(answer, inputs):
    ends_in_time(value_or, answer, inputs, inputs.randint(10, 99))


@value_or.rule("At the limit the job is stopped, cleans up, and `default` comes out.")
def value_at_limit(answer, inputs):
    limit = inputs.odd_seconds(1)[0]
    clean_up = inputs.randint(2, 9)
    default = inputs.randint(10, 99)
    job = one_job(inputs, limit + 90, clean_up=clean_up, work_noted=True)
    run = observe_one(value_or, answer, job, limit, default)
    run.stops_at(limit)
    for call in run.calls[:1]:
        run.time_is(call.end or limit, limit, "stopped the job after", limit=True)
    run.returned(default)
    run.called("job", *(f"{what}({name!r})" for name in job for what in ("job", "clean_up")))
    run.took(limit + clean_up)
    run.left_nothing_behind()


@value_or.rule("If it is cancelled itself, so is the job, and it ends as cancelled.")
def value_cancelled(answer, inputs):
    moment = inputs.odd_seconds(1)[0]
    cancelled_with_its_job(value_or, answer, inputs, moment + 30, moment, 0)
    job = one_job(inputs, 400, clean_up=20)  # the request comes in the clean-up after the limit
    observe_one(value_or, answer, job, moment, 0, moment=moment + 9).returned("cancelled")
