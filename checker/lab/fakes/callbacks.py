"""Pretended services of the old kind: they return at once and call back later."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from checker.engine import Service
from checker.engine.service import serving
from checker.lab.fakes.pages import ERRORS


class Calling(Service):
    """An old-style web client: `get(name, on_page, on_error)` returns at once and calls back.

    Exactly one of the two functions is called, with the text of the page or with an exception.
    What it returns is a request; `request.cancel()` hangs up, and then nobody is called.

    Args:
        delays: name of each page → seconds that it takes.
        errors: name of a page → the error that it ends with: "LookupError: gone".
        deaf: it calls back even after `cancel()`, as some clients do.
    """

    name = "get"

    def __init__(
        self,
        delays: Mapping[str, float],
        errors: Mapping[str, str] | None = None,
        deaf: bool = False,
    ):
        self._delays = dict(delays)
        self._errors = dict(errors or {})
        self._deaf = deaf

    def __call__(
        self, name: str, on_page: Callable[[str], object], on_error: Callable[[Exception], object]
    ) -> "_Request":
        noted = contextlib.ExitStack()
        noted.enter_context(self.call(f"get({name!r})"))
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._delays[name], self._answer, name, noted, on_page, on_error)
        return _Request(timer, noted, self._deaf)

    def _answer(
        self,
        name: str,
        noted: contextlib.ExitStack,
        on_page: Callable[[str], object],
        on_error: Callable[[Exception], object],
    ) -> None:
        error = self._errors.get(name)
        if error is None:
            noted.close()
            on_page(self.body(name))
            return
        kind, _, text = error.partition(": ")
        failed = ERRORS[kind](text)
        noted.__exit__(type(failed), failed, None)
        on_error(failed)

    def body(self, name: str) -> str:
        """What the page `name` says."""
        return f"the {name} page"

    @property
    def bodies(self) -> list[str]:
        """What the pages say, in the order of their names."""
        return [self.body(name) for name in self._delays]

    @property
    def delays(self) -> list[float]:
        """Seconds that the pages take, in the order of their names."""
        return list(self._delays.values())

    def __iter__(self) -> Iterator[str]:
        return iter(self._delays)

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name}={self._errors.get(name, f'{seconds:g} s')}"
            for name, seconds in self._delays.items()
        )
        return f"client({shown})"


class _Request:
    def __init__(self, timer: asyncio.TimerHandle, noted: contextlib.ExitStack, deaf: bool):
        self._timer, self._noted, self._deaf = timer, noted, deaf

    def cancel(self) -> None:
        """Hang up."""
        if self._timer.cancelled() or self._timer.when() <= asyncio.get_running_loop().time():
            return
        stopped = asyncio.CancelledError()
        with contextlib.suppress(asyncio.CancelledError):
            self._noted.__exit__(type(stopped), stopped, None)
        if not self._deaf:
            self._timer.cancel()


class Radio(Service):
    """A receiver with a thread of its own: `radio.on_message(function)` listens for one message.

    The function is called in the receiver's thread, with the text of the message.

    Args:
        seconds: when the message comes, in seconds after `on_message`.
        text: what it says.
    """

    name = "radio"

    def __init__(self, seconds: float, text: str):
        self._seconds, self._text = seconds, text

    def on_message(self, function: Callable[[str], object]) -> None:
        """Call `function(text)` in the receiver's thread when the message comes."""

        def receive() -> None:
            time.sleep(self._seconds)
            function(self._text)

        with self.call("on_message(…)"):
            mark = serving.set(True)
            threading.Thread(target=receive, name="radio", daemon=True).start()
            serving.reset(mark)

    def __repr__(self) -> str:
        return f"radio({self._text!r} after {self._seconds:g} s)"
