from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.processes import UNLOCKED, Work
from checker.lab.scenes import processes as scenes

add_votes = Exercise(
    "add_votes",
    kind="repair",
    shipped="race",
    is_async=False,
    hints=[
        "`total.value += x` is three steps. What happens if another process comes in after the "
        "first one?",
        "Which object has every process that has the number? `total.get_lock()` gives it.",
        "What must stand inside `with total.get_lock():`, and what need not wait there?",
    ],
)

GAP = 1  # seconds that it takes to read the number, and to write it


def _added(answer, inputs, processes, votes):
    """The processes want the number soon after one another; in one moment it would be chance."""
    items = inputs.sample(range(2, 60), processes * votes)
    least = inputs.choice([15.374, 20.374])
    shares = [items[n * votes : (n + 1) * votes] for n in range(processes)]
    call = f"add_votes(total, work, votes) in {processes} processes, with the votes "
    call += f"{', '.join(map(str, shares))}"
    call = call if processes > 1 else f"add_votes(total, work, {items}) in one process"
    seconds = {item: least + 0.11 * (place // votes) for place, item in enumerate(items)}
    run = observe(scenes.added, answer, Work(seconds), shares, GAP, call=call)
    return run, items, max(seconds.values())


def _points(run, items):
    """All points are there; which of them are lost would depend on the threads."""
    seen = run.value
    wanted = sum(item * item for item in items)
    text = "there were fewer" if seen < wanted else "there were more"
    writes = [call.line for call in run.calls_of("total") if call.method == "write"]
    run.check(
        seen == wanted,
        f"{wanted} points",
        text,
        line=next(iter(writes), None),
        in_turn=True,
        shared="total",
        shared_by="process",
    )


@add_votes.rule("No vote is lost, however many processes add at once.")
def votes_kept(answer, inputs):
    for processes in (2, 3):
        run, items, _ = _added(answer, inputs, processes, 2)
        _points(run, items)
        why = "Any other lock is another one in each process"
        expected = "changes under the lock of `total`"
        run.calls_of("total").never(UNLOCKED, expected, "it was changed without it", why=why)


@add_votes.rule("The processes compute at the same time; only adding takes turns.")
def votes_computed_at_once(answer, inputs):
    run, items, seconds = _added(answer, inputs, 3, 2)
    run.ended()
    peak = run.calls_of("work").peak
    run.check(peak == 3, "3 calls of work at once", f"{peak} at once")
    # Each process adds twice, and may wait for two others each time.
    most = 2 * seconds + len(items) * 2 * GAP
    run.took(most, limit=True, after_error=True)


@add_votes.rule("In one process, each vote is worked on once.")
def votes_once(answer, inputs):
    run, items, _ = _added(answer, inputs, 1, 3)
    _points(run, items)
    run.called("work", *(f"work({item})" for item in items))
