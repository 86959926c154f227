"""One wait of a thread of a run. While it waits, its thread is idle, and the clock may jump."""

import _thread
import contextlib
import threading
from collections.abc import Callable

from checker.engine.clock.clock import LOOK, Clock, ns
from checker.engine.current import current_job


class Waiter:
    """One wait of a thread of a run: until somebody wakes it, or until its time has come.

    Args:
        clock: that of the run.
        seconds: on this clock; None for a wait that only somebody else can end.
        wake: makes the thread go on; None for one that waits in `acquire`.
        has_news: whether something is there that will make it go on.

    Raises:
        OverflowError: for more than 292 years, as the waits of `threading` do.
    """

    parked = woken = False
    by_anybody = False  # a thread that the run does not know may end it

    def __init__(
        self,
        clock: Clock,
        seconds: float | None = None,
        wake: Callable[[], object] | None = None,
        has_news: Callable[[], bool] = bool,
    ):
        self.clock = clock
        self.token = current_job() or threading.current_thread()
        if seconds is not None and not seconds <= threading.TIMEOUT_MAX:
            raise OverflowError("timeout value is too large")
        self.seconds = -1 if seconds is None else max(0, seconds)
        # Who sleeps for what is left until a moment, and looks again, must get there in the end.
        least = 1 if seconds else 0
        self.when = None if seconds is None else clock.now() + max(least, ns(seconds))
        self.has_news = has_news
        self._wake = wake or self._open
        self._gate = _thread.allocate_lock()
        self._gate.acquire()

    def acquire(self) -> bool:
        """Wait in another thread than the loop's; whether somebody called `release`.

        It is over at the latest when its time really has passed: a loop that is blocked by this
        thread cannot jump.
        """
        if self.clock.over:
            raise SystemExit
        self.clock.park(self)
        self._gate.acquire(True, self.seconds)
        self.clock.unpark(self)
        if self.clock.over and not self.woken:
            raise SystemExit
        return self.woken

    def look(self, seconds: float | None) -> None:
        """Wait a moment, really; the loop's thread does so while others are at work."""
        self._gate.acquire(True, LOOK if seconds is None else min(LOOK, seconds))

    def release(self) -> None:
        """End the wait, as `threading.Condition` ends that of a lock of its own."""
        self.woken = True
        self.wake()

    def wake(self) -> None:
        """Let the thread go on; it counts as work from now on."""
        self.clock.unpark(self)
        self._wake()

    def _open(self) -> None:
        with contextlib.suppress(RuntimeError):  # it is open already
            self._gate.release()


def sleep(clock: Clock, seconds: float) -> None:
    """What `time.sleep` does inside a run."""
    waiter = Waiter(clock, seconds)
    if threading.get_ident() == clock.thread:
        clock.hold(waiter)
    else:
        waiter.acquire()
