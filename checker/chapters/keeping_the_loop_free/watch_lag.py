from dataclasses import dataclass

from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.blocking import Delays
from checker.lab.scenes import keeping_the_loop_free as scenes

watch_lag = Exercise(
    "watch_lag",
    kind="build",
    hints=[
        "You ask to sleep for `every` seconds. How can you tell when you should have woken?",
        "Which clock do you read before and after? A sleep goes by `loop.time()`.",
        "Late is what the sleep took beyond `every`. Which delays do you keep to yourself?",
    ],
)


@dataclass(frozen=True)
class _Watch:
    """What the answer is called with, in seconds."""

    every: int
    limit: float


def _drawn_watch(inputs):
    return _Watch(every=inputs.randint(2, 4), limit=inputs.randint(2, 6) / 10)


def _observe_watch(answer, watch, lags):
    """Hold the loop so that the watch wakes late by each of these seconds, one after the other.

    The loop is held in the second half of a period: when 60 % of it are over, for the rest and the
    lag. The watch begins the next period then, so that one comes after another 2.6 periods.
    """
    pauses = [watch.every * 1.6, *[watch.every * 2.6] * (len(lags) - 1)]
    blocks = [
        [round(pause, 3), round(watch.every * 0.4 + lag, 3)]
        for pause, lag in zip(pauses, lags, strict=True)
    ]
    held = " and ".join(f"for {seconds:g} s" for _, seconds in blocks)
    call = f"watch_lag({watch.every}, {watch.limit}, report), where the loop is held {held}"
    args = (watch.every, watch.limit, Delays(), blocks)
    return observe(scenes.start_watch, answer, *args, call=call)


def _reported(run, answer, lags):
    """It reported exactly these lags, in this order."""
    reports = run.part("reports").value
    expected = [round(lag, 3) for lag in lags]
    if run.part("returned_early").value:
        line = None
        why = "It ends after this, and is to go on until it is cancelled"
    elif not reports:
        line = answer.line_with("> limit") or answer.line_with("report(")
        why = "It never comes to a report, though it has woken late"
    else:
        line = run.calls_of("report").line_for(reports, expected)
        why = None
    seen = f"it reported {_shown(reports)}"
    run.check(reports == expected, _shown(expected), seen, why=why, line=line, in_turn=True)


def _shown(lags):
    return ", ".join(map(str, lags)) or "nothing"


@watch_lag.rule("Each time it wakes late by more than `limit`, it reports how late.")
def lag_reported(answer, inputs):
    watch = _drawn_watch(inputs)
    lags = [watch.limit + inputs.randint(2, 9), watch.limit + 0.37]
    run = _observe_watch(answer, watch, lags)
    _reported(run, answer, lags)


@watch_lag.rule("If it wakes late by `limit` or less, it reports nothing.")
def lag_within_limit(answer, inputs):
    watch = _drawn_watch(inputs)
    within = watch.limit / 2
    beyond = watch.limit + 0.41
    run = _observe_watch(answer, watch, [within, beyond])
    _reported(run, answer, [beyond])


@watch_lag.rule("It goes on until it is cancelled, and ends as cancelled.")
def lag_cancelled(answer, inputs):
    watch = _drawn_watch(inputs)
    run = _observe_watch(answer, watch, [watch.limit + 1.3])
    early = run.part("returned_early").value
    seen = "it returned before it was cancelled" if early else "it did not"
    run.part("cancelled").equals(True, "CancelledError to come out", seen)
    run.left_nothing_behind()
