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


def _observe_watch(answer, inputs, *held):
    """The loop is held until the watch is late by so much, from the second half of a period on."""
    every = inputs.randint(2, 4)
    limit = inputs.randint(2, 6) / 10
    blocks = []
    pause = every * 1.6
    lags = []
    for lag in held:
        late = lag(limit)
        blocks.append([round(pause, 3), round(every * 0.4 + late, 3)])
        lags.append(round(late, 3))
        pause = every * 2.6
    call = f"watch_lag({every}, {limit}, report), where the loop is held {_held(blocks)}"
    run = observe(scenes.start_watch, answer, every, limit, Delays(), blocks, call=call)
    return run, lags


def _held(blocks):
    return " and ".join(f"for {held:g} s" for _, held in blocks)


def _reports(run, lags):
    seen, how = run.value
    wanted = [float(lag) for lag in lags]
    over = how == "returned"
    why = "It ends after this, and is to go on until it is cancelled" if over else None
    lines = run.calls_of("report").lines
    pairs = enumerate(zip(seen, wanted, strict=False))
    first = next((n for n, (got, want) in pairs if got != want), len(wanted))
    line = lines[first] if first < len(lines) and not over else None
    reported = f"it reported {_list(seen)}"
    run.check(seen == wanted, _list(wanted), reported, why=why, line=line, in_turn=True)


def _list(lags):
    return ", ".join(map(str, lags)) or "nothing"


@watch_lag.rule("When it wakes late by more than `limit`, it reports how late, each time.")
def lag_reported(answer, inputs):
    late = inputs.randint(2, 9)
    run, lags = _observe_watch(
        answer, inputs, lambda limit: late + limit, lambda limit: limit + 0.37
    )
    _reports(run, lags)


@watch_lag.rule("Up to `limit`, it says nothing.")
def lag_within_limit(answer, inputs):
    run, lags = _observe_watch(answer, inputs, lambda limit: limit / 2, lambda limit: limit + 0.41)
    _reports(run, lags[1:])


@watch_lag.rule("It goes on until it is cancelled, and ends as cancelled.")
def lag_cancelled(answer, inputs):
    run, _ = _observe_watch(answer, inputs, lambda limit: limit + 1.3)
    seen = "it {}" if run.part(1).value == "returned" else "it was {}"
    run.part(1).equals("cancelled", "cancelled", seen)
    run.left_nothing_behind()
