"""Locks of `threading` that an answer makes: the clock of its run sees who waits for them.

Those of the standard library are written in C, so a thread that waits for one looks as if it were
at work: the clock could not jump over what its holder sleeps, and two threads that wait for each
other would never be found. `PATCHES` give locks of Python inside a run and in cells, and the real
ones everywhere else. What the standard library makes for itself, a queue or a pool, keeps the real
ones.
"""

import _thread
import contextlib
import queue
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping

from checker.engine import private
from checker.engine.current import current_run
from checker.engine.patches import patching
from checker.engine.patches.patching import Patch
from checker.engine.recording import frames


class Lock:
    """What `threading.Lock()` gives inside a run, and in a cell, whose locks a run may use.

    Who waits gets it in the order of asking. The real ones promise no order; with this one, two
    threads that take turns do so in the same way each time.
    """

    def __init__(self):
        self._free = threading.Condition(_thread.allocate_lock())
        self._in_line = []
        self.holder = None
        self._depth = 0
        self.line = None  # where it was taken

    def acquire(self, blocking=True, timeout=-1):
        """As `threading.Lock.acquire`.

        Raises:
            ValueError: for a time-out that is negative, or that comes without `blocking`.
        """
        if timeout != -1 and (timeout < 0 or not blocking):
            raise ValueError("a timeout is a number above 0, for a blocking call")
        with self._free:
            self._forget_a_run_that_is_over()
            taken = self._may_take() or (blocking and self._wait(timeout))
            if taken:
                self.holder = threading.current_thread()
                self._depth += 1
                if self._depth == 1:
                    self.line = _line()
            return taken

    def release(self):
        """As `threading.Lock.release`.

        Raises:
            RuntimeError: if it is not taken; a re-entrant one, if another thread has taken it.
        """
        with self._free:
            self._give_back(self._depth - 1)

    def locked(self):
        """Whether somebody has taken it."""
        return self.holder is not None

    def __reduce__(self):
        raise TypeError(f"cannot pickle '_thread.{type(self).__name__.lower()}' object")

    __enter__ = acquire

    def __exit__(self, *exc_info):
        self.release()

    def _wait(self, timeout):
        ticket = object()
        self._in_line.append(ticket)
        try:
            with waiting_for(self):
                return self._free.wait_for(
                    lambda: self._may_take(ticket), None if timeout == -1 else timeout
                )
        finally:
            self._in_line = [other for other in self._in_line if other is not ticket]
            self._free.notify_all()  # who comes next may be the first now

    def _forget_a_run_that_is_over(self):
        """A lock of a cell goes from run to run, and one may have ended in the middle of things."""
        user = self._free.checker_run
        if user is not None and user.clock.over:
            self.holder, self._in_line = None, []
        if self.holder is None and not self._in_line:
            self._free.checker_run = current_run()

    def _may_take(self, ticket=None):
        return self.holder is None and (not self._in_line or self._in_line[0] is ticket)

    def _give_back(self, depth):
        if self.holder is None:
            raise RuntimeError("release unlocked lock")
        self._depth = depth
        if not depth:
            self.holder = None
            self._free.notify_all()


class RLock(Lock):
    """What `threading.RLock()` gives where `Lock` stands for the plain one."""

    def _may_take(self, ticket=None):
        return self.holder is threading.current_thread() or super()._may_take(ticket)

    def _give_back(self, depth):
        if self.holder is not threading.current_thread():
            raise RuntimeError("cannot release un-acquired lock")
        super()._give_back(depth)

    # What `threading.Condition` asks of a lock that one thread may take several times.

    def _is_owned(self):
        return self.holder is threading.current_thread()

    def _release_save(self):
        with self._free:
            depth = self._depth
            self._give_back(0)
            return depth

    def _acquire_restore(self, depth):
        self.acquire()
        self._depth = depth


