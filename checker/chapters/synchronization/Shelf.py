from checker.exercise import Exercise
from checker.judge import list_of_times, observe
from checker.lab.scenes import synchronization as scenes

shelf = Exercise(
    "Shelf",
    kind="build",
    is_async=False,
    hints=[
        "Which two sentences must be true before `put` goes on, and before `take` goes on? Can you "
        "write each as a function without arguments that returns True or False?",
        "After which lines may such a sentence have become true for somebody who waits?",
        "You wake one of those who wait. What if just that one still cannot go on?",
    ],
)


def _steps_call(size, steps):
    shown = [
        f"put({value!r}) at {when:g} s" if what == "put" else f"take({value}) at {when:g} s"
        for what, value, when in steps
    ]
    return f"Shelf({size}): {', '.join(shown)}"


def _observe_steps(answer, size, steps):
    return observe(scenes.shelf_steps, answer, size, steps, call=_steps_call(size, steps))


def _puts_end(run, answer, moments):
    """The calls of `put` came to their ends at these moments."""
    times = sorted(at for kind, _, at in run.value if kind == "put")
    seen = f"they went on at {list_of_times(times)}"
    expected = f"each put to go on at {list_of_times(moments)}"
    full = times == [0.0] * len(times)
    why = "It puts an item there although the shelf is full" if full else None
    line = answer.line_with(".append(") if full else None
    holds = times == moments
    run.check(holds, expected, seen, in_turn=True, polls=True, why=why, line=line)


def _takes_end(run, *expected):
    """The calls of `take` gave these items at these moments: (items, when) of each."""
    takes = [(items, at) for kind, items, at in run.value if kind == "take"]
    seen = f"there was {_shown(takes)}"
    run.check(
        takes == list(expected),
        _shown(expected),
        seen,
        in_turn=True,
        polls=True,
        why=_first_wrong(takes, expected),
    )


def _first_wrong(takes, expected):
    """What the first `take` that went wrong could have had, and had; None if there is none."""
    had = {len(items): (items, at) for items, at in takes}  # they take different numbers
    for items, at in expected:
        got = had.get(len(items))
        if got is not None and got != (items, at):
            could = f"`take({len(items)})` could have {items} at {at:g} s"
            return f"{could}, and had {got[0]} at {got[1]:g} s"
    return None


def _shown(takes):
    return "; ".join(f"{items} at {at:g} s" for items, at in takes) or "nothing"


@shelf.rule("`take(count)` returns the `count` oldest items as a list, each item once.")
def in_order(answer, inputs):
    size = inputs.randint(4, 6)
    items = inputs.words(12)
    for put, counts in ((items[:3], [1, 2]), (items, [1, 3, 2, 1, 4, 1])):
        taken = [put[sum(counts[:n]) : sum(counts[: n + 1])] for n in range(len(counts))]
        call = f"Shelf({size}): put {len(put)} items in one task; take {counts} of them in another"
        run = observe(scenes.shelf_in_turn, answer, size, put, counts, call=call)
        run.whole.returned(taken, line=answer.line_with("return"))
        run.left_nothing_behind()


@shelf.rule("While the shelf is full, `put` waits; it goes on as soon as there is room.")
def waits_for_room(answer, inputs):
    size = inputs.randint(2, 4)
    puts = [("put", item, 0) for item in inputs.words(size + 2)]
    run = _observe_steps(answer, size, [*puts, ("take", 1, 2.537), ("take", 1, 4.183)])
    _puts_end(run, answer, [0.0] * size + [2.537, 4.183])


@shelf.rule("`take` waits until there are enough items, and holds none back before that.")
def waits_for_items(answer, inputs):
    first, second, third, last = inputs.words(4)
    steps = [("take", 3, 0), ("put", first, 1), ("put", second, 2.5), ("put", third, 6.037)]
    run = _observe_steps(answer, 3, [*steps, ("put", last, 7), ("take", 1, 8)])
    _takes_end(run, ([first, second, third], 6.037), ([last], 8.0))
    # Who waits for more holds nothing back from who needs less.
    steps = [("take", 3, 0), ("put", first, 1), ("take", 1, 2), ("put", second, 3)]
    run = _observe_steps(answer, 3, [*steps, ("put", third, 4), ("put", last, 5.037)])
    _takes_end(run, ([first], 2.0), ([second, third, last], 5.037))


@shelf.rule("Whoever can go on does so, even if others who wait cannot yet.")
def nobody_forgotten(answer, inputs):
    first, second, third, last = inputs.words(4)
    # The one who waits for three came first, and cannot go on; the other one can.
    steps = [("take", 3, 0), ("take", 1, 1), ("put", first, 2.037)]
    steps += [("put", second, 3), ("put", third, 4), ("put", last, 5.183)]
    run = _observe_steps(answer, 3, steps)
    _takes_end(run, ([first], 2.037), ([second, third, last], 5.183))
    # One `take` makes room for two who wait.
    steps = [("put", item, 0) for item in inputs.words(5)]
    run = _observe_steps(answer, 3, [*steps, ("take", 2, 2.037)])
    _puts_end(run, answer, [0.0, 0.0, 0.0, 2.037, 2.037])


@shelf.rule("Many put and take at once, in any order: every item is taken once, and all end.")
def crowd(answer, inputs):
    puts = {f"put {n}": n for n in range(1, 13)}
    takes = {f"take {n}": count for n, count in enumerate((1, 2, 1, 3, 1, 2, 2), 1)}
    seconds = {who: inputs.randint(1, 6) for who in (*puts, *takes)}
    call = "Shelf(3): twelve put one item each, seven take 1 to 3 items each"
    arrive = scenes.Moments(seconds)
    args = (3, arrive, puts, takes)
    runs = observe(scenes.shelf_crowd, answer, *args, call=call, schedules=12)
    runs.returned({"taken": list(range(1, 13)), "counts": takes})
