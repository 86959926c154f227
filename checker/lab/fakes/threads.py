"""Pretended things that threads share. Each use takes a moment, in which other threads go on: so
whoever forgets a lock meets another thread each time, and not by chance.
"""

import threading
import time
from collections.abc import Iterable

from checker.engine import Service
from checker.engine.values import Plain
from checker.lab.fakes.blocking import Converts

READ, WRITE, TAKE = 0.3, 0.4, 0.3  # seconds that it takes to read, to write, to take a lock


class Loads(Converts):
    """`load(name)`, a plain function: it blocks its thread for a while and returns a text."""

    name = "load"


class Shared(Service):
    """A number that is read and written by `read()` and `write(number)`; each takes a moment.

    Args:
        thing: what it is called: "counter".
        number: the number at the beginning.

    Attributes:
        number: the number now; to look at it costs nothing.
    """

    def __init__(self, thing: str, number: int = 0):
        self.name = thing.partition("_")[0]
        self.thing = thing
        self.number = self._first = number

    def fresh(self) -> "Shared":
        return Shared(self.thing, self._first)

    def read(self) -> int:
        """The number; it takes `READ` seconds to come."""
        with self.call(f"{self.thing}.read()"):
            number = self.number
            time.sleep(READ)
            return number

    def write(self, number: int) -> None:
        """Change the number; it takes `WRITE` seconds to be there."""
        with self.call(f"{self.thing}.write({number!r})"):
            time.sleep(WRITE)
            self.number = number

    def __repr__(self) -> str:
        return self.thing


class Account(Shared):
    """A `Shared` number of cents, with a lock of its own. It is made inside a run.

    Attributes:
        id: its number; every account has another one.
        lock: as a `threading.Lock`, but somewhere else: to take it takes a moment.
    """

    def __init__(self, id: int, number: int):
        super().__init__(f"account_{id}", number)
        self.id = id
        self.lock = SlowLock()


class SlowLock:
    """A `threading.Lock` that takes a moment to come back with, when it has been taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.Lock.acquire`, and `TAKE` seconds longer."""
        taken = self._lock.acquire(blocking, timeout)
        time.sleep(TAKE)
        return taken

    def release(self) -> None:
        """As `threading.Lock.release`."""
        self._lock.release()

    def locked(self) -> bool:
        """As `threading.Lock.locked`."""
        return self._lock.locked()

    __enter__ = acquire

    def __exit__(self, *exc_info: object) -> None:
        self.release()


class Items(Service):
    """A row of values: `len(items)`, `items[0]`, `items[0] = 3`. To read or write one takes time.

    Attributes:
        values: what they are now; to look at it costs nothing.
    """

    name = "items"

    def __init__(self, values: Iterable[Plain]):
        self.values = list(values)
        self._first = list(values)

    def fresh(self) -> "Items":
        return Items(self._first)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, position: int) -> Plain:
        value = self.values[position]  # the end of the row is no use of it
        with self.call(f"items.read({position!r})"):
            time.sleep(READ)
            return value

    def __setitem__(self, position: int, value: Plain) -> None:
        with self.call(f"items.write({position!r}, {value!r})"):
            time.sleep(WRITE)
            self.values[position] = value

    def __repr__(self) -> str:
        return f"items({', '.join(map(repr, self.values))})"
