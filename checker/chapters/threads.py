"""Exercises of 15_threads: what threads share, locks, threads that end, a loop in a thread."""

import itertools

from checker.exercise import Exercise
from checker.judge import moments, observe
from checker.judge.unmet import Returned
from checker.lab import scenes_threads as scenes
from checker.lab.threads import READ, WRITE, Items, Loads, Shared

repeater = Exercise(
    "Repeater",
    kind="build",
    is_async=False,
    hints=[
        "Who sleeps cannot be told to stop. What can a thread wait for that somebody else ends?",
        "`Event.wait(seconds)` waits, too. What does it return if the event was set?",
        "When `stop` returns, nothing may go on. How does one wait for the end of a thread?",
    ],
)


def _observe_repeater(answer, every, busy, stop_at):
    what = f", which takes {busy:g} s," if busy else ""
    call = f"Repeater(function, {every:g}){what} stopped at {stop_at:g} s"
    return observe(scenes.repeated, answer, every, busy, stop_at, call=call)


def _calls(seconds):
    return f"calls at {moments(seconds)}" if seconds else "no calls"


@repeater.rule("It calls the function again and again, after a pause of `every` seconds each time.")
def repeater_calls(answer, inputs):
    every = inputs.randint(3, 9)
    busy = 0.374
    wanted = [round(every * n + busy * (n - 1), 3) for n in (1, 2, 3)]
    run = _observe_repeater(answer, every, busy, round(wanted[-1] + busy + every / 2, 3))
    seen = run.part(0).value
    near = 0.5 if run.charged else 0.001
    good = len(seen) == len(wanted) and all(
        abs(one - two) < near for one, two in zip(seen, wanted, strict=True)
    )
    run.check(good, _calls(wanted), f"there were {_calls(seen)}")


@repeater.rule("`stop` ends the pause at once.")
def repeater_stops(answer, inputs):
    every = inputs.randint(20, 40)
    stop_at = every + round(every / 4 + 0.374, 3)
    run = _observe_repeater(answer, every, 0, stop_at)
    why = "`stop` does not end the pause"
    line = answer.method_line("stop")
    run.time_is(run.part(2).value, stop_at, what="was stopped at", why=why, line=line)


@repeater.rule("If the function is at work, `stop` waits until it has ended; then nothing goes on.")
def repeater_waits(answer, inputs):
    every = inputs.randint(3, 9)
    busy = inputs.randint(20, 40)
    run = _observe_repeater(answer, every, busy, every + 3.374)
    begun, ended, stopped = run.value
    why = "`stop` does not wait for the function"
    line = answer.method_line("stop")
    run.check(len(begun) == 1, "one call", f"there were {_calls(begun)}")
    run.time_is(stopped, every + busy, what="was stopped at", why=why, line=line)
    run.check(len(ended) == 1, "one call that ended", f"{len(ended)} of them ended")
    run.left_nothing_behind()


two_savers = Exercise(
    "two_savers",
    kind="predict",
    hints=[
        "At which second does each thread read the box, and at which does it write?",
        "What did the second thread read, before the first had written?",
        "The third starts when both are over. What does it find in the box?",
    ],
)

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


safe_list = Exercise(
    "SafeList",
    kind="build",
    is_async=False,
    hints=[
        "Another thread may come between any two uses of `items`. Which uses belong together?",
        "`replace` calls `indices_of`, and both take the lock. Who holds it already?",
        "Where is the lock made: once for each list, for each call, or once for all lists?",
    ],
)


def _items(inputs):
    old, new, newest = inputs.sample(range(1, 9), 3)
    inner = [new, 0, old, new]
    inputs.shuffle(inner)
    return Items([old, *inner, old]), old, new, newest  # first and last: far apart in time


@safe_list.rule("One call of `replace` is over before another one looks.")
def list_replaces(answer, inputs):
    items, old, new, newest = _items(inputs)
    call = f"replace({old}, {new}) in a thread, then replace({new}, {newest}) in another"
    run = observe(scenes.replaced, answer, items, (old, new), (new, newest), call=call)
    values = [newest if value in (old, new) else value for value in items.values]
    where = [i for i, value in enumerate(values) if value == newest]
    _, counts, found = run.value
    written = any(call.method == "write" for call in run.calls_of("items"))
    why = None if written else "`items` itself stays as it was"
    run.part(0).equals(values, seen="there was {}", shared="items", why=why)
    _is(run, counts, [3, 5], "replace")
    _is(run, found, where, f"indices_of({newest})")
    call = f"replace(9, {new}) in a thread, where no 9 is, then replace({old}, {new}) in another"
    run = observe(scenes.replaced, answer, items, (9, new), (old, new), call=call)
    _is(run, run.part(1).value, [0, 3], "replace")


