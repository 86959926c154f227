"""Who holds a lock or a semaphore of asyncio, so that a deadlock can name the circle.

Asyncio keeps no owner: it lets one task take what another gives back. `PATCHES` write down which
tasks of a run have taken it and not given it back; outside a run they do nothing.
"""

import asyncio
import functools
import inspect

from checker.engine import private
from checker.engine.current import current_run
from checker.engine.patches.patching import Patch


def holders(lock):
    """The logs of the tasks that have taken `lock` and not given it back."""
    return list(getattr(lock, "checker_holders", ()))


def _own_log():
    """What the recorder keeps of the task that runs, or None."""
    loop = private.running_loop()
    return loop and getattr(asyncio.current_task(loop), "checker_log", None)


def _acquire(original):
    @functools.wraps(original)
    async def recorded(self):
        taken = await original(self)
        log = _own_log()
        if log is not None:
            self.checker_holders = [*holders(self), log]
        return taken

    @functools.wraps(original)
    def acquire(self):
        return original(self) if current_run() is None else recorded(self)

    # So that it still looks like a coroutine function, where Python can be told (3.12 and later).
    return getattr(inspect, "markcoroutinefunction", lambda function: function)(acquire)


def _release(original):
    @functools.wraps(original)
    def release(self):
        original(self)
        held = holders(self)
        if held:
            log = _own_log()
            held.remove(log if log in held else held[0])
            self.checker_holders = held

    return release


PATCHES = (
    Patch(asyncio.Lock, "acquire", _acquire),
    Patch(asyncio.Lock, "release", _release),
    Patch(asyncio.Semaphore, "acquire", _acquire),
    Patch(asyncio.Semaphore, "release", _release),
)
