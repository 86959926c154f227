from checker import lab
from checker.chapters.cancellation.shared import ended_as_cancelled, observe_jobs
from checker.exercise import Exercise
from checker.judge import duration
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

LONG = 300  # seconds that a job works which is to be cancelled

cancel_monitor = Exercise(
    "cancel_monitor",
    kind="build",
    hints=[
        "Which call waits for the end of the job or for `every` seconds, whichever comes first?",
        "You have cancelled the job. What do you still wait for, and does anybody report then?",
        "You are cancelled in `asyncio.wait`. Does the job hear of it? Which block runs?",
    ],
)


def _monitor(answer, job, every, most, cancelled_at=None):
    """Watch one job; `cancelled_at`: after how many seconds the monitor is cancelled, if at all."""
    [name] = job
    call = f"cancel_monitor({job.name}({name!r}), {every}, {most}, report)"
    if cancelled_at is not None:
        call += f", cancelled after {cancelled_at:g} s"
    return observe_jobs(
        scenes.start_monitor, answer, job, every, most, lab.Reports(), cancelled_at, call=call
    )


def _reported(run, every, count):
    """It called `report(1)`, `report(2)` … so many times, every so many seconds."""
    run.called_at("report", [every * number for number in range(1, count + 1)])
    for number in range(1, count + 1):
        run.calls_of("report").is_written(number, f"report({number})")


@cancel_monitor.rule(
    "If the job ends in time, it reports until then, and the job's result or error comes out."
)
def monitor_in_time(answer, inputs):
    every = inputs.randint(2, 5)
    rounds = inputs.randint(1, 3)
    seconds = every * rounds + 0.37
    for result in ("a page", ""):
        [name] = inputs.words(1)
        fetch = lab.Pages({name: seconds}, values={name: result})
        run = _monitor(answer, fetch, every, rounds + 2)
        run.returned(result)
        run.took(seconds)
        _reported(run, every, rounds)
        run.left_nothing_behind()
    [name] = inputs.words(1)
    fetch = lab.Pages({name: seconds}, {name: "LookupError: no page"})
    run = _monitor(answer, fetch, every, rounds + 2)
    run.raised("LookupError", "no page")
    _reported(run, every, rounds)
    run.left_nothing_behind(after_error=True)


@cancel_monitor.rule("At the last report it cancels the job, once, and waits for its clean-up.")
def monitor_gives_up(answer, inputs):
    every = inputs.randint(2, 5)
    most = inputs.randint(3, 5)
    clean_up = inputs.randint(6, 11) + 0.61  # longer than `every`: a further report would be seen
    job = one_job(inputs, LONG, clean_up=clean_up, work_noted=True)
    [name] = job
    last = every * most
    run = _monitor(answer, job, every, most)
    run.ended()
    _reported(run, every, most)
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    cancelled = run.calls_of("job")[0].end
    expected = f"the job to be cancelled at {last} s"
    run.check(cancelled == last, expected, f"it was at {duration(cancelled)}", in_turn=True)
    run.returned("cancelled")
    run.took(last + clean_up)
    run.left_nothing_behind()


@cancel_monitor.rule("If the job declines to stop and returns a value, that value comes out.")
def monitor_declined(answer, inputs):
    job = one_job(inputs, LONG, clean_up=inputs.randint(6, 11), ends="returns", work_noted=True)
    run = _monitor(answer, job, inputs.randint(2, 5), inputs.randint(3, 5))
    run.returned(job.result(*job))


@cancel_monitor.rule(
    "If it is cancelled itself, it cancels the job, waits for its clean-up, and ends as cancelled."
)
def monitor_cancelled(answer, inputs):
    every = inputs.randint(2, 5)
    [clean_up] = inputs.odd_seconds(1)
    job = one_job(inputs, LONG, clean_up=clean_up, work_noted=True)
    [name] = job
    run = _monitor(answer, job, every, 99, every * 1.5)
    ended_as_cancelled(run)
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    run.took(every * 1.5 + clean_up)
    run.left_nothing_behind()


@cancel_monitor.rule(
    "If it is cancelled while the job cleans up, the clean-up comes to its end all the same."
)
def monitor_cancelled_late(answer, inputs):
    every = inputs.randint(2, 5)
    most = inputs.randint(2, 4)
    [clean_up] = inputs.odd_seconds(1)
    job = one_job(inputs, LONG, clean_up=clean_up, work_noted=True)
    [name] = job
    last = every * most
    run = _monitor(answer, job, every, most, last + round(clean_up / 2, 2))
    ended_as_cancelled(run)
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    run.took(last + clean_up)
    run.left_nothing_behind()
