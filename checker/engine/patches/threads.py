"""Threads that an answer starts: they work for its run, and its clock knows who is over.

The patches look at `current_run()` first and are the real thing everywhere else.
"""

import functools
import sys
import threading
from typing import Any

from checker.engine import private
from checker.engine.clock.clock import LOOK
from checker.engine.clock.waiter import Waiter
from checker.engine.current import current_run, working_for
from checker.engine.ending.watchdog import watchdog
from checker.engine.limits import GaveUp, gave_up
from checker.engine.patches.patching import Patch
from checker.engine.recording import frames
from checker.engine.service import serving

# Their threads named "_…" carry out what is counted elsewhere: calls in pools, ends of children.
_MACHINERY = frozenset(
    ("concurrent.futures.thread", "asyncio.base_events", "asyncio.unix_events")
    + ("asyncio.windows_events", "multiprocessing.queues")
)


def _is_machinery(thread):
    module, name = _target_of(thread)
    if module == "multiprocessing.pool":  # it listens to a pipe for processes that end
        return name == "_handle_workers"
    return module in _MACHINERY and name.startswith("_")


def _target_of(thread):
    target = private.target_of(thread)
    return getattr(target, "__module__", None), getattr(target, "__name__", "")


def _start(original):
    """`Thread.start`: a thread started inside a run works for that run."""

    @functools.wraps(original)
    def start(self):
        run = current_run()
        if run is None or hasattr(self, "checker_run"):
            return original(self)
        line = frames.line_now(run.recorder.own, 2)
        self.checker_run = run
        self.checker_joiners = []
        run.starting_lines[self] = line
        self.checker_machinery = _is_machinery(self)
        self.run = _WorkForARun(run, self, line)
        if not self.checker_machinery:
            run.clock.outside.add(self)
            # The threads of a `ThreadPool` are told to end, and nobody joins them.
            if not serving.get() and _target_of(self)[0] != "multiprocessing.pool":
                run.threads.append((self, line))
        try:
            # The wait until it has started is none of the answer's.
            with run.clock.machine_at_work(), working_for(None):
                original(self)
        except Exception:  # the machine gives no more threads
            run.clock.ended(self)
            raise

    return start


class _WorkForARun:
    """What a thread does that was started inside a run: it takes the place of `Thread.run`.

    Args:
        run: the live run.
        thread: the thread, which is not started yet.
        line: the line of the answer that starts it, or None.
    """

    def __init__(self, run, thread, line):
        self._run = run
        self._thread = thread
        self._line = line
        self._work = thread.run
        # A pool may outlive the run: its workers belong to it only while they have a call of its.
        self._employer = None if thread.checker_machinery else run
        # Between two calls nothing is to be ended in them: they would report it as an error.
        self._in_pool = _target_of(thread) == ("concurrent.futures.thread", "_worker")

    def __call__(self):
        sys.set_coroutine_origin_tracking_depth(1)
        with working_for(self._employer):
            try:
                if self._run.tracer:
                    sys.settrace(self._run.tracer)
                if self._in_pool:
                    self._work()
                else:
                    watchdog.call_interruptible(self._run, self._work)
            except (GaveUp, SystemExit):
                pass
            except BaseException as error:
                if not gave_up(error):
                    self._complain(error)
            finally:
                if self._run.tracer:
                    sys.settrace(None)
                self._end()

    def _complain(self, error):
        # Not to `threading.excepthook`, which names it by a number of this process.
        context = {"message": "Exception in a thread", "exception": error}
        self._run.recorder.complain(context)
        self._run.recorder.nobody_hears(error, "a thread", self._line)

    def _end(self):
        clock, thread = self._run.clock, self._thread
        with clock.lock:
            joiners, thread.checker_joiners = thread.checker_joiners, None
            clock.ended(thread, joiners)


def is_at_work(thread: Any) -> bool:
    """Whether a thread of a run is not over; of its end, Python's own part does not count."""
    return thread.is_alive() and thread.checker_joiners is not None


def _join(original):
    @functools.wraps(original)
    def join(self, timeout=None):
        run = current_run()
        if run is None or getattr(self, "checker_run", None) is not run:
            return original(self, timeout)

        def about_to_end():  # it has no call to carry out, and whoever joins it wants no more
            return not any(job.is_for(self) for job in run.clock.jobs())

        if self.checker_machinery:
            while self.is_alive() and about_to_end():
                original(self, LOOK)
        joiner = Waiter(
            run.clock, timeout, has_news=about_to_end if self.checker_machinery else bool
        )
        with run.clock.lock:
            waits = self is not threading.current_thread() and self.checker_joiners is not None
            if waits:
                self.checker_joiners.append(joiner)
        if not waits or run.wait(joiner, "Thread.join"):
            original(self)

    return join


PATCHES = (
    Patch(threading.Thread, "start", _start),
    Patch(threading.Thread, "join", _join),
)
