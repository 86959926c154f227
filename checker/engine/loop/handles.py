"""The handles of a virtual loop: what it runs, one callback at a time.

They know which step scheduled them, and tell whoever watches the loop before they run.
"""

import asyncio
from contextvars import copy_context

from checker.engine import private


def run_step(self):
    """What `asyncio.Handle._run` does, and before it the watch is told: at every switch, so it is
    one call and not two.
    """
    self._loop.watch.step(self, self._callback)
    try:
        self._context.run(self._callback, *self._args)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        called = private.described(self._callback, self._args, self._loop.get_debug())
        context = {"message": f"Exception in callback {called}", "exception": error}
        context["handle"] = self
        if self._source_traceback:
            context["source_traceback"] = self._source_traceback
        self._loop.call_exception_handler(context)
    # As in asyncio: the frames of an exception lead here, and would keep its task alive.
    self = None


class Step(asyncio.Handle):
    """One turn of a callback. It knows which step scheduled it."""

    __slots__ = ("by",)

    def __init__(self, callback, args, loop, context):
        # What `asyncio.Handle` does where the loop is not in debug mode, in half the time.
        self._context = copy_context() if context is None else context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        self._source_traceback = None
        self.by = loop.watch.cause

    _run = run_step


class TracedStep(asyncio.Handle):
    """A step that was made in debug mode."""

    __slots__ = ("by",)

    def __init__(self, callback, args, loop, context, by):
        super().__init__(callback, args, loop, context)
        self.by = by
        if self._source_traceback:
            del self._source_traceback[-2:]  # this frame, and that of the loop's method

    _run = run_step


def _run_locked(self):
    """A thread that cancels a step while it runs waits for its end."""
    with self._lock:
        if not self._cancelled:
            run_step(self)


class ThreadsafeStep(private.ThreadSafeHandle):  # type: ignore[misc, valid-type]
    """A step that another thread may have scheduled, and may cancel."""

    __slots__ = ("by",)

    def __init__(self, callback, args, loop, context, by):
        super().__init__(callback, args, loop, context)
        self.by = by
        if self._source_traceback:
            del self._source_traceback[-2:]

    _run = run_step if private.ThreadSafeHandle is asyncio.Handle else _run_locked


class Timer(asyncio.TimerHandle):
    """A timer. Those due at the same nanosecond fire in the order they were set.

    A clock that stands still makes ties all the time, and a heap does not keep their order.
    """

    __slots__ = ("by", "due")

    def __init__(self, when, callback, args, loop, context, due):
        super().__init__(when, callback, args, loop, context)
        self.by = None
        self.due = due
        self._scheduled = True  # the loop puts it into its heap at once
        if self._source_traceback:
            del self._source_traceback[-2:]

    def __lt__(self, other):
        return self.due < other.due

    _run = run_step


# What debug mode reports shows the name of the class: it reads as on a stock loop.
Step.__name__ = TracedStep.__name__ = "Handle"
ThreadsafeStep.__name__ = private.ThreadSafeHandle.__name__
Timer.__name__ = "TimerHandle"
