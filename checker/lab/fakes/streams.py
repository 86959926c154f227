"""A source of items that come one after the other, and that wants to be closed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from types import FrameType

from checker.engine import Service
from checker.engine.values import Plain
from checker.lab.fakes.pages import ERRORS


class Source(Service):
    """`source.stream()` is an async generator that brings `items`, each after its seconds.

    Every step that is asked for is noted as `source.next()`, and its clean-up as `source.close()`,
    whatever ends it. A generator that was not begun has nothing to clean up.

    Args:
        items: what it brings; seconds: how long each takes, in seconds.
        error: how it ends after the items: "" well, else with this error: "LookupError: no page".
        clean_up: seconds that its clean-up takes.
    """

    name = "source"

    def __init__(
        self,
        items: Sequence[Plain],
        seconds: Sequence[float],
        error: str = "",
        clean_up: float = 0.0,
    ):
        self.items, self.seconds = list(items), list(seconds)
        self._error, self._clean_up = error, clean_up

    async def stream(self) -> AsyncGenerator[Plain, None]:
        """A new async generator of the items."""
        with self.call("source.open()"):
            pass
        try:
            for item, seconds in zip(self.items, self.seconds, strict=True):
                with self.call("source.next()"):
                    await asyncio.sleep(seconds)
                yield item
            if self._error:
                kind, _, text = self._error.partition(": ")
                raise ERRORS[kind](text)
        finally:
            with self.call("source.close()"):
                if self._clean_up:
                    await asyncio.sleep(self._clean_up)

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended stream is called in a record."""
        return "source"

    @property
    def times(self) -> list[float]:
        """When each item comes, in seconds, if nobody makes the source wait."""
        sums, total = [], 0.0
        for seconds in self.seconds:
            total += seconds
            sums.append(round(total, 6))
        return sums

    def __repr__(self) -> str:
        pairs = zip(self.items, self.seconds, strict=True)
        shown = [f"{item!r} after {seconds:g} s" for item, seconds in pairs]
        return f"source({', '.join([*shown, *([self._error] if self._error else [])])})"


class Machine(Service):
    """`machine.stream()` is an async generator that is in a state, and changes it by what is sent.

    The first step gives its first state. "exit" ends it, and what it does not know is a
    LookupError. Every event is noted with its time; each takes `seconds`.
    """

    name = "machine"

    def __init__(self, first: str, moves: dict[str, str], seconds: float = 1.0):
        self.first, self.moves, self._seconds = first, dict(moves), seconds

    async def stream(self) -> AsyncGenerator[str, str]:
        """A new async generator in its first state."""
        state = self.first
        with self.call("machine.open()"):
            pass
        try:
            while True:
                event = yield state
                with self.call(f"machine.send({event!r})"):
                    await asyncio.sleep(self._seconds)
                if event == "exit":
                    return
                if event not in self.moves:
                    raise LookupError(event)
                state = self.moves[event]
        finally:
            with self.call("machine.close()"):
                pass

    def __repr__(self) -> str:
        moves = ", ".join(f"{event} → {state}" for event, state in self.moves.items())
        return f"machine(begins {self.first}; {moves}; exit ends it)"
