"""The real-time limit: one thread that ends the runs which never come back to their loop.

`GaveUp` is raised in the threads of such a run from outside, again and again until they are gone.
"""

import ctypes
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from checker.engine import private
from checker.engine.clock.clock import SECOND, WATCHDOG, real_ns
from checker.engine.current import working_for
from checker.engine.limits import GaveUp

if TYPE_CHECKING:
    from checker.engine.live import LiveRun

T = TypeVar("T")

# Real seconds between two looks at where a run stands: a stretch that is charged needs a line. An
# answer that is quick is over before the first look.
LOOK_EVERY = 0.02
# Real seconds between two attempts to end a run: one that catches everything can be ended only in
# the moment between two of its `try` blocks.
RAISE_EVERY = 0.001
# A loop that goes round, and threads that take turns, reach their end or a deterministic limit,
# which makes the same verdict each time. On a very busy machine they get more real time for that:
# so many real seconds at once, and at most so many times their limit.
MORE, AT_MOST = 0.25, 3


class _Watchdog:
    """One thread that ends the runs whose real time is over. It sleeps while there are none.

    Attributes:
        lazy: whether the thread is begun by `start`, and not with the first run. In a process
            that is there for a few short runs, a thread would cost more than one of them.
    """

    def __init__(self) -> None:
        self.lazy = False
        self._lock = threading.Lock()
        self._condition = threading.Condition(self._lock)
        # When the real time of each is over, real nanoseconds.
        self._runs: dict[LiveRun, int] = {}
        # (when it may get no more, its `_moves` at the last look)
        self._going: dict[LiveRun, tuple[int, int]] = {}
        self._thread: threading.Thread | None = None
        self._asked: set[int] = set()  # threads in which `GaveUp` was raised since they began
        self._asleep = False  # until it is notified, and not just until its next look

    def call(self, run: "LiveRun", seconds: float, function: Callable[..., T], *args: object) -> T:
        """What `function(*args)` returns; `GaveUp` is raised in it after `seconds` of real time."""
        self._begin(run, seconds)
        try:
            return self.call_interruptible(run, function, *args)
        finally:
            with self._lock:
                del self._runs[run], self._going[run]

    def call_interruptible(
        self, run: "LiveRun", function: Callable[..., T], *args: object, **options: object
    ) -> T:
        """What `function(*args, **options)` returns, called in one of the threads of `run`.

        While it is at work, and in no moment after it, `GaveUp` may be raised in this thread. It is
        raised at once if the run is over: a worker of a pool may come to its work that late.
        """
        thread = threading.get_ident()
        try:
            run.reached[thread] = True
            if run.clock.over:  # nobody looks for threads of this run any more
                raise GaveUp
            return function(*args, **options)
        finally:
            # Nothing can be raised between the function and the first line, and what the watchdog
            # decided before it arrives once at most.
            run.reached[thread] = False
            try:
                self._take_back(thread)
            except GaveUp:
                self._take_back(thread)

    def _take_back(self, thread: int) -> None:
        with self._lock:
            if thread not in self._asked:  # up to 3.11, taking back what was not asked costs much
                return
            raise_in(thread, None)
            self._asked.discard(thread)
        if private.LOOKS_ON:
            _receive(thread)

    def _begin(self, run: "LiveRun", seconds: float) -> None:
        with self._condition:
            begun = real_ns()
            self._runs[run] = begun + int(seconds * SECOND)
            self._going[run] = (begun + int(AT_MOST * seconds * SECOND), _moves(run))
            if not self.lazy:
                self._start()
            if self._asleep:  # a notice costs as much as a short run
                self._condition.notify()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._watch, name=WATCHDOG, daemon=True)
            with working_for(None):  # it outlives the run that happens to start it
                self._thread.start()

    def start(self) -> bool:
        """Start the thread. Returns whether the thread is there.

        For a signal handler, which may stand on a full stack and in the midst of anything: it takes
        no lock of ours.
        """
        self.lazy = False
        try:
            self._start()
        except RuntimeError:  # no room on the stack, or for one more thread
            return False
        return True

    def expire(self, thread: int | None) -> None:
        """End the run of the thread with this identifier at once."""
        with self._condition:
            for run in self._runs:
                if run.thread == thread:
                    self._runs[run] = 0
            self._condition.notify()

    def stop_threads(self, run: "LiveRun") -> None:
        """Raise `GaveUp` in every thread that is at work for `run`."""
        with self._lock:
            self._stop_threads(run)

    def _stop_threads(self, run: "LiveRun") -> None:
        for thread, at_work in list(run.reached.items()):
            if at_work:
                self._asked.add(thread)
                raise_in(thread, GaveUp)

    def overdue(self, thread: int | None) -> float:
        """Real seconds by which the run of this thread is over its time; 0 if it is not."""
        with self._condition:
            ends = [end for run, end in self._runs.items() if run.thread == thread and end]
        return max(0, real_ns() - min(ends, default=real_ns())) / SECOND

    def _goes_round(self, run: "LiveRun", now: int) -> bool:
        """Whether it has moved since the last look, and may have more time."""
        latest, moves = self._going[run]
        self._going[run] = (latest, _moves(run))
        return _moves(run) > moves and now < latest

    def _watch(self) -> None:
        with self._condition:
            while True:
                now, wait = real_ns(), LOOK_EVERY if self._runs else None
                for run, end in self._runs.items():
                    if now >= end > 0 and self._goes_round(run, now):
                        self._runs[run] = now + int(MORE * SECOND)
                    elif now >= end:
                        wait = RAISE_EVERY
                        run.sample()
                        run.out_of_time()
                        self._stop_threads(run)
                    else:
                        run.sample()
                self._asleep = wait is None
                self._condition.wait(wait)


def _moves(run: "LiveRun") -> int:
    """How often its loop went round, or one of its threads began to wait."""
    return run.turns + run.clock.waits


def raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Raise `kind` in the thread with this identifier as soon as it can; None takes it back."""
    value = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), value)


def _receive(thread: int) -> None:
    """Raise `GaveUp` in the calling thread, and catch it: the interpreter looks for no more."""
    try:
        raise_in(thread, GaveUp)
        while True:
            pass
    except GaveUp:
        pass


def frame_of(thread: int) -> FrameType | None:
    """The frame in which the thread with this identifier stands, or None."""
    return private.frames_of_threads().get(thread)


watchdog = _Watchdog()
