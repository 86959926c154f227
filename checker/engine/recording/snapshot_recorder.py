"""A recorder that writes down a `Snapshot` before each step: what `play` shows and no check needs.

It keeps numbers and weak references: what it has seen may go as if nobody had looked.
"""

import asyncio
import functools
import heapq
import math
import weakref
from collections import Counter
from itertools import islice, takewhile

from checker.engine import private
from checker.engine.clock.clock import SECOND, real_ns
from checker.engine.patches.lock_owners import holders
from checker.engine.recording import frames
from checker.engine.recording.primitives import described, primitives_in, tasks_behind
from checker.engine.recording.recorder import Recorder
from checker.engine.recording.snapshots import MOST, MOST_SNAPSHOTS, MOST_TASKS, Snapshot

# What asyncio calls a callback → what it is there for.
_WORDS = {
    "_set_result_unless_cancelled": "sleep",
    "_release_waiter": "timeout",  # of `wait`, and of `wait_for` up to 3.11
    "Timeout._on_timeout": "timeout",
}
_STEPS = {"", "task_wakeup"}  # the names of a task's next piece
_STOP = asyncio.BaseEventLoop.stop
MOST_STILL = 50  # tasks of a run whose turns are drawn


class SnapshotRecorder(Recorder):
    """What a `Recorder` writes down, and the snapshots of the run's loop."""

    def __init__(self, live, own):
        super().__init__(live, own)
        self._loop = None  # known at its first step
        self._changed = {}  # logs that may stand elsewhere than at the snapshot before
        self._next_log = 0  # how many logs have been seen
        self._tail = None  # the last handle in line at the snapshot before
        self._in_line = 0  # how many there were
        self._turn = 0
        self._todo = 0  # how many of them this turn still runs
        self._tasks = {}  # number of a task → what was said of it last
        self._primitives = []  # [weak reference, what was said of it last]
        self._numbers = {}  # id of a primitive → its number
        self._names = Counter()

    # ------------------------------------------------------------------ told by the loop

    def step(self, handle, callback):
        super().step(handle, callback)
        if self.over or _ends_the_loop(handle):
            return
        if len(self.snapshots) >= MOST_SNAPSHOTS:
            self.later_steps += 1
            return
        self._loop = self.live.loop
        self._keep(_label(handle))
        if self._stepped is not None:
            self._changed[self.cause.number] = self.cause
        self.clock.since = real_ns()  # the look is no work of the answer's

    def idle(self, until):
        super().idle(until)
        if self._loop is not None and len(self.snapshots) < MOST_SNAPSHOTS:
            self._keep(None)
            self._turn = 0  # what the timers bring into line still belongs to this turn

    def noticed(self, context):
        super().noticed(context)
        log = getattr(context.get("task"), "checker_log", None)
        if log is not None and log.record.lost:
            self._changed[log.number] = log

    def close(self):
        super().close()
        if self._loop is not None:
            self._changed = {log.number: log for log in self.logs}
            self._tail = None
            self._keep(None)
            self.cut = bool(
                self.later_steps
                or len(self.logs) > MOST_TASKS
                or len(self._primitives) == MOST
                or any(snapshot.more_ready or snapshot.more_timers for snapshot in self.snapshots)
            )

    def forget(self):
        super().forget()
        self._changed, self._tail, self._loop = {}, None, None

    # ------------------------------------------------------------------ a snapshot

    def _keep(self, label):
        """Write down the loop as it stands before the step with this label."""
        ready = self._loop.ready
        came = self._came_in_line(ready)
        if label is not None and label[1] == "":
            came.add(label[0])
            if self._tasks.get(label[0], {}).get("state") != "ready":
                self._changed[label[0]] = self.cause
        timers, more_timers = self._timers()
        first = islice(enumerate(ready), MOST)
        shown = [(index, handle) for index, handle in first if _counts(handle)]
        self.snapshots.append(
            Snapshot(
                at=self.clock.base / SECOND,
                turn=self.live.turns,
                step=label,
                ready=[_label(handle) for _, handle in shown],
                this_turn=sum(index < self._todo for index, _ in shown),
                timers=timers,
                tasks=self._tasks_now(came),
                primitives=self._primitives_now(),
                printed=self.live.written,
                more_ready=max(0, len(ready) - MOST),
                more_timers=more_timers,
            )
        )

    def _came_in_line(self, ready):
        """The tasks that have come in line since the snapshot before."""
        tail = self._tail
        new = list(takewhile(lambda handle: handle is not tail, reversed(ready)))
        if self._turn == self.live.turns:
            self._todo -= self._in_line + len(new) - len(ready)
        else:  # before its first step, all that is in line belongs to the turn
            self._turn, self._todo = self.live.turns, len(ready)
        self._tail, self._in_line = ready[-1] if ready else None, len(ready)
        came = {number for number, name in map(_label, new) if name == ""}
        for number in came:
            if number < MOST_TASKS:
                self._changed[number] = self.logs[number]
        return came

    def _timers(self):
        """`[at, task, name]` of the timers that fire first, and how many more there are."""
        heap = self._loop.timers
        alive = [t for t in _first_timers(heap) if not t.cancelled() and t.due[0] < math.inf]
        shown = [[timer.due[0] / SECOND, *_label(timer)] for timer in alive]
        return shown, max(0, len(heap) - MOST)

    # ------------------------------------------------------------------ tasks

    def _tasks_now(self, came):
        """What has changed of the tasks, and the primitives that come to light with it."""
        for log in self.logs[self._next_log : MOST_TASKS]:
            self._changed[log.number] = log
        self._next_log = len(self.logs)
        changed, self._changed = self._changed, {}
        news = []
        for number in sorted(changed):
            if number < MOST_TASKS:
                now = self._task_now(changed[number], number in came)
                if now != self._tasks.get(number):
                    self._tasks[number] = now
                    news.append(now)
        return news

    def _task_now(self, log, is_ready):
        now = {"task": log.number, "state": log.record.ended, "line": None, "what": "", "on": []}
        now["primitive"] = None
        task = log.ref()
        if log.record.lost:
            now["state"] = "lost"
        elif task is not None and not task.done():
            now["state"] = "ready" if is_ready else "waits"
            if frames.begun(task.get_coro()):
                self._where(log, task, now)
        return now

    def _where(self, log, task, now):
        """Add to `now` where a suspended task stands."""
        for name, primitive in primitives_in(task, self.own):
            self._number(primitive, name)
        place = frames.place(task, self.own)
        now["line"], now["what"] = place.line, place.what
        if now["state"] == "waits":
            now["on"] = self.numbers(place.tasks)
            if place.line_for is not None:
                now["primitive"] = self._number(place.line_for)

    # ------------------------------------------------------------------ primitives

    def _number(self, primitive, name=None):
        """The number of a primitive, None if it is one too many; a new one gets a name."""
        number = self._numbers.get(id(primitive))
        if number is not None and self._primitives[number][0]() is primitive:
            return number
        number = len(self._primitives)
        if number == MOST:
            return None
        kind = type(primitive).__name__
        self._names[name or kind] += 1
        count = self._names[name or kind]
        facts = {"primitive": number, "kind": kind, "name": name or f"{kind} {count}"}
        if name and count > 1:
            facts["name"] += f" ({count})"
        self._numbers[id(primitive)] = number
        self._primitives.append([weakref.ref(primitive), facts])
        return number

    def _primitives_now(self):
        """What has changed of the primitives."""
        news = []
        for entry in self._primitives:
            primitive, facts = entry[0](), entry[1]
            if primitive is not None:
                named = {key: facts[key] for key in ("primitive", "kind", "name")}
                entry[1] = named | described(primitive, _holders(primitive))
                if entry[1] != facts:
                    news.append(entry[1])
        return news


