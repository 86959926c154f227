"""Where code stands: lines of the answer, in running and in suspended code.

"Own" code is that of the files named in `own`, usually the one cell that holds the answer.
"""

import asyncio
import gc
import inspect
import linecache
import re
import threading
import traceback
import types
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from checker.engine import private, values
from checker.engine.error_text import message_of
from checker.engine.loop.handles import run_step
from checker.engine.record import Failure
from checker.engine.service import Service

_REPR = re.compile(r"<(Task|Future|_GatheringFuture)\b(?:[^<>]|<[^<>]*>)*>")
_PRIVATE = re.compile(r"\b_[^_]")
_MADE_OF = (types.CoroutineType, types.AsyncGeneratorType, types.GeneratorType)
# Locks, queues and the like: what several tasks can stand in line for.
_LINES = (
    asyncio.Lock,
    asyncio.Semaphore,
    asyncio.Condition,
    asyncio.Event,
    asyncio.Queue,
    asyncio.Barrier,
)
_WAITING = ("threading", "queue", "concurrent.futures._base", "checker.engine.patches.thread_locks")


@dataclass
class Place:
    """Where a task stands and what it waits for there."""

    line: int | None
    what: str
    line_for: object = None  # the lock, queue … that it waits in line for
    tasks: tuple = ()


def file_of(answer: Any) -> str | None:
    """The file of a function, class or coroutine, as its frames name it, or None."""
    code = getattr(inspect.unwrap(answer), "__code__", None) or getattr(answer, "cr_code", None)
    if inspect.isclass(answer):
        methods = [m for m in vars(answer).values() if inspect.isfunction(m)]
        code = methods[0].__code__ if methods else None
    return code and code.co_filename


def line_now(own: Collection[str], depth: int = 1) -> int | None:
    """The line of the innermost own frame on the calling stack, or None."""
    return line_of(private.frame_at(depth), own)


