"""The handles of a virtual loop: what it runs, one callback at a time.

They know which step scheduled them, and tell whoever watches the loop before they run.
"""

import asyncio
from asyncio import format_helpers
from contextvars import copy_context


def run_step(handle):
    """What `asyncio.Handle._run` does, and before it the watch is told: at every switch, so it is
    one call and not two.
    """
    handle._loop.watch.step(handle)
    try:
        handle._context.run(handle._callback, *handle._args)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        called = format_helpers._format_callback_source(handle._callback, handle._args)
        context = {"message": f"Exception in callback {called}", "exception": error}
        context["handle"] = handle
        if handle._source_traceback:
            context["source_traceback"] = handle._source_traceback
        handle._loop.call_exception_handler(context)
    # As in asyncio: the frames of an exception lead here, and would keep its task alive.
    handle = None


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
    _run = run_step


# Since 3.14 asyncio has a class of its own for this: `cancel` is safe in another thread, too.
_ThreadSafeHandle = getattr(asyncio.events, "_ThreadSafeHandle", asyncio.Handle)


def _run_locked(handle):
    """A thread that cancels a step while it runs waits for its end."""
    with handle._lock:
        if not handle._cancelled:
            run_step(handle)


class ThreadsafeStep(_ThreadSafeHandle):
    """A step that another thread may have scheduled."""

    __slots__ = ("by",)
    _run = run_step if _ThreadSafeHandle is asyncio.Handle else _run_locked


class Timer(asyncio.TimerHandle):
    """A timer. Those due at the same nanosecond fire in the order they were set.

    A clock that stands still makes ties all the time, and a heap does not keep their order.
    """

    __slots__ = ("by", "due")

    def __lt__(self, other):
        return self.due < other.due

    _run = run_step


# What debug mode reports shows the name of the class: it reads as on a stock loop.
Step.__name__ = TracedStep.__name__ = "Handle"
ThreadsafeStep.__name__ = _ThreadSafeHandle.__name__
Timer.__name__ = "TimerHandle"
