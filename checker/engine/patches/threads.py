"""What works for a run outside its loop: threads, calls in pools, child processes.

`PATCHES` look at `current_run()` first and are the real thing everywhere else. Inside a run they
tell its clock who is at work, who only waits, and who is over.
"""

import asyncio
import concurrent.futures
import functools
import multiprocessing.pool
import os
import queue
import socket
import subprocess
import sys
import threading
import time
import types
from concurrent.futures.process import ProcessPoolExecutor
from concurrent.futures.thread import ThreadPoolExecutor
from multiprocessing.process import BaseProcess

from checker.engine import private
from checker.engine.clock.clock import LOOK, Waiter
from checker.engine.current import current_run, working_for, working_on
from checker.engine.limits import GaveUp, watchdog
from checker.engine.patches import thread_locks
from checker.engine.patches.patching import Patch
from checker.engine.recording import frames
from checker.engine.service import serving

# Their threads named "_…" carry out what is counted elsewhere: calls in pools, ends of children.
_MACHINERY = frozenset(
    ("concurrent.futures.thread", "asyncio.base_events", "asyncio.unix_events")
    + ("asyncio.windows_events", "multiprocessing.queues")
)

# Since 3.14; before, there is no such pool.
_InterpreterPool = getattr(concurrent.futures, "InterpreterPoolExecutor", ())


class Job:
    """One call in a pool, as a piece of outside work.

    It counts as work until everybody who asked for its result has been told: before that, the
    result may be on its way to the loop.
    """

    started = False

    def __init__(self, run, pool, function):
        self.run = run
        self.pool = pool
        self.function = function

    def __call__(self, *args, **options):
        self.started = True
        running = self.run.clock.running
        with working_for(self.run), working_on(self):
            running.append(self)
            try:
                return watchdog.call_interruptible(self.run, self.function, *args, **options)
            finally:
                running.remove(self)

    def is_for(self, thread):
        """Whether this thread carries it out, or may do so."""
        return thread in private.threads_of(self.pool)

    def in_line(self):
        """Whether it waits for a worker, and every worker of its pool has a job."""
        if self.started or not isinstance(self.pool, ThreadPoolExecutor):
            return False
        busy = sum(job.pool is self.pool for job in self.run.clock.running)
        return busy >= private.size_of_pool(self.pool)

    def follow(self, submit):
        """The future that `submit()` gives for this job."""
        clock = self.run.clock
        clock.outside.add(self)
        try:
            future = submit()
        except BaseException:
            clock.ended(self)
            raise

        def telling(tell):
            def told():
                with working_for(self.run):
                    try:
                        tell()
                    finally:
                        clock.ended(self)

            return told

        private.wrap_telling(future, telling)
        if future.done():  # nobody else has seen the future yet
            clock.ended(self)
        return future


def _submit_to_threads(original):
    @functools.wraps(original)
    def submit(self, fn, /, *args, **options):
        run = current_run()
        if run is None:
            return original(self, fn, *args, **options)
        job = Job(run, self, fn)
        # What runs in another interpreter is copied there: it cannot be a job of this one.
        call = fn if isinstance(self, _InterpreterPool) else job
        return job.follow(lambda: original(self, call, *args, **options))

    return submit


def _make_thread_pool(original):
    @functools.wraps(original)
    def make(self, max_workers=None, thread_name_prefix="", initializer=None, *rest, **options):
        if callable(initializer) and not isinstance(self, _InterpreterPool):
            initializer = _stoppable(initializer)
        original(self, max_workers, thread_name_prefix, initializer, *rest, **options)

    return make


def _stoppable(initializer):
    """A pool's initializer. A run that starts a worker may be ended while the worker prepares."""

    @functools.wraps(initializer)
    def initialize(*args):
        run = getattr(threading.current_thread(), "checker_run", None)
        if run is None:
            return initializer(*args)
        return watchdog.call_interruptible(run, initializer, *args)

    return initialize


def _submit_to_processes(original):
    @functools.wraps(original)
    def submit(self, fn, /, *args, **options):
        run = current_run()
        if run is None:
            return original(self, fn, *args, **options)

        def as_nobody():  # its processes and the thread that leads them stay for the next call
            with working_for(None):
                return original(self, fn, *args, **options)

        return Job(run, self, fn).follow(as_nobody)

    return submit


