"""Programs of 06_futures_and_callbacks that hold old forms, and lines that only look alike."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a submission finds the lab, but no judge
    from checker.judge.inputs import Inputs

# A line → what is old in it.
OLD = {
    "task = asyncio.ensure_future(work(), loop=loop)": ["loop="],
    "lock = Lock(name, key=1, loop=loop)": ["loop="],
    "loop = asyncio.get_event_loop()": ["get_event_loop"],
    "asyncio.get_event_loop().run_until_complete(work())": ["get_event_loop"],
    "make = asyncio.get_event_loop": ["get_event_loop"],
    "work(loop=asyncio.get_event_loop())": ["get_event_loop", "loop="],
    "work(loop=loop), rest(loop=loop)": ["loop=", "loop="],
    "@asyncio.coroutine": ["coroutine"],
    "make = asyncio.coroutine(work)": ["coroutine"],
}
FINE = (
    "text = 'asyncio.get_event_loop() and loop=loop'",
    "pass  # asyncio.get_event_loop()",
    "loop = asyncio.get_running_loop()",
    "loop = other.get_event_loop()",
    "kind = inspect.coroutine",
    "loop = 3",
    "async with asyncio.timeout(3): pass",
    "lock = Lock(name, loop)",
)


def program(
    inputs: "Inputs", lines: Sequence[str], outside: bool = False
) -> tuple[str, dict[str, int]]:
    """A program with these lines in a drawn order; and where each one stands.

    Args:
        outside: the lines that may stand outside of functions do so; else they stand inside.
    """
    made, at = ["import asyncio", ""], {}
    for number, line in enumerate(inputs.sample(lines, len(lines))):
        name = inputs.words(1)[0]
        if line.startswith("@"):
            made += ["", line, f"def {name}_{number}():"]
            at[line] = len(made) - 1
            made += ["    yield"]
            continue
        if outside and not line.startswith("async "):
            made += ["", line]
            at[line] = len(made)
            continue
        made += ["", f"async def {name}_{number}(loop, work):", f"    {line}"]
        at[line] = len(made)
    return "\n".join(made) + "\n", at


def in_order(finds: Any) -> Any:
    """The finds of one line in one order, which the task leaves open; other values as they are."""
    if type(finds) is not list or not all(type(f) is tuple and len(f) == 2 for f in finds):
        return finds
    groups = itertools.groupby(finds, key=lambda find: find[0])
    return [find for _, same in groups for find in sorted(same, key=repr)]
