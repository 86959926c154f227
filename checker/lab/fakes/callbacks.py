"""Pretended services of the old kind: they return at once and call back later."""

import asyncio
import contextlib
import threading
import time

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

    def __init__(self, delays, errors=None, deaf=False):
        self._delays = dict(delays)
        self._errors = dict(errors or {})
        self._deaf = deaf

    def __call__(self, name, on_page, on_error):
        noted = contextlib.ExitStack()
        noted.enter_context(self.call(f"get({name!r})"))
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._delays[name], self._answer, name, noted, on_page, on_error)
        return _Request(timer, noted, self._deaf)

    def _answer(self, name, noted, on_page, on_error):
        error = self._errors.get(name)
        if error is None:
            noted.close()
            on_page(self.body(name))
            return
        kind, _, text = error.partition(": ")
        failed = ERRORS[kind](text)
        noted.__exit__(type(failed), failed, None)
        on_error(failed)

    def body(self, name):
        """What the page `name` says."""
        return f"the {name} page"

    @property
    def bodies(self):
        """What the pages say, in the order of their names."""
        return [self.body(name) for name in self._delays]

    @property
    def delays(self):
        """Seconds that the pages take, in the order of their names."""
        return list(self._delays.values())

    def __iter__(self):
        return iter(self._delays)

    def __repr__(self):
        shown = ", ".join(
            f"{name}={self._errors.get(name, f'{seconds:g} s')}"
            for name, seconds in self._delays.items()
        )
        return f"client({shown})"


class _Request:
    def __init__(self, timer, noted, deaf):
        self._timer, self._noted, self._deaf = timer, noted, deaf

    def cancel(self):
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

    def __init__(self, seconds, text):
        self._seconds, self._text = seconds, text

    def on_message(self, function):
        """Call `function(text)` in the receiver's thread when the message comes."""

        def receive():
            time.sleep(self._seconds)
            function(self._text)

        with self.call("on_message(…)"):
            mark = serving.set(True)
            threading.Thread(target=receive, name="radio", daemon=True).start()
            serving.reset(mark)

    def __repr__(self):
        return f"radio({self._text!r} after {self._seconds:g} s)"