# ------------------------------------------------------------------ threads


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
        self.checker_run = run
        self.checker_joiners = []
        self.checker_machinery = _is_machinery(self)
        work = self.run
        line = frames.line_now(run.recorder.own, 2)

        # A pool may outlive the run: its workers belong to it only while they have a call of its.
        employer = None if self.checker_machinery else run
        # Between two calls nothing is to be ended in them: they would report it as an error.
        in_pool = _target_of(self) == ("concurrent.futures.thread", "_worker")

        def tracked():
            sys.set_coroutine_origin_tracking_depth(1)
            with working_for(employer):
                try:
                    work() if in_pool else watchdog.call_interruptible(run, work)
                except (GaveUp, SystemExit):
                    pass
                except BaseException as error:
                    # Not to `threading.excepthook`, which names it by a number of this process.
                    context = {"message": "Exception in a thread", "exception": error}
                    run.recorder.complain(context)
                    run.recorder.nobody_hears(error, "a thread", line)
                finally:
                    with run.clock.lock:
                        joiners, self.checker_joiners = self.checker_joiners, None
                        run.clock.ended(self, joiners)

        self.run = tracked
        if not self.checker_machinery:
            run.clock.outside.add(self)
            # The threads of a `ThreadPool` are told to end, and nobody joins them.
            if not serving.get() and _target_of(self)[0] != "multiprocessing.pool":
                run.threads.append((self, line))
        try:
            with working_for(None):  # the wait until it has started is none of the answer's
                original(self)
        except Exception:  # the machine gives no more threads
            run.clock.ended(self)
            raise

    return start


def is_at_work(thread):
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
        if run is None or theirs or (timeout is not None and timeout <= 0):
            return original(self, timeout)
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        waiter = Waiter(run.clock, timeout)
        self._waiters.append(waiter)
        saved = self._release_save()
        try:
            return run.wait(waiter, frames.blocking_call(2))
        finally:
            self._acquire_restore(saved)
            if not waiter.woken and waiter in self._waiters:
                self._waiters.remove(waiter)

    return wait


def _queues(original):
    """The module `queue` for `multiprocessing.pool`: inside a run, one can see who waits for one
    of the queues between the threads of its pools.
    """

    def make():
        return original.SimpleQueue() if current_run() is None else private.PySimpleQueue()

    return types.SimpleNamespace(SimpleQueue=make, Empty=original.Empty)


# ------------------------------------------------------------------ children and sockets


def _start_child(original):
    @functools.wraps(original)
    def start(self, *args, **options):
        run = current_run()
        with working_for(None):
            original(self, *args, **options)
        if run is not None:
            run.clock.children.append(self)
            if (
                private.frame_at(1).f_globals["__name__"] != "asyncio.unix_events"
            ):  # it tells itself
                run.recorder.opened("child", self)

    return start


def alive(child):
    """Whether a child process still runs. It is not reaped: that is for its owner."""
    if getattr(child, "returncode", None) is not None:
        return False
    if not hasattr(os, "waitid"):
        return True
    try:
        return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except (ChildProcessError, ValueError):  # reaped already, and perhaps closed
        return False


def end(child):
    """Kill a child process that is still there, and reap it."""
    if alive(child):
        child.kill()
        (child.wait if hasattr(child, "wait") else child.join)()


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


def _now(original):
    """The clock that the standard library's waits with a limit took from `time` by name."""

    @functools.wraps(original)
    def read():
        return time.monotonic()

    return read


_CONDITION = threading.Condition()
_USED_BY_WAIT = ("_waiters", "_is_owned", "_release_save", "_acquire_restore")
PATCHES = (
    Patch(ThreadPoolExecutor, "__init__", _make_thread_pool),
    Patch(ThreadPoolExecutor, "submit", _submit_to_threads),
    Patch(ProcessPoolExecutor, "submit", _submit_to_processes),
    Patch(threading.Thread, "start", _start),
    Patch(threading.Thread, "join", _join),
    Patch(threading.Condition, "__init__", _make_condition),
    Patch(threading.Condition, "wait", _wait, tuple((_CONDITION, n) for n in _USED_BY_WAIT)),
    Patch(*private.THREADING_CLOCK, _now),
    Patch(queue, "time", _now),
    Patch(multiprocessing.pool, "queue", _queues, ((queue, "_PySimpleQueue"),)),
    Patch(subprocess.Popen, "__init__", _start_child),
    Patch(BaseProcess, "start", _start_child),
    Patch(socket.socket, "__init__", _make_socket),
    # Before, a stream that nobody closed is still open at the end, and told of as that.
    Patch(asyncio.StreamWriter, "__del__", _drop_stream, since=(3, 11, 5)),
)
