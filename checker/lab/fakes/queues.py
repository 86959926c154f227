"""Pretended work on items, and orders that come when they come."""

import asyncio
from collections.abc import Iterator, Mapping
from types import FrameType

from checker.engine import Service
from checker.lab.fakes.pages import ERRORS


class Handle(Service):
    """`await handle(item)` works on an item for a while, and returns "… done".

    Args:
        seconds: item → seconds that it takes.
        errors: item → the error that its work ends with: "ValueError: bad".
    """

    name = "handle"

    def __init__(self, seconds: Mapping[str, float], errors: Mapping[str, str] | None = None):
        self._seconds = dict(seconds)
        self._errors = dict(errors or {})

    async def __call__(self, item: str) -> str:
        with self.call(f"handle({item!r})"):
            await asyncio.sleep(self._seconds[item])
            if item in self._errors:
                kind, _, text = self._errors[item].partition(": ")
                raise ERRORS[kind](text)
            return self.result(item)

    def at_least(self) -> dict[str, float]:
        return {f"handle({item!r})": seconds for item, seconds in self._seconds.items()}

    def result(self, item: str) -> str:
        """What the work on an item returns."""
        return f"{item} done"

    def outcome(self, item: str) -> str:
        """What it returns, or the error that it ends with, as a text."""
        return self._errors.get(item, self.result(item))

    def __iter__(self) -> Iterator[str]:
        return iter(self._seconds)

    @property
    def seconds(self) -> list[float]:
        """How long the items take, in their order, in seconds."""
        return list(self._seconds.values())

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{item}={seconds:g} s{' ' + self._errors[item] if item in self._errors else ''}"
            for item, seconds in self._seconds.items()
        )
        return f"handle({shown})"


class Orders(Service):
    """`await receive()` gives the next order, when it comes; after the last one it waits for ever.

    An order waits outside until somebody asks for it, and is not lost if that one is cancelled. A
    call is noted when an order is handed over.

    Args:
        moments: order → when it comes, in seconds since `open`.
    """

    name = "receive"

    def __init__(self, moments: Mapping[str, float]):
        self._moments = dict(moments)
        self._coming = list(self._moments.items())
        self._opened = 0.0

    def fresh(self) -> "Orders":
        return Orders(self._moments)

    def open(self) -> None:
        """The moments count from now on."""
        self._opened = asyncio.get_running_loop().time()

    async def __call__(self) -> str:
        loop = asyncio.get_running_loop()
        while self._coming:
            order, moment = self._coming[0]
            await asyncio.sleep(max(self._opened + moment - loop.time(), 0))
            if self._coming and self._coming[0][0] == order:  # else another call was quicker
                del self._coming[0]
                with self.call("receive()"):
                    return order
        await loop.create_future()
        raise AssertionError("nobody ends this wait")

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended call is called in a record."""
        return "receive()"

    @property
    def moments(self) -> list[float]:
        """When the orders come, in seconds."""
        return list(self._moments.values())

    def __repr__(self) -> str:
        shown = ", ".join(f"{order} at {moment:g} s" for order, moment in self._moments.items())
        return f"orders({shown or 'none'})"
