from checker import lab
from checker.chapters.cancellation.shared import observe_jobs
from checker.exercise import Exercise
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import cancellation as scenes

cancel_monitor = Exercise(
    "cancel_monitor",
    kind="build",
    hints=[
        "Which call waits for the end of the job or for `every` seconds, whichever comes first?",
        "You have cancelled the job. What do you still wait for, and does anybody report then?",
        "You are cancelled in `asyncio.wait`. Does the job hear of it? Which block runs?",
    ],
)


def _observe_monitor(answer, inputs, job, every, most, seconds=None):
    [name] = job
    call = f"cancel_monitor({job.name}({name!r}), {every}, {most}, report)"
    call += f", cancelled after {seconds:g} s" if seconds else ""
    return observe_jobs(
        scenes.start_monitor, answer, job, every, most, lab.Reports(), seconds, call=call
    )


def _given_up(answer, inputs, end=None):
    every = inputs.randint(2, 5)
    most = inputs.randint(3, 5)
    clean_up = inputs.randint(6, 11) + 0.61
    job = one_job(inputs, 200, clean_up=clean_up, ends=end, work_noted=True)
    return _observe_monitor(answer, inputs, job, every, most), job, every, most, clean_up


def _reported(run, every, count):
    run.called_at("report", [every * n for n in range(1, count + 1)])
    for number in range(1, count + 1):
        run.calls_of("report").is_written(number, f"report({number})")


@cancel_monitor.rule("A job that ends in time: it reports until then; result or error comes out.")
def monitor_in_time(answer, inputs):
    every = inputs.randint(2, 5)
    rounds = inputs.randint(1, 3)
    for error, value in (("", "a page"), ("", ""), ("LookupError: no page", "")):
        [name] = inputs.words(1)
        seconds = every * rounds + 0.37
        fetch = lab.Pages({name: seconds}, {name: error}, {name: value})
        run = _observe_monitor(answer, inputs, fetch, every, rounds + 2)
        if error:
            run.raised(*error.split(": "), or_group=True)
        else:
            run.returned(value)
            run.took(seconds)
        _reported(run, every, rounds)
        run.left_nothing_behind(after_error=True)


@cancel_monitor.rule("At the last report it cancels the job, once, and waits for its clean-up.")
def monitor_gives_up(answer, inputs):
    run, job, every, most, clean_up = _given_up(answer, inputs)
    [name] = job
    last = every * most
    run.ended()
    _reported(run, every, most)
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    asked = run.calls_of("job")[0].end
    wanted = f"the job to be cancelled at {last} s"
    seen = f"it was at {asked:g} s"
    run.check(asked == last, wanted, seen, in_turn=True)
    run.returned("cancelled")
    run.took(last + clean_up)
    run.left_nothing_behind()


@cancel_monitor.rule("If the job declines and returns a value, that comes out.")
def monitor_declined(answer, inputs):
    run, job, *_ = _given_up(answer, inputs, "returns")
    run.returned(job.result(*job))


@cancel_monitor.rule("If it is cancelled itself, it cancels the job, waits, and ends as cancelled.")
def monitor_cancelled(answer, inputs):
    every = inputs.randint(2, 5)
    clean_up = inputs.odd_seconds(1)[0]
    job = one_job(inputs, 300, clean_up=clean_up, work_noted=True)
    [name] = job
    run = _observe_monitor(answer, inputs, job, every, 99, every * 1.5)
    run.returned("cancelled")
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    run.took(every * 1.5 + clean_up)
    run.left_nothing_behind()