class StillRecorder(SnapshotRecorder):
    """Keeps the snapshots of a run in which no time passes, with few tasks: its turns are drawn.

    Once the clock moves, it drops what it has and goes on as a plain `Recorder`.
    """

    def __init__(self, live, own):
        super().__init__(live, own)
        self._drops = False

    def step(self, handle, callback):
        if self._drops:
            Recorder.step(self, handle, callback)
        elif self.clock.base > 0 or len(self.logs) > MOST_STILL:
            self._drops, self._loop = True, None
            self.snapshots, self.later_steps = [], 0
            Recorder.step(self, handle, callback)
        else:
            super().step(handle, callback)


def _holders(primitive):
    """The numbers of the tasks that hold a lock, a condition or a semaphore."""
    return sorted({log.number for log in holders(private.lock_of(primitive))})


def _ends_the_loop(handle):
    """Whether this callback is there for whoever runs the loop: it is none of the answer's."""
    callback = private.callback_of(handle)
    return callback is private.end_of_run or getattr(callback, "__func__", None) is _STOP


def _counts(handle):
    return not handle.cancelled() and not _ends_the_loop(handle)


def _label(handle):
    """`[task, name]` of what a handle calls; see `Snapshot`."""
    callback = private.callback_of(handle)
    while isinstance(callback, functools.partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    log = getattr(owner, "checker_log", None)
    if log is not None:
        name = getattr(callback, "__name__", "")
        return [log.number, "" if name in _STEPS else name]
    name = getattr(callback, "__qualname__", type(callback).__qualname__).replace("<locals>.", "")
    log = getattr(private.task_of_timeout(owner), "checker_log", None)  # of a time-out
    if log is not None:
        return [log.number, _WORDS.get(name, name)]
    waiting = tasks_behind(
        a for a in private.args_of(handle) or () if isinstance(a, asyncio.Future)
    )
    return [waiting[0] if waiting else None, _WORDS.get(name, name)]


def _first_timers(heap):
    """The timers of a loop's heap that fire first, in order; the heap stays as it is."""
    first = []
    nearest = [(heap[0].due, 0)] if heap else []
    while nearest and len(first) < MOST:
        _due, index = heapq.heappop(nearest)
        first.append(heap[index])
        for below in range(2 * index + 1, min(2 * index + 3, len(heap))):
            heapq.heappush(nearest, (heap[below].due, below))
    return first
