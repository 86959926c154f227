"""Pretended work of which each call goes another way: some are slow, some fail, some succeed."""

import asyncio
from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING, TypeGuard

from checker.engine import Service
from checker.engine.values import Plain
from checker.lab.fakes.pages import ERRORS

if TYPE_CHECKING:  # a submission finds the lab, but no judge
    from checker.judge.inputs import Inputs


class Turns(Service):
    """`await turn(...)`: the first call goes as `turns` says first, the second call as second …

    Args:
        name: what it is called.
        turns: for each call, seconds and how it ends: a value, or an error as "OSError: gone". A
            call beyond the last one goes as the last one.
    """

    def __init__(self, name: str, turns: Iterable[tuple[float, Plain]]):
        self.name = name
        self._turns = [tuple(turn) for turn in turns]
        self._calls = 0

    def fresh(self) -> "Turns":
        return Turns(self.name, self._turns)

    async def __call__(self, *args: object) -> Plain:
        seconds, end = self._turns[min(self._calls, len(self._turns) - 1)]
        self._calls += 1
        with self.call(f"{self.name}({', '.join(map(repr, args))})"):
            await asyncio.sleep(seconds)
            if _is_error(end):
                kind, _, text = end.partition(": ")
                raise ERRORS[kind](text)
            return end

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended call is called in a record."""
        return f"{self.name}()"

    def __repr__(self) -> str:
        shown = [f"{s:g} s{f' {end}' if _is_error(end) else ''}" for s, end in self._turns]
        return f"{self.name}(each time: {', '.join(shown)})"


def pieces(inputs: "Inputs", count: int, idle: float) -> tuple[list[tuple[float, str]], float]:
    """`count` turns, each within `idle` seconds, with words that are drawn; and their seconds."""
    shares = [inputs.choice([0.3, 0.5, 0.8]) for _ in range(count)]
    turns = [(round(idle * s, 3), w) for s, w in zip(shares, inputs.words(count), strict=True)]
    return turns, round(sum(seconds for seconds, _ in turns), 3)


def _is_error(end: object) -> TypeGuard[str]:
    return isinstance(end, str) and end.partition(":")[0] in ERRORS
