"""Ending what a run has left: its tasks, generators, connections and threads."""

import asyncio
import contextlib
import ctypes
from collections.abc import Callable
from typing import TYPE_CHECKING

from checker.engine import private
from checker.engine.clock.clock import SECOND, real_ns, real_sleep
from checker.engine.ending.watchdog import watchdog

if TYPE_CHECKING:
    from checker.engine.live import LiveRun
    from checker.engine.loop.loop import VirtualLoop

CLEAN_UP_SECONDS = 0.5  # real seconds that ending what is left may take
CLEAN_UP_ROUNDS = 20  # of as many seconds, while each of them ends some tasks


def end_all(live: "LiveRun", loop: "VirtualLoop") -> None:
    """End what is left of a run, by force if need be, and close its loop."""
    live.clean_up()
    loop.deaf = False
    left = len(asyncio.all_tasks(loop))
    if left or loop.ready:  # the end of the last `run_until_complete` may still be in line
        for _ in range(CLEAN_UP_ROUNDS):
            _in_time(live, loop, _end_tasks)
            left, before = len(asyncio.all_tasks(loop)), left
            if not left or left >= before:  # else there were too many of them for one round
                break
    if loop.has_generators():
        _in_time(live, loop, _end_generators)
    if loop.has_open():
        _in_time(live, loop, _close_what_is_open)
    for task in asyncio.all_tasks(loop):
        # It would not be cancelled. Destroyed, it would go on where it stands, without a loop and
        # perhaps for ever, in any thread at any time; so it must never be destroyed.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(task.get_coro()))
    loop.close()
    live.recorder.forget()


def _in_time(live: "LiveRun", loop: "VirtualLoop", step: Callable[["VirtualLoop"], None]) -> None:
    live.clean_up()
    with contextlib.suppress(BaseException):
        watchdog.call(live, CLEAN_UP_SECONDS, step, loop)


def _end_tasks(loop: "VirtualLoop") -> None:
    one_turn(loop)
    private.cancel_all_tasks(loop)


def _end_generators(loop: "VirtualLoop") -> None:
    loop.run_until_complete(loop.shutdown_asyncgens())


def _close_what_is_open(loop: "VirtualLoop") -> None:
    loop.run_until_complete(loop.close_all())
    one_turn(loop)  # a transport tells its protocol in a turn of its own


def end_threads(live: "LiveRun") -> bool:
    """Wake or stop the threads that are still at work; whether all of them have ended."""
    live.clock.wake_all()
    asked = real_ns()
    while _are_at_work(live) and real_ns() - asked < CLEAN_UP_SECONDS * SECOND:
        if real_ns() - asked > CLEAN_UP_SECONDS * SECOND / 5:
            watchdog.stop_threads(live)
        real_sleep(0.001)
    return not _are_at_work(live)


def _are_at_work(live: "LiveRun") -> bool:
    """Whether a thread of the run is at work; a worker that still prepares stands in no clock."""
    return bool(live.clock.outside) or any(list(live.reached.values()))


def one_turn(loop: "VirtualLoop") -> None:
    """Let the loop go round once."""
    loop.call_soon(loop.stop)
    loop.run_forever()
