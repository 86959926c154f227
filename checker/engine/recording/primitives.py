"""Locks, queues and the like: where an answer keeps them, and what can be said of them."""

import asyncio
import heapq
import inspect
import sys
from itertools import islice

from checker.engine import private, values
from checker.engine.recording import frames
from checker.engine.recording.snapshots import MOST

ITEMS = 10  # of one queue, and of one container of primitives, that are looked at
ITEM = 40  # characters of one item


def primitives_in(task, own):
    """(name, primitive) of those in variables of the answer's frames of a suspended task.

    One level further too: items of lists, tuples and dictionaries, attributes of the answer's own
    objects.
    """
    primitives = []
    for _coroutine, frame in frames.suspended(task.get_coro()):
        if frame.f_code.co_filename in own:
            names = _variables(frame)
            module = frame.f_globals.get("__name__")
            for name, value in names.items():
                primitives += [(n, v) for n, v in _behind(name, value, module) if frames.is_line(v)]
    return primitives


def _variables(frame):
    """The local variables of a frame, and the globals that its code names."""
    code = frame.f_code
    names = {n: frame.f_globals[n] for n in code.co_names if n in frame.f_globals}
    if not code.co_flags & inspect.CO_OPTIMIZED:
        return names
    held = frame.f_locals
    names.update(held)
    # Up to 3.12 this is a copy that the frame keeps: an object could not go when its variable
    # does. The answer may hold it too, if it called `locals()`: then it stays, as after one more
    # call.
    if type(held) is dict and sys.getrefcount(held) <= 3:
        held.clear()
    return names


def _behind(name, value, module):
    yield name, value
    kind = type(value)
    if kind in (list, tuple):
        yield from ((f"{name}[{i}]", item) for i, item in enumerate(value[:ITEMS]))
    elif kind is dict:
        yield from ((f"{name}[{key!r:.40}]", item) for key, item in islice(value.items(), ITEMS))
    elif kind.__module__ == module and isinstance(getattr(value, "__dict__", None), dict):
        yield from ((f"{name}.{key}", item) for key, item in islice(vars(value).items(), MOST))


def tasks_behind(futures):
    """The numbers of the tasks that wait for these futures, in order."""
    numbers = []
    for future in islice(futures or (), MOST):
        for callback, _context in private.callbacks_of(future):
            log = getattr(getattr(callback, "__self__", None), "checker_log", None)
            if log is not None:
                numbers.append(log.number)
    return numbers


def described(primitive, holders):
    """What a `Snapshot` says of a primitive, besides its number, kind and name.

    Args:
        holders: the tasks that hold it.
    """
    if isinstance(primitive, asyncio.Queue):
        return _queue(primitive)
    if isinstance(primitive, asyncio.Barrier):
        waiters = tasks_behind(private.waiters_of(private.condition_of(primitive)))
        return {"waiters": waiters, "parties": primitive.parties}
    facts = {"waiters": tasks_behind(private.waiters_of(primitive))}
    if isinstance(primitive, asyncio.Event):
        return {**facts, "set": primitive.is_set()}
    if isinstance(primitive, asyncio.Semaphore):
        return {**facts, "value": private.value_of(primitive), "held_by": holders}
    facts |= {"locked": primitive.locked(), "held_by": holders[0] if holders else None}
    if isinstance(primitive, asyncio.Condition):
        facts["lock_waiters"] = tasks_behind(private.waiters_of(private.lock_of(primitive)))
    return facts


def _queue(queue):
    return {
        "waiters": tasks_behind(private.getters_of(queue)),
        "putters": tasks_behind(private.putters_of(queue)),
        "items": [values.short_repr(item, ITEM) for item in _first_items(queue)],
        "size": queue.qsize(),
        "maxsize": queue.maxsize,
        "unfinished": private.unfinished_of(queue),
    }


def _first_items(queue):
    """The items that come out first, the next one in front."""
    held = private.items_of(queue)
    if isinstance(queue, asyncio.PriorityQueue):
        held = list(held)
        return [heapq.heappop(held) for _ in held[:ITEMS]]
    return list(islice(reversed(held) if isinstance(queue, asyncio.LifoQueue) else held, ITEMS))
