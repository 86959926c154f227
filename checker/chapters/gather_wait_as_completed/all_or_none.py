from checker.chapters.gather_wait_as_completed.shared import cancelled_with_its_jobs
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import Jobs

all_or_none = Exercise(
    "all_or_none",
    kind="repair",
    shipped="left_running",
    hints=[
        "`gather` makes tasks of the coroutines. Who could cancel those, if it keeps them to "
        "itself?",
        "On which ways can this function be left, and which part of a `try` runs on all of them?",
        "`cancel()` only asks. Which line waits until the jobs have ended, and raises none of "
        "their errors?",
    ],
)


@all_or_none.rule("If no job fails, the results come back in the order of the names.")
def results_in_order(answer, inputs):
    for count in (3, 6):
        names = inputs.words(count)
        seconds = inputs.odd_seconds(count)
        job = Jobs(dict(zip(names, seconds, strict=True)), work_noted=True)
        run = observe(answer, job, names)
        run.returned([job.result(name) for name in names])
        run.took(max(seconds))
        run.called("job", *(f"job({name!r})" for name in names))
        run.left_nothing_behind()
    observe(answer, Jobs({}), []).returned([])


@all_or_none.rule(
    "If a job fails, the others are cancelled; its error comes out when they have cleaned up."
)
def one_fails(answer, inputs):
    for failing in (0, 2):  # first of the names, and among the others
        names = inputs.words(4)
        [moment, *clean_ups] = inputs.seconds(4)
        quick = names[failing]
        others = [name for name in names if name != quick]
        job = Jobs(
            {name: moment if name == quick else moment + 400 for name in names},
            clean_up=dict(zip(others, clean_ups, strict=True)),
            errors={quick: "LookupError: no page"},
        )
        run = observe(answer, job, names)
        run.raised("LookupError", "no page")
        run.left_nothing_behind(after_error=True)
        run.took(moment + max(clean_ups), after_error=True)


@all_or_none.rule("If two jobs fail at once, the error of one comes out, and nothing is left.")
def two_fail(answer, inputs):
    names = inputs.words(4)
    [moment] = inputs.seconds(1)
    first, second, third, fourth = names
    job = Jobs(
        {first: moment + 400, second: moment, third: moment, fourth: moment + 300},
        errors={second: "LookupError: no page", third: "LookupError: no page"},
    )
    run = observe(answer, job, names)
    run.raised("LookupError", "no page")
    run.left_nothing_behind(after_error=True)


@all_or_none.rule("If it is cancelled, so are the jobs, and it ends as cancelled after them.")
def cancelled_itself(answer, inputs):
    cancelled_with_its_jobs(all_or_none, answer, inputs)
