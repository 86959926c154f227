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


LATE = 0.2  # seconds that a tick may come late: to read the counter takes longer


def _drawn_count(inputs):
    """Four names to load, and a counter that does not begin at 0.

    Some of the loads end close together, so that their counts would meet.
    """
    names = inputs.words(4)
    first = inputs.odd_seconds(1)[0]
    gaps = [inputs.choice([0.11, 0.17]) for _ in names]  # no sum of them is a sum of READ and WRITE
    seconds = [round(first + gap, 3) for gap in itertools.accumulate(gaps)]
    inputs.shuffle(seconds)
    load = Loads(dict(zip(names, seconds, strict=True)))
    return load, Shared("counter", inputs.randint(2, 9))


def _observe_count(answer, load, counter):
    names = list(load)
    seconds = ", ".join(f"{s:g}" for s in load.seconds)
    call = f"count_all(load, {names}, counter), which take {seconds} s"
    call += f"; the counter begins at {counter.number}"
    return observe(scenes.counted, answer, load, names, counter, call=call)


@count_all.rule("After each load the counter goes up by one, and no step is lost.")
def count_exact(answer, inputs):
    load, counter = _drawn_count(inputs)
    run = _observe_count(answer, load, counter)
    wanted = counter.number + len(load.seconds)
    run.part("number").equals(wanted, f"{wanted} on the counter", "it shows {}", shared="counter")
    loaded = sorted(call.end for call in run.calls_of("load") if call.end is not None)
    writes = [call for call in run.calls_of("counter") if call.method == "write"]
    pairs = zip(writes, loaded, strict=False)
    ahead = next((write for write, end in pairs if write.start < end), None)
    run.check(
        ahead is None,
        "a step after each load",
        "the counter is ahead of the loads",
        line=ahead.line if ahead else None,
        shared="counter",
    )
    run.check(
        len(writes) == len(loaded),
        f"{len(loaded)} steps of the counter",
        f"there were {len(writes)}",
        shared="counter",
        why="The counter is not written after each load",
        line=writes[-1].line if writes else None,
    )
    uses = sorted(run.calls_of("counter"), key=lambda call: call.start)
    met = next((b for a, b in itertools.pairwise(uses) if b.start < (a.end or b.start)), None)
    run.check(
        met is None,
        "one use of the counter at a time",
        f"`{met}` came while another one was going on",
        shared="counter",
    )


@count_all.rule("The loads overlap; only the counting goes one after the other.")
def count_overlaps(answer, inputs):
    load, counter = _drawn_count(inputs)
    run = _observe_count(answer, load, counter)
    free_at = 0  # when the counter is free for the next one
    for loaded in sorted(load.seconds):
        free_at = max(free_at, loaded) + READ + WRITE
    line = _held_during_load(answer) if run.run.peak("load") == 1 else None
    why = "The lock is held during the load, and so the loads stand in line" if line else None
    run.took(round(free_at, 3), line=line, why=why)


def _held_during_load(answer):
    """The line that takes a lock, if a load stands below it, as far as the text tells; or None."""
    takes = answer.line_with("with lock") or answer.line_with("lock.acquire(")
    loads = answer.line_with(" load(") or answer.line_with("(load, name")
    return takes if takes and loads and takes < loads else None


@count_all.rule("A ticker beside it is never late.")
def count_beside_ticker(answer, inputs):
    run = _observe_count(answer, *_drawn_count(inputs))
    run.loop_was_free(run.part("ticks").value, late=LATE)