def _is(run, seen, wanted, call):
    if seen != wanted:
        expected = f"{wanted}"
        came = f"{call} returned {seen!r}"
        raise Returned(run, expected, came, value=wanted, result=seen)


@safe_list.rule("`indices_of` sees the list before a `replace` or after it, never in between.")
def list_finds(answer, inputs):
    items, old, new, _ = _items(inputs)
    before = [i for i, value in enumerate(items.values) if value == new]
    after = [i for i, value in enumerate(items.values) if value in (old, new)]
    for late in (0.11, 1.01, 2.03, 2.53):
        call = f"replace({old}, {new}) in a thread, and indices_of({new}) {late} s later"
        run = observe(scenes.found_beside, answer, items, (old, new), new, late, call=call)
        seen = run.value
        fits = seen in (before, after)
        run.check(fits, f"{before} or {after}", f"it returned {seen!r}", shared="items")


@safe_list.rule("Two lists do not wait for each other.")
def list_apart(answer, inputs):
    items, old, *_ = _items(inputs)
    others, *_ = _items(inputs)
    call = f"indices_of({old}) of two lists, in two threads"
    run = observe(scenes.apart, answer, items, others, call=call)
    run.time_is(run.value, round(len(items) * READ, 3))


transfer = Exercise(
    "transfer",
    kind="repair",
    shipped="deadlock",
    is_async=False,
    hints=[
        "Two threads have one lock each. Which one does each of them want next?",
        "If all took their locks in the same order, could two of them still wait for each other?",
        "`source` and `target` swap their roles. What do accounts have that never changes?",
    ],
)


def _accounts(inputs, count):
    return {number: inputs.randint(50, 99) * 10 for number in inputs.sample(range(1, 90), count)}


def _after(amounts, orders):
    left = dict(amounts)
    for source, target, cents in orders:
        left[source] -= cents
        left[target] += cents
    return list(left.values())


def _observe_transfer(answer, amounts, orders):
    shown = ", ".join(f"{cents} from {a} to {b}" for a, b, cents in orders)
    call = f"transfers in threads: {shown}"
    run = observe(scenes.transferred, answer, amounts, orders, call=call)
    wanted = _after(amounts, orders)
    run.whole.equals(wanted, f"{wanted} in the end", "there was {}", shared="account")
    return run


@transfer.rule("Transfers in opposite directions, or in a circle, come to their end.")
def transfer_ends(answer, inputs):
    amounts = _accounts(inputs, 3)
    a, b, c = amounts
    _observe_transfer(answer, amounts, [(a, b, 70), (b, a, 30)])
    _observe_transfer(answer, amounts, [(b, a, 70), (a, b, 30)])
    alike = dict.fromkeys(amounts, amounts[a])  # an order by what is on them would be none
    _observe_transfer(answer, alike, [(a, b, 70), (b, a, 30)])
    _observe_transfer(answer, amounts, [(a, b, 70), (b, c, 20), (c, a, 10)])


@transfer.rule("No money is lost where two transfers meet at one account.")
def transfer_exact(answer, inputs):
    amounts = _accounts(inputs, 3)
    a, b, c = amounts
    _observe_transfer(answer, amounts, [(a, b, 70), (c, b, 30)])
    _observe_transfer(answer, amounts, [(a, b, 70), (a, c, 30)])


@transfer.rule("Transfers that share no account do not wait for each other.")
def transfer_overlaps(answer, inputs):
    amounts = _accounts(inputs, 4)
    a, b, c, d = amounts
    alone = _observe_transfer(answer, amounts, [(a, b, 70)]).run.took
    both = _observe_transfer(answer, amounts, [(a, b, 70), (c, d, 30)])
    both.took(round(alone + scenes.A_LITTLE, 3))


in_pool = Exercise(
    "in_pool",
    kind="write",
    hints=[
        "Which call hands a function to an executor of your own? What does it not take?",
        "`functools.partial` binds arguments. Can it also bind the context in which to call?",
        "`context.run(function, ...)` calls it there. Which context, and made by which thread?",
    ],
)


@in_pool.rule("It returns what the function returns, and passes on all arguments.")
def pool_results(answer, inputs):
    run, names, _ = _observe_pool(answer, inputs)
    wanted = [f"{name}.png!" for name in names]
    run.part(0).equals(wanted, seen="it returned {!r}")


def _observe_pool(answer, inputs):
    names = inputs.words(3)
    load = Loads(dict(zip(names, inputs.odd_seconds(3), strict=True)))
    call = "in_pool(pool, loaded, name, end='!'), three at once"
    return observe(scenes.pooled, answer, load, names, 3, call=call), names, load


