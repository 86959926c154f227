"""A deadlock: nothing can wake anybody. Who waits for whom, and the cycle if there is one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.engine import private
from checker.engine.patches.lock_owners import holders
from checker.engine.record import Stop

if TYPE_CHECKING:
    from checker.engine.recording.frames import Place
    from checker.engine.recording.task_log import TaskLog


class Deadlock(BaseException):
    """Every task waits, and nothing can ever wake any of them."""


def cycle(waits: "Sequence[tuple[TaskLog, Place]]") -> list[int]:
    """The numbers of tasks that wait for each other in a ring, if there is one."""
    on = _waits_on(waits)
    for start in on:
        path = [start]
        while on.get(path[-1]):
            following = on[path[-1]][0]
            if following in path:
                ring = path[path.index(following) :]
                first = ring.index(min(ring))
                return ring[first:] + ring[:first]
            path.append(following)
    return []


def describe(
    stop: Stop,
    waits: "Sequence[tuple[TaskLog, Place]]",
    threads: Sequence[tuple[str, int | None]],
) -> None:
    """Write into a `Stop` who waits for what, and where.

    Args:
        stop: its text is kept if there is one: then the loop's own thread waits.
        waits: (log, `Place`) of each task of the answer's.
        threads: (text, line) of each thread that waits; the tasks wait for them.
    """
    if threads:
        stop.text = "; ".join([*(text for text, _ in threads), *filter(None, [stop.text])])
        stop.line = threads[0][1] or stop.line
    elif not stop.text:
        stop.text = "; ".join(f"{log.record.name}: {place.what}" for log, place in waits)
        # Of a cycle, one of its own lines: whoever waits for them is not to blame.
        lines = {log.number: place.line for log, place in waits}
        stop.line = next((lines[n] for n in (*stop.circle, *lines) if lines[n]), None)


def _waits_on(waits):
    """Number of a task → those of the tasks that it waits for, or that hold what it waits for."""
    on = {}
    for log, place in waits:
        tasks = [task.checker_log.number for task in place.tasks if hasattr(task, "checker_log")]
        on[log.number] = sorted(tasks) or [held.number for held in holders(_lock(place))]
    return on


def _lock(place):
    """What a task waits to get hold of; who waits in a condition has given its lock back."""
    return private.lock_of(place.line_for)
