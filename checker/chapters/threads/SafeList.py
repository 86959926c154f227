from dataclasses import dataclass

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


LATER = (0.11, 1.01, 2.03, 2.53)  # seconds after which another thread looks: at each stage


@dataclass(frozen=True)
class _Drawn:
    """A list, and values for it.

    Attributes:
        items: the list. It has `old` three times, first and last of all, and so far apart in time;
            and `new` twice.
        old, new, newest: three different values.
    """

    items: Items
    old: int
    new: int
    newest: int

    def positions(self, *values):
        """Where these values stand."""
        return [place for place, value in enumerate(self.items.values) if value in values]


def _drawn_items(inputs):
    old, new, newest = inputs.sample(range(1, 9), 3)
    inner = [new, 0, old, new]
    inputs.shuffle(inner)
    return _Drawn(Items([old, *inner, old]), old, new, newest)


def _returned(run, part, wanted, call, line):
    """A call returned this; the scene has it as this part. `line` is that of the method."""
    result = run.part(part).value
    if result == wanted:
        return
    if part == "counts":  # those of two calls: the first that is wrong counts
        pairs = zip(("first", "second"), wanted, result, strict=True)
        which, wanted, result = next(each for each in pairs if each[1] != each[2])
        call = f"the {which} {call}"
    seen = f"{call} returned {result!r}"
    raise Returned(run, f"{wanted}", seen, value=wanted, result=result, line=line)


@safe_list.rule("One call of `replace` is over before another one looks.")
def list_replaces(answer, inputs):
    drawn = _drawn_items(inputs)
    old = drawn.old
    new = drawn.new
    newest = drawn.newest
    call = f"replace({old}, {new}) in a thread, then replace({new}, {newest}) in another"
    run = observe(scenes.replaced, answer, drawn.items, (old, new), (new, newest), call=call)
    positions = drawn.positions(old, new)
    values = list(drawn.items.values)
    for place in positions:
        values[place] = newest
    written = any(call.method == "write" for call in run.calls_of("items"))
    why = None if written else "`items` itself stays as it was"
    if written and old in run.part("values").value:
        why = "It does not write at every position of the old value"
    line = answer.return_line("replace") if written else None
    run.part("values").equals(values, seen="there was {}", shared="items", why=why, line=line)
    _returned(run, "counts", [3, 5], "replace", line)
    line = answer.return_line("indices_of")
    _returned(run, "positions", positions, f"indices_of({newest})", line)
    _replaces_after_nothing(answer, drawn)


def _replaces_after_nothing(answer, drawn):
    """A `replace` that finds nothing lets the next one in all the same."""
    old = drawn.old
    new = drawn.new
    call = f"replace(9, {new}) in a thread, where no 9 is, then replace({old}, {new}) in another"
    run = observe(scenes.replaced, answer, drawn.items, (9, new), (old, new), call=call)
    _returned(run, "counts", [0, 3], "replace", answer.return_line("replace"))


@safe_list.rule("`indices_of` sees the list before a `replace` or after it, never in between.")
def list_finds(answer, inputs):
    drawn = _drawn_items(inputs)
    old = drawn.old
    new = drawn.new
    before = drawn.positions(new)
    after = drawn.positions(old, new)
    for late in LATER:
        call = f"replace({old}, {new}) in a thread, and indices_of({new}) {late} s later"
        run = observe(scenes.found_beside, answer, drawn.items, (old, new), new, late, call=call)
        positions = run.value
        seen = f"it returned {positions!r}"
        run.check(positions in (before, after), f"{before} or {after}", seen, shared="items")


@safe_list.rule("Two lists do not wait for each other.")
def list_apart(answer, inputs):
    drawn = _drawn_items(inputs)
    others = _drawn_items(inputs).items
    call = f"indices_of({drawn.old}) of two lists, in two threads"
    run = observe(scenes.apart, answer, drawn.items, others, call=call)
    made = answer.line_with("Lock(") or answer.line_with("Condition(")
    run.time_is(
        run.value,
        round(len(drawn.items) * READ, 3),
        line=made,
        why="This lock is made once, and all lists wait for it" if made else None,
    )
