from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.unmet import Returned
from checker.lab.fakes.threads import READ, Items
from checker.lab.scenes import threads as scenes

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
