"""Cancellation everywhere: the answer is stopped at each of its await points, once in each run.

A first run counts the turns of the loop. At the start of a turn every task stands at an `await`, so
each turn is a point at which a cancellation may arrive: also between the arrival of a reply and the
step of the task that gets it, where things are lost. The answer is then run once for each of them.

The task that is cancelled is the one in which the answer runs: the main task, or the first task
that a scene makes of the answer.
"""

import asyncio
from collections import Counter
from collections.abc import Callable

from checker.engine import private
from checker.engine.clock.clock import SECOND
from checker.engine.record import Point, Run
from checker.engine.recording import frames
from checker.engine.reruns.runs import Runs

VISITS = 20  # turns in which tasks of one name stand in one line, that become points


class Walk:
    """Follows one run from turn to turn, and cancels the answer in one of them.

    Args:
        cancel_at: the number of that turn, None for none.

    Attributes:
        points: the `Point` of each turn in which the answer stood at an `await`.
        point: the one at which it was cancelled, or None.
    """

    def __init__(self, cancel_at: int | None = None):
        self.cancel_at = cancel_at
        self.points: list[Point] = []
        self.point: Point | None = None
        self._steps: dict[int, int] = {}  # number of a task → its steps so far
        self._last = None  # the log that moved last
        self._visits: Counter[tuple[int, int | None]] = Counter()
        self._target = None

    def __call__(self, live):
        """A turn of the loop begins."""
        recorder = live.recorder
        moved = [i for i in recorder.logs if i.steps != self._steps.get(i.number, 0)]
        self._steps.update((log.number, log.steps) for log in moved)
        if self._target is None:
            self._target = _target(recorder)
        task = self._target and self._target.ref()
        if task is None or task.done() or recorder.over:
            return
        stands, place = self._stands([i for i in moved if _is_suspended(i)], recorder.own)
        if stands in moved:
            self._visits[stands.number, place.line] += 1
        visit = self._visits[stands.number, place.line]
        if _answers_anyway(task):
            return
        over = _is_over(stands.ref())
        number, at = self._target.number, live.clock.now() / SECOND
        point = Point(live.turns, at, number, stands.number, place.line, place.what, visit, over)
        self.points.append(point)
        if live.turns == self.cancel_at:
            self.point = point
            task.cancel()

    def _stands(self, moved, own):
        """The log whose place names this point, and its place.

        It is the answer's own task if that has moved, or else the one that moved last in the
        answer's code. Where nobody has, it is the one of the point before.
        """
        places = {log: frames.place(log.ref(), own) for log in [*moved, self._target]}
        in_code = [log for log in moved if places[log].line is not None]
        if self._target in moved:
            self._last = self._target
        elif in_code:
            self._last = in_code[-1]
        if self._last is None or not _is_suspended(self._last):
            self._last = self._target
        return self._last, places.get(self._last) or frames.place(self._last.ref(), own)


def _is_suspended(log):
    task = log.ref()
    return task is not None and not task.done() and not log.record.service and log.steps > 0


def _is_over(task):
    """Whether what a task waits for has happened, so that its next step is in line."""
    future = private.awaited_by(task)
    return future is not None and future.done()


def _target(recorder):
    """The log of the task in which the answer runs, None as long as it has not begun."""
    for log in recorder.logs:
        if not _is_suspended(log):
            continue
        coroutine = log.ref().get_coro()
        if log.number == 0:
            within = [frame.f_code for _, frame in frames.suspended(coroutine)]
        else:
            within = [getattr(coroutine, "cr_code", None)]
        if any(code is not None and code.co_filename in recorder.own for code in within):
            return log
    return None


def _answers_anyway(task):
    """Up to 3.11 `wait_for` returns a result that is there, and drops a cancellation."""
    for _, frame in frames.suspended(task.get_coro()):
        if frame.f_code is asyncio.wait_for.__code__:
            future = frame.f_locals.get("fut")
            if isinstance(future, asyncio.Task) and not future.done():
                return _is_over(future)  # its last step may come before the cancellation does
            return asyncio.isfuture(future) and future.done()
    return False


class Audit(Runs):
    """The runs of one answer, one for each of its await points. Run 0 is cancelled nowhere.

    Every other run has its `point`. The points are those that run 0 has reached; a line that a task
    comes to again and again counts a few times.

    Args:
        once: `once(walk)` returns a run that this `Walk` has followed.
    """

    def __init__(self, once: Callable[[Walk], Run]):
        walk = Walk()
        usual = once(walk)
        seen: Counter[tuple[str, int | None]] = Counter()
        turns: list[int] = []
        for point in walk.points:
            place = usual.tasks[point.task].name, point.line
            seen[place] += 1
            if seen[place] <= VISITS:
                turns.append(point.turn)
        super().__init__(lambda index: once(Walk(turns[index - 1])), 1 + len(turns))
        self._made[0] = usual