def line_of(frame: types.FrameType | None, own: Collection[str]) -> int | None:
    """The line of the innermost own frame from `frame` outwards, within the callback that runs."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename in own:
            return frame.f_lineno
        if code is run_step.__code__:  # what called the loop is no part of the run
            return None
        frame = frame.f_back
    return None


def blocking_call(depth):
    """What the standard library does on the calling stack, as the answer called it: "Queue.get"."""
    frame, what = private.frame_at(depth), "Condition.wait"
    while frame.f_globals.get("__name__") in _WAITING:
        what, frame = frame.f_code.co_qualname, frame.f_back
    return what.partition(".<locals>")[0]  # "Executor.map" holds the loop by a generator of its own


def suspended(coroutine):
    """(code object that waits, its frame), from the outermost to the one that really waits."""
    while coroutine is not None:
        if isinstance(coroutine, types.CoroutineType):
            frame, below = coroutine.cr_frame, coroutine.cr_await
        elif isinstance(coroutine, types.AsyncGeneratorType):
            frame, below = coroutine.ag_frame, coroutine.ag_await
        elif isinstance(coroutine, types.GeneratorType):
            frame, below = coroutine.gi_frame, coroutine.gi_yieldfrom
        else:
            # `anext(generator)` and `coroutine.__await__()` do not say whom they stand for.
            held = gc.get_referents(coroutine) if not isinstance(coroutine, asyncio.Future) else ()
            coroutine = next((h for h in held if isinstance(h, _MADE_OF)), None)
            continue
        if frame is not None:
            yield coroutine, frame
        coroutine = below


def is_line(value):
    """Whether this is a lock, a queue or the like, without asking the object itself."""
    return issubclass(type(value), _LINES)


def begun(coroutine):
    """Whether it has had its first step; of what only behaves like a coroutine, that is assumed."""
    if not isinstance(coroutine, types.CoroutineType):
        return True
    return inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED


def origin(coroutine, own):
    """The line of own code that made this coroutine object, or None."""
    for file, line, _function in coroutine.cr_origin or ():
        if file in own:
            return line
    return None


def unstarted_in(task, own):
    """The coroutine objects in local variables of a suspended task that never started."""
    coroutines = []
    for _coroutine, frame in suspended(task.get_coro()):
        if frame.f_code.co_filename in own:
            coroutines += [
                value
                for value in frame.f_locals.values()
                if isinstance(value, types.CoroutineType)
                and not begun(value)
                and value not in coroutines
            ]
    return coroutines


def place(task, own):
    """The `Place` at which a suspended task stands."""
    frames = [frame for _, frame in suspended(task.get_coro())]
    if frames and frames[0].f_globals.get("__name__") == "checker.engine.observe":
        del frames[0]  # it only awaits the answer
    inner = max((i for i, f in enumerate(frames) if f.f_code.co_filename in own), default=-1)
    line = frames[inner].f_lineno if inner >= 0 else None
    waiter = private.awaited_by(task)
    tasks = _tasks_behind(waiter)
    if inner + 1 >= len(frames):
        return Place(line, "a task" if tasks else "a future", None, tasks)
    line_for = None
    for frame in frames[inner + 1 :]:
        held = frame.f_locals.get("self")
        if isinstance(held, Service):
            return Place(line, held.now_serving(frame), None, ())
        if line_for is None and isinstance(held, _LINES):
            line_for = held
        if isinstance(held, asyncio.TaskGroup):
            tasks = tuple(private.tasks_of_group(held))
        if frame.f_code.co_name == "_wait" and "fs" in frame.f_locals:
            tasks = tuple(f for f in frame.f_locals["fs"] if isinstance(f, asyncio.Task))
    what = (
        _words(frames[inner + 1 :])
        if line_for is None
        else _step_in_line(frames[inner + 1 :], line_for)
    )
    return Place(line, what, line_for, tasks)


def _step_in_line(frames, line_for):
    """ "Lock.acquire", also where the learner wrote `async with lock`; "as_completed" for the queue
    that this one keeps to itself.
    """
    if any(frame.f_code.co_name == "_wait_for_one" for frame in frames):
        return "as_completed"
    method = [f.f_code.co_name for f in frames if f.f_locals.get("self") is line_for][-1]
    return f"{type(line_for).__name__}.{method}"


def _words(called):
    """What suspended library frames do, outermost first, as short as it can be told."""
    code = called[0].f_code
    if code is asyncio.sleep.__code__:
        return f"sleep({called[0].f_locals['delay']:g})"
    # Those of aiohttp and contextlib stand for the methods, or generators, of others.
    if code.co_name in ("__aenter__", "__aexit__"):
        code = next((f.f_code for f in called if not _PRIVATE.search(f.f_code.co_qualname)), code)
    return code.co_qualname.replace("<locals>.", "")


def _tasks_behind(future):
    """The tasks whose end a future stands for: itself, gather's, or the one that is shielded."""
    if isinstance(future, asyncio.Task):
        return (future,)
    children = private.gathered_by(future)
    if children:
        return tuple(c for c in children if isinstance(c, asyncio.Task))
    for callback, _context in private.callbacks_of(future):
        if getattr(callback, "__name__", "") == "_outer_done_callback":
            # Since 3.14 the task that called `shield` is among its variables, too.
            variables = zip(callback.__code__.co_freevars, callback.__closure__ or (), strict=True)
            inner = [cell.cell_contents for name, cell in variables if name == "inner"]
            return tuple(task for task in inner if isinstance(task, asyncio.Task))
    return ()


def failure(error: BaseException, own: Collection[str], depth: int = 5) -> Failure:
    """An exception as plain data, with the frames of the answer's own code alone."""
    frames: list[list[str | int]] = [
        [frame.f_code.co_name, number, linecache.getline(frame.f_code.co_filename, number).strip()]
        for frame, number in traceback.walk_tb(error.__traceback__)
        # A comprehension has a frame of its own up to 3.11.
        if frame.f_code.co_filename in own and not frame.f_code.co_name.endswith("comp>")
    ]
    line: Any = frames[-1][1] if frames else None
    if isinstance(error, SyntaxError):
        line = error.lineno
    members = error.exceptions if isinstance(error, BaseExceptionGroup) and depth else ()
    return Failure(
        type=type(error).__name__,
        text=_text(error),
        line=line,
        frames=frames[-10:],
        bases=[base.__name__ for base in type(error).__mro__[1:-1]],
        args=[arg for arg in error.args if values.fits_json(arg)],
        of=[failure(member, own, depth - 1) for member in members],
    )


def raised_at_once(error):
    """Whether a callback or a thread's function could not even be called, or is written in C."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_code is run_step.__code__ or frame.f_code is threading.Thread.run.__code__


def _text(error):
    try:
        # "Task cannot await on itself: <Task …": the repr of a task has addresses and paths.
        return values.without_addresses(_REPR.sub(r"<\1>", message_of(error)))[:500]
    except BaseException as broken:
        return f"(its text could not be made: {type(broken).__name__})"
