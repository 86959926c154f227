"""Several runs of one answer, each from the same start.

Services start afresh in every run by themselves. Plain data among the arguments, and plain data
that the answer keeps in global variables or in closures, are put back to what they were, so that a
run finds nothing that the run before it has left.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from types import CellType
from typing import Any

from checker.engine.callees import names_in, with_callees
from checker.engine.clock.clock import SECOND
from checker.engine.clock.cpu import real_ns
from checker.engine.record import Run

ENOUGH = 10  # real seconds, after which no further run begins

_PLAIN = (type(None), bool, int, float, str, bytes)
_HOLDERS = (list, dict, set, tuple, frozenset)


class Runs:
    """A sequence of runs. Each is made when it is first asked for, and kept.

    Args:
        make: `make(index)` returns the run with this number.
        count: how many there are.

    Attributes:
        cut: they took too long, so that the last ones were never made.
    """

    def __init__(self, make: Callable[[int], Run], count: int):
        self._make = make
        self._count = count
        self._made: dict[int, Run] = {}
        self._used = 0  # real nanoseconds
        self.cut = False

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Run:
        if not 0 <= index < self._count:
            raise IndexError(index)
        if index not in self._made:
            started = real_ns()
            self._made[index] = self._make(index)
            self._used += real_ns() - started
        return self._made[index]

    def __iter__(self) -> Iterator[Run]:
        for index in range(self._count):
            if self._used > ENOUGH * SECOND:
                self.cut = True
                return
            yield self[index]


class InitialState:
    """What an answer finds at the start: its arguments, and the plain data that it shares.

    Args:
        functions: the answer, and the functions among its arguments.
        args: the arguments.
    """

    def __init__(self, functions: Iterable[object], args: Iterable[object]):
        self.args = [copied(arg) for arg in args]
        # (set the value, the object itself, what it was)
        self._kept: list[tuple[Callable[[Any], object], Any, Any]] = []
        for function in with_callees(functions):
            names = function.__globals__
            for name in names_in(function.__code__):
                if name in names:
                    self._keep(names[name], _setter(names, name))
            for cell in function.__closure__ or ():
                try:
                    self._keep(cell.cell_contents, functools.partial(_fill, cell))
                except ValueError:  # the variable has no value yet
                    pass

    def _keep(self, value: Any, put: Callable[[Any], object]) -> None:
        if type(value) in _PLAIN + _HOLDERS:
            self._kept.append((put, value, copied(value)))

    def again(self) -> None:
        """Put the shared data back. Who holds a list or a dict still holds the same one."""
        for put, value, was in self._kept:
            if isinstance(value, list):
                value[:] = copied(was)
            elif isinstance(value, (dict, set)):
                value.clear()
                value.update(copied(was))
            put(value)


def _setter(names: dict[str, Any], name: str) -> Callable[[Any], None]:
    return lambda value: names.__setitem__(name, value)


def _fill(cell: CellType, value: object) -> None:
    cell.cell_contents = value


def copied(value: Any) -> Any:
    """Plain containers as new ones, all the way down; everything else as it is."""
    kind = type(value)
    if kind is dict:
        return {key: copied(item) for key, item in value.items()}
    if kind in _HOLDERS:
        return kind(copied(item) for item in value)
    return value
