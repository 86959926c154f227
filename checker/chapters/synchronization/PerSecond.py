from checker.exercise import Exercise
from checker.judge import list_of_times, observe
from checker.judge.unmet import TooOften
from checker.lab.scenes import synchronization as scenes

per_second = Exercise(
    "PerSecond",
    kind="build",
    is_async=False,
    hints=[
        "Of which earlier caller does it depend whether the next one may begin: of the last one, "
        "or of the one that came `most` places before?",
        "You work out when a caller may begin. Who must see that moment before anybody awaits "
        "again?",
        "How do you keep only the last `most` moments? (What does `deque(maxlen=…)` do?)",
    ],
)

ENOUGH = 1e-3  # seconds; as exact as a time of a run is said to be


def _observe(answer, most, seconds, arrivals):
    comes = list_of_times(arrivals)
    call = f"PerSecond({most}, {seconds:g}), await turn() in tasks that come at {comes}"
    return observe(scenes.turns_taken, answer, most, seconds, arrivals, call=call)


def _earliest(most, seconds, arrivals):
    """When each may begin, if nobody waits longer than needed."""
    begun = []
    for moment in arrivals:
        if len(begun) >= most:
            moment = max(moment, begun[-most] + seconds)
        begun.append(round(moment, 6))
    return begun


def _arrivals(inputs, most, seconds):
    """A crowd at 0, one late in the first stretch, a crowd after it; and one when all is over."""
    # Eighths of a second: their sums are exact, however they are computed.
    late = seconds * 0.875
    after = seconds * 1.125
    crowd = [0.0] * inputs.randint(1, most - 1)
    return [*crowd, late, *[after] * (2 * most + 1), seconds * 9.0]


def _few_enough(run, most, seconds):
    """In no stretch of so many seconds did more than `most` begin."""
    begun = sorted(run.value)
    for first, last in zip(begun, begun[most:], strict=False):
        if last - first < seconds - ENOUGH:
            starts = [at for at in begun if first <= at <= last]
            seen = f"{len(starts)} began within {last - first:g} s: at {list_of_times(starts)}"
            expected = f"at most {most} within {seconds:g} s"
            run.contended = True  # they meet in one moment, and may not know of each other
            raise TooOften(run, expected, seen, many=most, seconds=seconds, starts=starts)


@per_second.rule("In any stretch of `seconds`, no more than `most` begin.")
def never_more(answer, inputs):
    seconds = inputs.randint(4, 9)
    for most in (3, 2):
        for arrivals in ([0.0] * (3 * most + 1), _arrivals(inputs, most, seconds)):
            run = _observe(answer, most, seconds, arrivals)
            _few_enough(run, most, seconds)


@per_second.rule("Nobody waits longer than needed: who may begin at once does not wait.")
def never_late(answer, inputs):
    seconds = inputs.randint(4, 9)
    for most in (1, 3):
        arrivals = [0.0] * (2 * most + 1)
        if most > 1:
            arrivals = _arrivals(inputs, most, seconds)
        run = _observe(answer, most, seconds, arrivals)
        _few_enough(run, most, seconds)
        pairs = zip(sorted(run.value), _earliest(most, seconds, arrivals), strict=True)
        for at, may in pairs:
            many = sum(may - seconds < begun <= may for begun in run.value)
            why = f"In the {seconds} s up to {may:g} s only {many} had begun, and {most} may"
            expected = f"one to begin at {may:g} s"
            seen = f"it began at {at:g} s"
            holds = at - may < ENOUGH
            run.check(holds, expected, seen, in_turn=True, polls=True, why=why)


@per_second.rule("They begin in the order in which they came.")
def in_order(answer, inputs):
    seconds = inputs.randint(4, 9)
    arrivals = [0.0, 0.0, 0.5, 1.0, 1.5, 2.0]
    run = _observe(answer, 2, seconds, arrivals)
    begun = run.value
    seen = f"they began at {list_of_times(begun)}"
    holds = begun == sorted(begun)
    run.check(holds, "first come, first served", seen, in_turn=True, polls=True)


@per_second.rule("Two limits have nothing to do with each other.")
def apart(answer, inputs):
    most = inputs.randint(2, 4)
    call = f"PerSecond({most}, 5): {most} turns of one, then {most} of another one"
    run = observe(scenes.turns_apart, answer, most, 5, call=call)
    run.time_is(run.value, 0, in_turn=True)
