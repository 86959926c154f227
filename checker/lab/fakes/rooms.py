"""Something that is opened and has to be closed again, and takes its time for both."""

import asyncio
from collections.abc import Iterable, Mapping
from types import FrameType

from checker.engine import Service
from checker.lab.fakes.pages import ERRORS


class Rooms(Service):
    """`await room.open(name)` opens a room and returns its key; `await room.close(name)` closes it.

    A call that fails has still taken its time. A room that failed to open is not open; one that
    failed to close is closed all the same.

    Args:
        names: of the rooms.
        opening, closing: seconds that each takes.
        errors: "open NAME" or "close NAME" → the error that it ends with: "OSError: stuck".
    """

    name = "room"

    def __init__(
        self,
        names: Iterable[str],
        opening: float = 1.0,
        closing: float = 1.0,
        errors: Mapping[str, str] | None = None,
    ):
        self.names = list(names)
        self._opening, self._closing = opening, closing
        self._errors = dict(errors or {})
        self.opened: list[str] = []  # rooms whose opening was asked for
        self.closed: list[str] = []  # rooms whose closing was asked for

    async def open(self, name: str) -> str:
        """Open a room; return its key."""
        self.opened.append(name)
        with self.call(f"room.open({name!r})"):
            await asyncio.sleep(self._opening)
            self._fail(f"open {name}")
        return self.key(name)

    async def close(self, name: str) -> None:
        """Close a room."""
        self.closed.append(name)
        with self.call(f"room.close({name!r})"):
            await asyncio.sleep(self._closing)
            self._fail(f"close {name}")

    def key(self, name: str) -> str:
        """What `open` returns for a room."""
        return f"the {name} key"

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended call is called in a record."""
        return f"room.{frame.f_code.co_name}({frame.f_locals['name']!r})"

    def _fail(self, what: str) -> None:
        if what in self._errors:
            kind, _, text = self._errors[what].partition(": ")
            raise ERRORS[kind](text)

    def __repr__(self) -> str:
        faults = "".join(f"; {what}: {error}" for what, error in self._errors.items())
        return f"room({', '.join(self.names)}{faults})"
