from checker import lab
from checker.chapters.timeouts.shared import cancelled_with_its_job, ends_in_time, observe_one
from checker.exercise import Exercise

remind = Exercise(
    "remind",
    kind="write",
    hints=[
        "Which two ways of waiting with a limit leave the job alone when the limit is over?",
        "Under which name do you find the job again, to wait for its result?",
        "You are cancelled in such a wait. Does the job hear of it? Who must tell it?",
    ],
)


@remind.rule(
    "When the limit is over, it reports once; the job goes on, and its result or its error "
    "comes out."
)
def reminded(answer, inputs):
    for error in (None, "LookupError: no page"):
        fetch = lab.pages(inputs, 1, errors={0: error} if error else None, odd=True)
        [seconds] = fetch.delays
        limit = round(seconds * inputs.choice([0.3, 0.45, 0.7]), 2)
        run = observe_one(remind, answer, fetch, limit, lab.Reports())
        if error:
            run.raised("LookupError", "no page")
        else:
            run.returned(fetch.bodies[0])
        run.called_at("report", [limit])
        run.took(seconds, after_error=True)
        run.left_nothing_behind(after_error=True)


@remind.rule("If the job ends in time, its result or its error comes out, and nothing is reported.")
def unreminded(answer, inputs):
    ends_in_time(remind, answer, inputs, lab.Reports())


@remind.rule("If it is cancelled itself, so is the job, and it ends as cancelled.")
def remind_cancelled(answer, inputs):
    [moment] = inputs.odd_seconds(1)
    for limit in (moment + 30, moment / 2):  # before the limit is over, and after that
        cancelled_with_its_job(remind, answer, inputs, limit, moment, lab.Reports())
