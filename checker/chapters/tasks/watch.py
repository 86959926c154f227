from dataclasses import dataclass

from checker import lab
from checker.exercise import Exercise
from checker.judge import Observed, observe
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


@dataclass
class Watched:
    """A job that was watched.

    Attributes:
        run: the run.
        result: what the job returns, if it does not fail.
        seconds: how long the job takes.
        reports: the seconds at which reports are due.
    """

    run: Observed
    result: str
    seconds: float
    reports: list[int]


def _watch(answer, inputs, error=""):
    """Watch a job that ends after two or three reports, with this error if one is given."""
    [name] = inputs.words(1)
    every = inputs.randint(2, 5)
    rounds = inputs.randint(2, 3)  # with more, a sleep a report would count as asking in vain
    seconds = every * rounds + inputs.randint(1, every - 1) + 0.37
    fetch = lab.Pages({name: seconds}, {name: error})
    call = f"watch(fetch({name!r}), {every}, report), where {fetch}"
    run = observe(scenes.start_watch, answer, fetch, name, every, lab.Reports(), call=call)
    reports = [every * number for number in range(1, rounds + 1)]
    return Watched(run, fetch.body(name), seconds, reports)


@watch.rule("It returns what the job returns.")
def watched_result(answer, inputs):
    watched = _watch(answer, inputs)
    watched.run.returned(watched.result)


@watch.rule("It reports every so many seconds, as long as the job is not done.")
def watched_reports(answer, inputs):
    watched = _watch(answer, inputs)
    watched.run.ended()
    watched.run.called_at("report", watched.reports)


@watch.rule("It returns at the moment the job ends, and leaves nothing behind.")
def watched_end(answer, inputs):
    watched = _watch(answer, inputs)
    watched.run.took(watched.seconds)
    watched.run.left_nothing_behind()


@watch.rule("If the job fails, its error comes out, and nothing is left behind.")
def watched_failure(answer, inputs):
    for error, text in (("LookupError", "no page"), ("TimeoutError", "too slow")):
        watched = _watch(answer, inputs, f"{error}: {text}")
        watched.run.raised(error, text)
        watched.run.left_nothing_behind(after_error=True)
        watched.run.took(watched.seconds, after_error=True)
