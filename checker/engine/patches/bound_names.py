"""Names that the answer bound to the originals before its run: `from time import sleep`.

A patch of the module `time` comes too late for them. For the length of a run they mean the
stand-ins; then they are put back.
"""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from checker.engine.callees import contents, with_callees
from checker.engine.patches import clocks, thread_locks

_looked_at: tuple[int, object] | None = None  # how many modules there were, and the newest
_with_queues: list[dict[str, Any]] = []


@contextlib.contextmanager
def patched_globals(functions: Iterable[object]) -> Iterator[None]:
    """Inside the block, names that `functions` bound to the originals mean the stand-ins.

    Looks at their globals, defaults and closures, and at the queues that libraries take from
    `queue`; everything is restored at the end.
    """
    stand_ins: dict[int, Any] = {**clocks.stand_ins(), **thread_locks.stand_ins()}
    undo: list[tuple[Callable[[str, Any], object], str, Any]] = []
    for names in _libraries_with_queues():
        value = names.get("SimpleQueue")
        if id(value) in stand_ins:
            undo.append((names.__setitem__, "SimpleQueue", value))
            names["SimpleQueue"] = stand_ins[id(value)]
    for function in with_callees(functions):
        for name, value in list(function.__globals__.items()):
            if id(value) in stand_ins:
                undo.append((function.__globals__.__setitem__, name, value))
                function.__globals__[name] = stand_ins[id(value)]
        for attribute in ("__defaults__", "__kwdefaults__"):
            held = getattr(function, attribute)
            if held and any(id(v) in stand_ins for v in _values(held)):
                undo.append((functools.partial(setattr, function), attribute, held))
                setattr(function, attribute, _replaced(held, stand_ins))
        for cell in function.__closure__ or ():
            value = contents(cell)
            if id(value) in stand_ins:
                undo.append((functools.partial(setattr, cell), "cell_contents", value))
                cell.cell_contents = stand_ins[id(value)]
    try:
        yield
    finally:
        for restore, name, value in reversed(undo):
            restore(name, value)


def _libraries_with_queues() -> list[dict[str, Any]]:
    """The names of each module that has a `SimpleQueue`, but for the standard library's.

    They are looked for again when another module is there. A look touches each of some hundred
    modules: in a forked process, where a run is short, that would cost more than the run.
    """
    global _looked_at, _with_queues
    now = len(sys.modules), next(reversed(sys.modules.values()))
    if now != _looked_at:
        _looked_at = now
        _with_queues = [
            vars(module)
            for called, module in list(sys.modules.items())
            if "SimpleQueue" in getattr(module, "__dict__", ())
            and called.partition(".")[0] not in sys.stdlib_module_names
        ]
    return _with_queues


def _values(held):
    return held.values() if isinstance(held, dict) else held


def _replaced(held, stand_ins):
    if isinstance(held, dict):
        return {name: stand_ins.get(id(value), value) for name, value in held.items()}
    return tuple(stand_ins.get(id(value), value) for value in held)
