"""Why a run took as long as it did: the chain of waits and work that its end hung on.

Read backward from the end. Where a task waited until another one woke it, the time was spent by
that other task. Where it woke by itself, because a timer rang or the outside answered, it was spent
here. Shorten a stretch that is not on the path, and the run takes as long as before.
"""

from dataclasses import dataclass

MOST_STEPS = 300  # a longer path is a blur, and is left out


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
    tasks = {task.number: task for task in run.own_tasks}
    task = tasks.get(0)
    if task is None:
        return []
    at = run.took if task.ended_at is None else task.ended_at
    steps, seen = [], set()
    while task is not None and at > 0:
        seen.add((task.number, at))
        other = _who_let_it_go(run, tasks, task, at)
        if other is not None and (other.number, at) not in seen:
            task = other
            continue
        start = max((s.start for s in task.spans if s.start < at), default=task.made_at)
        if start >= at:
            task = tasks.get(task.parent)
            continue
        _add(steps, Step(task.number, start, at))
        at = start
        if len(steps) > MOST_STEPS:
            return []
    return steps[::-1]


def _who_let_it_go(run, tasks, task, at):
    """The task that ended a wait of `task` at that time, or held it up until then, or None."""
    for blocked in run.blocked:
        held = blocked.at < at <= blocked.at + blocked.seconds and blocked.task != task.number
        if held and all(s.end < at or s.start >= at for s in task.spans):
            return tasks.get(blocked.task)
    if task.made_at >= at:
        return tasks.get(task.parent)
    wakers = [number for when, number in task.woken_by if when == at]
    return tasks.get(wakers[-1]) if wakers else None


def _add(steps, step):
    """Put `step` before the others; stretches of one task that touch become one."""
    last = steps[-1] if steps else None
    if last is not None and last.task == step.task and last.start == step.end:
        last.start = step.start
    else:
        steps.append(step)
