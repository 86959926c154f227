"""Why a run took as long as it did: the chain of waits and work that its end hung on.

Read backward from the end. Where a task waited until another one woke it, the time was spent by
that other task. Where it woke by itself, because a timer rang or the outside answered, it was spent
here. Shorten a stretch that is not on the path, and the run takes as long as before.
"""

from bisect import bisect_left
from dataclasses import dataclass
from operator import attrgetter

MOST_STEPS = 300  # a longer path is a blur, and is left out

_at = attrgetter("at")


@dataclass
class Step:
    """The task `task` (a number) spent the time from `start` to `end` (seconds)."""

    task: int
    start: float
    end: float


def critical_path(run):
    """The `Step`s that decide how long a run takes, in order of time; [] if that is not told.

    Args:
        run: a `checker.engine.Run`.
    """
    lives = {task.number: _Life(task) for task in run.own_tasks}
    blocked = sorted(run.blocked, key=_at)
    life = lives.get(0)
    if life is None:
        return []
    at = run.took if life.task.ended_at is None else life.task.ended_at
    steps, seen = [], set()
    while life is not None and at > 0:
        number = life.task.number
        seen.add((number, at))
        other = lives.get(_who_let_it_go(blocked, life, at))
        if other is not None and (other.task.number, at) not in seen:
            life = other
            continue
        span = life.before(at)
        start = life.task.made_at if span is None else span.start
        if start >= at:
            life = lives.get(life.task.parent)
            continue
        _add(steps, Step(number, start, at))
        at = start
        if len(steps) > MOST_STEPS:
            return []
    return steps[::-1]


class _Life:
    """A task, and who woke it when; a loop may have made thousands of stretches."""

    def __init__(self, task):
        self.task = task
        self.woken = dict(task.woken_by)
        self._starts = [span.start for span in task.spans]

    def before(self, at):
        """The last stretch that began before that time, or None."""
        count = bisect_left(self._starts, at)
        return self.task.spans[count - 1] if count else None


def _who_let_it_go(blocked, life, at):
    """The number of the task that ended a wait at that time, or held it up until then, or None."""
    task, span = life.task, life.before(at)
    last = bisect_left(blocked, at, key=_at) - 1  # they do not overlap: there is one thread
    if last >= 0 and (span is None or span.end < at):
        one = blocked[last]
        if at <= one.at + one.seconds and one.task != task.number:
            return one.task
    return task.parent if task.made_at >= at else life.woken.get(at)


def _add(steps, step):
    """Put `step` before the others; stretches of one task that touch become one."""
    last = steps[-1] if steps else None
    if last is not None and last.task == step.task and last.start == step.end:
        last.start = step.start
    else:
        steps.append(step)
