"""Asyncio as it came, while a run goes on: whatever somebody has put in its place comes back later.

Notebooks are full of `nest_asyncio.apply()`. It replaces asyncio's tasks, futures and `run` by
others, for the whole process, and the methods of the loop that every selector loop inherits. What
an answer does would be told of another asyncio than the one that the course is about.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from checker.engine import private

# (module, name, what asyncio itself has there)
ORIGINALS = (
    (asyncio, "Task", private.Task),
    (asyncio.tasks, "Task", private.Task),
    (asyncio.tasks, "_CTask", private.Task),
    (asyncio, "Future", private.Future),
    (asyncio.futures, "Future", private.Future),
    (asyncio.futures, "_CFuture", private.Future),
    (asyncio, "get_event_loop", private.get_event_loop),
    (asyncio.events, "get_event_loop", private.get_event_loop),
    (asyncio, "run", asyncio.runners.run),
)
_lock = threading.Lock()
_runs = 0
_theirs: list[tuple[object, str, object, object]] = []  # (module, name, its original, theirs)


def _replaced() -> list[tuple[object, str, object, object]]:
    """(module, name, what asyncio has there, what is there) of all that is not as it came."""
    return [
        (module, name, original, there)
        for module, name, original in ORIGINALS
        if (there := getattr(module, name, original)) is not original
    ]


def notice() -> str:
    """One line that says that somebody has replaced parts of asyncio in this process, or ""."""
    with _lock:
        replaced = _theirs or _replaced()
    if not replaced:
        return ""
    makers = {str(getattr(there, "__module__", "")).partition(".")[0] for *_, there in replaced}
    names = " and ".join(sorted(makers - {"asyncio", "_asyncio", ""}))
    who = f"`{names}` has" if names else "Somebody has"
    return f"{who} replaced parts of asyncio here. Your code is run without that, on asyncio alone."


@contextlib.contextmanager
def put_back() -> Iterator[None]:
    """Inside the block asyncio has its own names, in the whole process; then they are as before."""
    global _runs
    with _lock:
        _runs += 1
        if _runs == 1:
            _theirs[:] = _replaced()
            for module, name, original, _there in _theirs:
                setattr(module, name, original)
    try:
        yield
    finally:
        with _lock:
            _runs -= 1
            if _runs == 0:
                for module, name, original, there in _theirs:
                    if getattr(module, name) is original:  # else it was replaced once more
                        setattr(module, name, there)
                _theirs.clear()
