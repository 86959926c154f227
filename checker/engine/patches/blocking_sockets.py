"""Blocking calls of sockets inside a run: who waits for another end of the run is idle meanwhile.

Written in C, such a wait looks like work: the clock could not skip what the server at the other end
sleeps, and a wait that nobody ends would last until the real-time limit. Here the call is made when
there is something for it. Where the other end is outside the run, it really waits, as ever.
"""

import functools
import select
import socket

from checker.engine.clock.clock import LOOK, SECOND, Clock, real_ns
from checker.engine.clock.waiter import Waiter
from checker.engine.current import current_run
from checker.engine.loop import far_ends
from checker.engine.patches.patching import Patch

# What they wait for is there to be read. `connect` to a server of this machine waits for nobody.
_READ = ("recv", "recv_into", "recvfrom", "recvfrom_into", "accept")


class _ForASocket(Waiter):
    """A wait until something is there to be read from a socket."""

    def __init__(self, clock: Clock, sock: socket.socket):
        self._descriptor = sock.fileno()
        super().__init__(clock, sock.gettimeout(), has_news=self.is_ready)

    def is_ready(self, seconds: float = 0) -> bool:
        """Whether something is there, or comes within so many real seconds."""
        poll = select.poll()  # the loop asks while the thread itself waits: each has its own
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def acquire(self) -> bool:
        """Wait in another thread than the loop's; whether there is something."""
        clock, began = self.clock, real_ns()
        if clock.over:
            raise SystemExit
        clock.park(self)
        while self.parked and not self.is_ready(LOOK):
            if 0 <= self.seconds < (real_ns() - began) / SECOND:
                break
        clock.unpark(self)
        self.woken = self.is_ready()
        if clock.over and not self.woken:
            raise SystemExit
        return self.woken

    def look(self, seconds: float | None) -> None:
        """Wait a moment, really, in the loop's own thread."""
        most = LOOK if seconds is None else min(LOOK, seconds)
        self.woken = self.is_ready(most)


def _when_ready(original):
    @functools.wraps(original)
    def call(self, *args, **options):
        run = current_run() if self.gettimeout() != 0 and self.fileno() >= 0 else None
        if run is not None:
            waiter = _ForASocket(run.clock, self)
            here = list(run.clock.sockets)
            really = waiter.is_ready() or far_ends.is_external([self.fileno()], here, {})
            if not really and not run.wait(waiter, f"socket.{original.__name__}"):
                raise TimeoutError("timed out")
        return original(self, *args, **options)

    return call


# Windows has no `poll`: there such a wait is real.
PATCHES = tuple(
    Patch(socket.socket, name, _when_ready) for name in _READ if hasattr(select, "poll")
)