@in_pool.rule("An error of the function comes out.")
def pool_errors(answer, inputs):
    [name] = inputs.words(1)
    load = Loads({name: 5}, {name: "ValueError: no such file"})
    run = observe(scenes.pooled_failing, answer, load, name, call=f"in_pool(pool, load, {name!r})")
    run.raised("ValueError", "no such file")


@in_pool.rule("The function runs in a thread of this pool, and the loop stays free.")
def pool_threads(answer, inputs):
    run, _, load = _observe_pool(answer, inputs)
    _, ticks, ours, others = run.value
    run.check(ours, "a thread of the pool", "it ran in another thread")
    run.check(others, "a default pool as before", "`asyncio.to_thread` uses this pool from now on")
    run.loop_was_free(ticks, late=0.2)
    run.took(max(load.seconds))


@in_pool.rule("The function sees the caller's context variables, and cannot change them for him.")
def pool_context(answer, inputs):
    colours = inputs.sample(["red", "green", "blue", "white"], 2)
    call = f"in_pool(pool, paint, 'wet'), where colour is {' and then '.join(colours)}"
    run = observe(scenes.context_seen, answer, colours, call=call)
    seen = run.value
    run.shows(seen[:-1], [colour for colour in colours for _ in range(2)])
    found = f"a later call without a colour finds {seen[-1]!r}"
    run.check(seen[-1] == "none", "nothing left in the thread", found)


loop_thread = Exercise(
    "LoopThread",
    kind="build",
    is_async=False,
    hints=[
        "Who makes the loop, and in which thread does it run? How does `submit` get hold of it?",
        "Which call gives a coroutine to a loop in another thread, and what does it return?",
        "`asyncio.run(main)` cancels what is left, waits and closes. What could `main` wait for?",
    ],
)


@loop_thread.rule("Coroutines that are submitted go on at the same time; their results come back.")
def loop_results(answer, inputs):
    seconds = inputs.odd_seconds(3)
    call = f"three jobs of {', '.join(f'{s:g}' for s in seconds)} s, submitted at once"
    run = observe(scenes.submitted, answer, seconds, call=call)
    kind, _, took = run.value
    line = answer.method_line("submit" if kind else "__enter__")
    run.check(kind, "something with `submit`", "`__enter__` returned something else", line=line)
    future = "a concurrent.futures.Future"
    run.check(kind == "Future", future, f"`submit` returned another object: {kind}", line=line)
    run.part(1).equals(seconds, seen="the results are {!r}")
    run.time_is(took, max(seconds))


@loop_thread.rule("An error of a job comes out of `result()`, one of the block out of the block.")
def loop_errors(answer, inputs):
    seconds = inputs.randint(3, 9)
    error = inputs.choice(["no page", "no seat"])
    call = f"a job that fails after {seconds} s, beside another one"
    run = observe(scenes.submitted_failing, answer, seconds, error, call=call)
    run.returned([f"LookupError({error!r})", "good"])
    call = f"a block that raises LookupError({error!r})"
    run = observe(scenes.failing_block, answer, error, call=call)
    line = answer.method_line("__exit__")
    run.whole.equals(f"LookupError({error!r})", "this error", "{} came out", line=line)


@loop_thread.rule("There is one loop, in one thread of its own.")
def loop_alone(answer, inputs):
    run = observe(scenes.whose_loop, answer, call="two jobs that say where they run")
    line = answer.method_line("submit")
    run.part(0).equals(1, "one loop for all jobs", "there were {}", line=line)
    run.check(run.part(1).value, "a thread of its own", "it runs in the caller's thread", line=line)


@loop_thread.rule("Leaving the block cancels what still runs, and waits for its clean-up.")
def loop_leaves(answer, inputs):
    run, seconds, clean_up = _observe_left(answer, inputs)
    happened, took, _ = run.value
    line = answer.method_line("__exit__")
    run.check(
        happened == ["cleaned up"], "a job that cleaned up", f"the job {_did(happened)}", line=line
    )
    run.time_is(took, seconds + clean_up)


@loop_thread.rule("After the block the thread has ended and the loop is closed.")
def loop_closed(answer, inputs):
    run, *_ = _observe_left(answer, inputs)
    run.check(run.part(2).value == [True], "a closed loop", "it is still open")
    run.left_nothing_behind()


def _observe_left(answer, inputs):
    seconds, clean_up = inputs.odd_seconds(2)
    call = f"a job that is not done when the block is left, after {seconds:g} s"
    return observe(scenes.left_in, answer, seconds, clean_up, call=call), seconds, clean_up


def _did(happened):
    return happened[0] if happened else "did not even clean up"
