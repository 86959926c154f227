import itertools

from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.threads import READ, WRITE, Loads, Shared
from checker.lab.scenes import threads as scenes

count_all = Exercise(
    "count_all",
    kind="repair",
    shipped="race",
    hints=[
        "Two threads have just loaded. What do both read, if neither has written yet?",
        "Which two calls belong together, so that nobody may come between them?",
        "One lock for all threads: where is it made? And is `load` inside it?",
    ],
)


def _loads(inputs, count):
    """Some of the loads end close together, so that their counts would meet."""
    names = inputs.words(count)
    first = inputs.odd_seconds(1)[0]
    gaps = [inputs.choice([0.11, 0.17]) for _ in names]  # no sum of them is a sum of READ and WRITE
    seconds = [round(first + gap, 3) for gap in itertools.accumulate(gaps)]
    inputs.shuffle(seconds)
    return Loads(dict(zip(names, seconds, strict=True))), names


def _observe_count(answer, inputs, count=4):
    load, names = _loads(inputs, count)
    first = inputs.randint(2, 9)
    seconds = ", ".join(f"{s:g}" for s in load.seconds)
    call = f"count_all(load, {names}, counter), which take {seconds} s"
    call += f"; the counter begins at {first}"
    counter = Shared("counter", first)
    run = observe(scenes.counted, answer, load, names, counter, call=call)
    return run, load, first + len(names)


@count_all.rule("After each load the counter goes up by one, and no step is lost.")
def count_exact(answer, inputs):
    run, _, wanted = _observe_count(answer, inputs)
    run.part(0).equals(wanted, f"{wanted} on the counter", "it shows {}", shared="counter")
    loaded = sorted(call.end for call in run.calls_of("load") if call.end is not None)
    writes = [call for call in run.calls_of("counter") if call.method == "write"]
    ahead = [c for c, end in zip(writes, loaded, strict=False) if c.start < end]
    line = ahead[0].line if ahead else None
    seen = "the counter is ahead of the loads"
    run.check(not ahead, "a step after each load", seen, shared="counter", line=line)
    steps = f"{len(loaded)} steps of the counter"
    seen = f"there were {len(writes)}"
    run.check(len(writes) == len(loaded), steps, seen, shared="counter")


@count_all.rule("The loads overlap; only the counting goes one after the other.")
def count_overlaps(answer, inputs):
    run, load, _ = _observe_count(answer, inputs)
    free = 0
    for end in sorted(load.seconds):
        free = max(free, end) + READ + WRITE
    run.took(round(free, 3))


@count_all.rule("A ticker beside it is never late.")
def count_beside_ticker(answer, inputs):
    run, *_ = _observe_count(answer, inputs)
    run.loop_was_free(run.part(1).value, late=0.2)
