"""Waits in threads, on the clock of the run: conditions, and what is made of them.

Events, queues, semaphores, barriers and the futures of pools wait in a `threading.Condition`.
"""

import functools
import threading

from checker.engine import private
from checker.engine.clock.waiter import Waiter
from checker.engine.current import current_run
from checker.engine.patches import thread_locks
from checker.engine.patches.patching import Patch
from checker.engine.recording import frames


def _make_condition(original):
    @functools.wraps(original)
    def make(self, lock=None):
        if lock is None and current_run() is not None:
            lock = thread_locks.reentrant_for(private.frame_at(1))
        original(self, lock)
        self.checker_run = current_run()

    return make


def _wait(original):
    """`Condition.wait`, and with it that of events, queues, semaphores and futures.

    One made outside the run may be used by threads that the run knows nothing of: a wait for it
    counts as work.
    """

    @functools.wraps(original)
    def wait(self, timeout=None):
        run = current_run()
        theirs = getattr(self, "checker_run", None) is not run  # or older than the stand-ins
        waits = timeout is None or 0 < timeout <= threading.TIMEOUT_MAX
        if run is None or theirs or not waits:  # it looks once, or refuses the number
            return original(self, timeout)
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        waiter = Waiter(run.clock, timeout)
        waiter.by_anybody = True
        self._waiters.append(waiter)
        saved = self._release_save()
        try:
            return run.wait(waiter, frames.blocking_call(2))
        finally:
            self._acquire_restore(saved)
            if not waiter.woken and waiter in self._waiters:
                self._waiters.remove(waiter)

    return wait


_CONDITION = threading.Condition()
_USED_BY_WAIT = ("_waiters", "_is_owned", "_release_save", "_acquire_restore")
PATCHES = (
    Patch(threading.Condition, "__init__", _make_condition),
    Patch(threading.Condition, "wait", _wait, tuple((_CONDITION, n) for n in _USED_BY_WAIT)),
)
