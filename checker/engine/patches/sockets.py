"""Sockets that belong to a run, and streams that nobody closed."""

import asyncio
import functools
import socket

from checker.engine.current import current_run
from checker.engine.patches.patching import Patch


def _make_socket(original):
    @functools.wraps(original)
    def make(self, *args, **options):
        original(self, *args, **options)
        run = current_run()
        if run is not None:
            run.clock.sockets.add(self)

    return make


def _drop_stream(original):
    """A stream that nobody closed closes its connection when it is destroyed.

    That may happen in any thread, which need not be one of the run: its loop knows who watches.
    """

    @functools.wraps(original)
    def drop(self):
        watch = getattr(self._loop, "watch", None)
        if watch is not None and not self.transport.is_closing():
            watch.dropped(self.transport)
        original(self)

    return drop


PATCHES = (
    Patch(socket.socket, "__init__", _make_socket),
    # Before, a stream that nobody closed is still open at the end, and told of as that.
    Patch(asyncio.StreamWriter, "__del__", _drop_stream, since=(3, 11, 5)),
)