@contextlib.contextmanager
def waiting_for(what: Lock | str) -> Iterator[None]:
    """Inside the block, the calling thread waits, and the run knows where.

    Args:
        what: a `Lock`, or the name of a call: "Thread.join". A lock waits in a condition of its
            own; that wait is known as the one for the lock.
    """
    waits, thread = getattr(current_run(), "thread_waits", {}), threading.current_thread()
    if thread in waits:
        yield
        return
    waits[thread] = (what, _line())
    try:
        yield
    finally:
        del waits[thread]


def _line():
    run = current_run()
    return run and frames.line_now(run.recorder.own, 2)


def described(
    waits: Mapping[threading.Thread, tuple[Lock | str, int | None]],
) -> list[tuple[str, int | None]]:
    """What threads wait for: (text, line), in the order of the lines. Those that wait at the same
    line for the same are told together.
    """
    counts: Counter[tuple[int, str, str]] = Counter()
    for thread, (lock, line) in list(waits.items()):
        where = f" at line {line}" if line else ""
        if isinstance(lock, str):
            if line:  # else it is none of the answer's
                counts[line, f"a thread{where}: {lock}", f"threads{where}: {lock}"] += 1
            continue
        taken = f" at line {lock.line}" if lock.line else ""
        singular, plural = "waits for a lock that was taken", "wait for locks that were taken"
        if lock.holder is thread:
            singular, plural = (
                "waits for the lock that it took itself",
                "wait for what they took themselves",
            )
        singular, plural = f"a thread{where} {singular}{taken}", f"threads{where} {plural}{taken}"
        counts[line or 0, singular, plural] += 1
    return [
        (singular if many == 1 else f"{many} {plural}", line or None)
        for (line, singular, plural), many in sorted(counts.items())
    ]


def is_ours(frame):
    """Whether a lock of ours is due: in a run or a cell, but not for the standard library."""
    module = frame.f_globals.get("__name__", "").partition(".")[0]
    return module not in sys.stdlib_module_names and (
        module == "__main__" or current_run() is not None
    )


def reentrant_for(frame):
    """The lock of a condition that this frame makes; None for a real one."""
    return RLock() if is_ours(frame) else None


def _stand_in(ours):
    def make(original):
        class LikeLock(type):
            def __call__(cls):
                return ours() if is_ours(private.frame_at(1)) else original()

            def __instancecheck__(cls, value):
                return isinstance(value, (ours, type(original())))

        # Pickled by its name, it is found where it stands in.
        about = {"__doc__": original.__doc__, "__module__": "threading"}
        return LikeLock(ours.__name__, (), about)

    return make


def _make_simple_queue(original):
    """`queue.SimpleQueue`: of the one that Python has besides, one can see who waits for it.

    A class made of it is always of that kind.
    """

    class LikeSimpleQueue(type):
        def __call__(cls, *args, **options):
            if cls is SimpleQueue and not is_ours(private.frame_at(1)):
                return original(*args, **options)
            return super().__call__(*args, **options)

        def __instancecheck__(cls, value):
            known = cls is SimpleQueue and isinstance(value, original)
            return known or super().__instancecheck__(value)

    class SimpleQueue(private.PySimpleQueue, metaclass=LikeSimpleQueue):
        __doc__ = original.__doc__
        __module__ = original.__module__

        def __reduce__(self):
            raise TypeError("cannot pickle '_queue.SimpleQueue' object")

    SimpleQueue.__qualname__ = SimpleQueue.__name__
    return SimpleQueue


def stand_ins() -> dict[int, object]:
    """id of the C queue → its stand-in, for names that were bound before the run."""
    known = patching.replaced(queue)
    return {was: new for was, new in known.items() if new is queue.SimpleQueue}


PATCHES = (
    Patch(queue, "SimpleQueue", _make_simple_queue, ((queue, "_PySimpleQueue"),)),
    Patch(threading, "Lock", _stand_in(Lock)),
    Patch(threading, "RLock", _stand_in(RLock)),
)
