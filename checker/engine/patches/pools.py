"""Calls in pools of threads and processes, as work outside the loop that the clock knows of."""

import concurrent.futures
import functools
import multiprocessing.pool
import queue
import threading
import types
from concurrent.futures.process import ProcessPoolExecutor
from concurrent.futures.thread import ThreadPoolExecutor

from checker.engine import private
from checker.engine.current import current_run, working_for, working_on
from checker.engine.ending.watchdog import watchdog
from checker.engine.patches.patching import Patch

# Since 3.14; before, there is no such pool.
_InterpreterPool = getattr(concurrent.futures, "InterpreterPoolExecutor", ())


class Job:
    """One call in a pool, as a piece of outside work.

    It counts as work until everybody who asked for its result has been told: before that, the
    result may be on its way to the loop.
    """

    started = False
    finished = False  # its function is over, though not everybody may have been told

    def __init__(self, run, pool, function):
        self.run = run
        self.pool = pool
        self.function = function
        self.line = run.recorder.line_here(3)

    @property
    def name(self):
        """What is called; for `to_thread`, what that calls in a context of its own."""
        function = self.function
        while isinstance(function, functools.partial):
            run_in_context = getattr(function.func, "__name__", "") == "run" and function.args
            function = function.args[0] if run_in_context else function.func
        return getattr(function, "__name__", type(function).__name__)

    def __call__(self, *args, **options):
        self.started = True
        running = self.run.clock.running
        with working_for(self.run), working_on(self):
            running.append(self)
            try:
                return watchdog.call_interruptible(self.run, self.function, *args, **options)
            finally:
                self.finished = True
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


def _queues(original):
    """The module `queue` for `multiprocessing.pool`: inside a run, one can see who waits for one
    of the queues between the threads of its pools.
    """

    def make():
        return original.SimpleQueue() if current_run() is None else private.PySimpleQueue()

    return types.SimpleNamespace(SimpleQueue=make, Empty=original.Empty)


PATCHES = (
    Patch(ThreadPoolExecutor, "__init__", _make_thread_pool),
    Patch(ThreadPoolExecutor, "submit", _submit_to_threads),
    Patch(ProcessPoolExecutor, "submit", _submit_to_processes),
    Patch(multiprocessing.pool, "queue", _queues, ((queue, "_PySimpleQueue"),)),
)
