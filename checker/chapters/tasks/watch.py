from checker import lab
from checker.exercise import Exercise
from checker.judge import list_of_times, observe
from checker.lab.scenes import tasks as scenes

watch = Exercise(
    "watch",
    kind="write",
    hints=[
        "The job must run while you count the seconds. What makes it run on its own?",
        "What ends first each time: the job, or `every` seconds? Which call waits for either?",
        "`asyncio.wait({task}, timeout=every)` comes back at the first of the two. How do you tell "
        "which one it was?",
    ],
)


def _observe_watch(answer, inputs, error=None):
    name = inputs.words(1)[0]
    every = inputs.randint(2, 5)
    rounds = inputs.randint(2, 4)
    seconds = every * rounds + inputs.randint(1, every - 1) + 0.37
    fetch = lab.Pages({name: seconds}, {name: error} if error else None)
    call = f"watch(fetch({name!r}), {every}, report), where {fetch}"
    run = observe(scenes.start_watch, answer, fetch, name, every, lab.Reports(), call=call)
    return run, fetch, seconds, [every * n for n in range(1, rounds + 1)]


@watch.rule("It returns what the job returns.")
def watched_result(answer, inputs):
    run, fetch, _, _ = _observe_watch(answer, inputs)
    run.returned(fetch.bodies[0])


@watch.rule("It reports every so many seconds, as long as the job is not done.")
def watched_reports(answer, inputs):
    run, _, _, times = _observe_watch(answer, inputs)
    run.ended()
    seen = run.calls_of("report").times
    came = f"they came at {list_of_times(seen)}" if seen else "there was none"
    run.check(seen == times, f"reports at {list_of_times(times)}", came)


@watch.rule("It returns at the moment the job ends, and leaves nothing behind.")
def watched_end(answer, inputs):
    run, _, seconds, _ = _observe_watch(answer, inputs)
    run.took(seconds)
    run.left_nothing_behind()


@watch.rule("If the job fails, its error comes out, and nothing is left behind.")
def watched_failure(answer, inputs):
    for error in ("LookupError: no page", "TimeoutError: too slow"):
        run, _, seconds, _ = _observe_watch(answer, inputs, error)
        run.raised(*error.split(": "), or_group=True)
        run.left_nothing_behind(after_error=True)
        run.took(seconds, after_error=True)
