"""Pretended plain functions that block the thread that calls them, and what hears of delays."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from checker.engine import Service
from checker.lab.fakes.pages import ERRORS

ELSEWHERE = "in another thread"  # the remark on a call that the loop's thread does not make


class Converts(Service):
    """`convert(name)`, a plain function: it blocks its thread for a while and returns a text.

    Args:
        seconds: name of each file → seconds that it takes.
        errors: name of a file → the error that it ends with: "ValueError: no picture".
    """

    name = "convert"

    def __init__(self, seconds: Mapping[str, float], errors: Mapping[str, str] | None = None):
        self._seconds = dict(seconds)
        self._errors = dict(errors or {})

    def __call__(self, name: str) -> str:
        with self.call(f"{self.name}({name!r})"):
            time.sleep(self._seconds[name])
            if name in self._errors:
                kind, _, text = self._errors[name].partition(": ")
                raise ERRORS[kind](text)
            return f"{name}.png"

    def __iter__(self) -> Iterator[str]:
        return iter(self._seconds)

    @property
    def seconds(self) -> list[float]:
        """Seconds that the files take, in the order of their names."""
        return list(self._seconds.values())

    def __repr__(self) -> str:
        return self.name


class Works(Service):
    """`work(item)`, a plain function for the loop's thread alone; it blocks for `seconds`.

    Attributes:
        turns: after how many items the loop had a turn.
    """

    name = "work"

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._done = 0
        self.turns: list[int] = []

    def fresh(self) -> "Works":
        return Works(self._seconds)

    def __call__(self, item: int) -> int:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            with self.call(f"work({item!r})", ELSEWHERE):
                self._done += 1
                self._turn()
                return item * item
        with self.call(f"work({item!r})"):
            time.sleep(self._seconds)
        self._done += 1
        loop.call_soon(self._turn)
        return item * item

    def _turn(self) -> None:
        if self._done not in self.turns:
            self.turns.append(self._done)

    def __repr__(self) -> str:
        return "work"


class Delays(Service):
    """`report(seconds)` and `report(name, seconds)`: numbers are noted to the millisecond.

    Attributes:
        heard: the last value of each report.
    """

    name = "report"

    def __init__(self) -> None:
        self.heard: list[float | str] = []

    def fresh(self) -> "Delays":
        return Delays()

    def __call__(self, *values: float | str) -> None:
        noted = [round(v, 3) + 0.0 if _is_number(v) else v for v in values]
        with self.call(f"report({', '.join(map(repr, noted))})"):
            self.heard.append(noted[-1])

    def __repr__(self) -> str:
        return "report"


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
