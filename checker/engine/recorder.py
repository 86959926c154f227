"""Writes down what the tasks of a run do. It reads, and changes nothing that they could notice.

The loop tells it of turns, steps and idle moments. A step costs a few hundred nanoseconds; where a
task stands is read only when the loop is idle, from the suspended coroutine.
"""

import asyncio
import functools
import inspect
import re
import sys
import weakref

from checker.engine import frames
from checker.engine.clock import SECOND
from checker.engine.run import Blocked, Call, Cancel, Left, Span, Task, Unawaited
from checker.engine.service import label, serving

_REQUESTED_BY = {"timeouts": "timeout", "taskgroups": "group", "base_events": "end"}
_ASYNCIO = asyncio.__name__ + "."
_DEFAULT_NAME = re.compile(r"Task-\d+")


class _RecordedTask(asyncio.Task):
    """A task whose cancellation requests are written down."""

    def cancel(self, msg=None):
        accepted = super().cancel(msg)
        if accepted:
            self._life.cancelled(sys._getframe(1))
        return accepted

    def set_name(self, name):
        # 3.13.0 gives every unnamed task that a factory made the name None.
        if name is not None:
            super().set_name(name)

    def uncancel(self):
        requests = [c for c in self._life.task.cancels if not c.undone]
        if requests:
            requests[-1].undone = True
        return super().uncancel()


# Learners print tasks: they see the type they know.
_RecordedTask.__name__ = _RecordedTask.__qualname__ = "Task"
_RecordedTask.__module__ = asyncio.Task.__module__


class _Life:
    """What the recorder knows of a task while it lives."""

    __slots__ = ("recorder", "task", "ref", "place", "since", "moved")

    def __init__(self, recorder, task):
        self.recorder = recorder
        self.task = task
        self.ref = None
        self.place = None  # where it stood when the loop was last idle
        self.since = 0  # when it began to wait there, nanoseconds
        self.moved = False  # it has had a step since then

    def cancelled(self, frame):
        recorder = self.recorder
        if recorder.over:
            return
        module = frame.f_globals.get("__name__", "")
        by = "answer"
        if module.startswith(_ASYNCIO):
            by = _REQUESTED_BY.get(module.removeprefix(_ASYNCIO), "await")
        elif module.startswith("checker.lab"):
            by = "service"
        elif module.startswith("checker."):
            by = "rule"
        line = frames.line_now(recorder.own)
        self.task.cancels.append(Cancel(recorder.seconds(), by, line))

    def close_span(self, until):
        """It goes on at `until` (nanoseconds): what it waited for is known now."""
        place, self.place = self.place, None
        if place is not None and until > self.since:
            self.task.spans.append(
                Span(
                    "waits",
                    self.since / SECOND,
                    until / SECOND,
                    place.line,
                    place.what,
                    self.recorder.numbers(place.tasks),
                    self.recorder.number_line(place.line_for),
                )
            )


class Recorder:
    """What a `VirtualLoop` and its tasks tell about one run.

    Args:
        live: the `LiveRun` that it belongs to: its clock, its limits.
        own: the files of the answer's own code.
    """

    def __init__(self, live, own):
        self.live = live
        self.clock = live.clock
        self.own = own
        self.lives = []
        self.cause = None  # the life whose step runs, or that scheduled the step that runs
        self.over = False
        self.blocked = []
        self.unawaited = []
        self.complaints = []
        self.calls = []
        self.player = None
        self._stepped = None  # the task that had the last step
        self._stepping = None  # its life
        self._at = 0
        self._moved = []
        self._alive = 0  # tasks
        self._lines = {}
        self.clock.on_charge = self._charged

    def seconds(self):
        return self.clock.now() / SECOND

    # ------------------------------------------------------------------ told by the loop

    def turn(self):
        self.clock.tick()
        self._settle()
        self.cause = None
        self.live.turn()
        if self.player:
            self.player(self)

    def step(self, handle):
        self.clock.tick()
        self._settle()
        task = getattr(handle._callback, "__self__", None)
        if not isinstance(task, asyncio.Task):
            self.cause = handle.by
            return
        life = task._life
        self.cause, self._stepped, self._stepping = life, task, life
        life.task.steps += 1
        self._at = base = self.clock.base
        if not life.moved:
            life.moved = True
            self._moved.append(life)
            if life.place is not None:
                life.close_span(base)
                if handle.by is not None and handle.by is not life:
                    life.task.woken_by.append([base / SECOND, handle.by.task.number])

    def _settle(self):
        """The last step is over: did it take time, did its task end?"""
        task, life = self._stepped, self._stepping
        if task is None:
            return
        self._stepped = None
        if self.clock.base > self._at and not self.over:
            self._ran(life, self._at, self.clock.base)
        if task.done():
            self._ended(task, life)

    def idle(self, until):
        self._settle()
        now = self.clock.base
        for life in self._moved:
            life.moved = False
            task = life.ref()
            if task is not None and not task.done():
                life.place, life.since = frames.place(task, self.own), now
                self._rename(task, life.task)
        self._moved.clear()
        self.live.idle(until)

    # ------------------------------------------------------------------ tasks

    def factory(self, loop, coroutine, **options):
        """The task factory of the loop: a task as asyncio makes it, with a life beside it."""
        life = self._born(coroutine)
        task = _RecordedTask.__new__(_RecordedTask)
        self._bind(task, life)  # before its first step, which an eager task has at once
        try:
            task.__init__(coroutine, loop=loop, **options)
        except TypeError:  # no coroutine: asyncio says so
            self.lives.remove(life)
            raise
        return task

    def use_factory(self, factory):
        """What `loop.set_task_factory` does in a run: the answer's factory, recorded too."""
        if factory is None:
            return self.factory
        if factory is getattr(asyncio, "eager_task_factory", self):
            return functools.partial(self.factory, eager_start=True)

        def recorded(loop, coroutine, **options):
            life = self._born(coroutine)
            task = factory(loop, coroutine, **options)
            self._bind(task, life)
            return task

        return recorded

    def _born(self, coroutine):
        self.live.task_starts(self._alive)
        task = Task(
            number=len(self.lives),
            name=label(coroutine),
            parent=self.cause.task.number if self.cause else None,
            made_at=self.seconds(),
            made_line=frames.line_now(self.own, 3),
            service=serving.get(),
        )
        life = _Life(self, task)
        self._alive += 1
        if not self.over:
            self.lives.append(life)
        return life

    def _bind(self, task, life):
        task._life = life
        life.ref = weakref.ref(task)

    def _ended(self, task, life):
        self._alive -= 1
        if self.over:
            return
        data = life.task
        data.ended_at = self.seconds()
        self._rename(task, data)
        if task.cancelled():
            data.ended = "cancelled"
        elif task._exception is not None:
            data.ended = "failed"
            data.failure = frames.failure(task._exception, self.own)
        else:
            data.ended = "done"

    def _rename(self, task, data):
        name = task.get_name()
        if not _DEFAULT_NAME.fullmatch(name):
            data.name = name

    def _ran(self, life, start, end):
        """A step of this task took time: `time.sleep`, other blocking calls, or plain work."""
        held = [b for b in self.blocked if b.at >= start / SECOND and b.task == life.task.number]
        state = "blocked" if held else "runs"
        line = held[-1].line if held else None
        what = held[-1].what if held else ""
        life.task.spans.append(Span(state, start / SECOND, end / SECOND, line, what))

    def numbers(self, tasks):
        """The numbers of these tasks, in the order of creation; unknown ones are left out."""
        known = (getattr(task, "_life", None) for task in tasks)
        return sorted(life.task.number for life in known if life and life.recorder is self)

    def number_line(self, held):
        """ "Lock 1" for a lock, queue and so on; the same object is the same number."""
        if held is None:
            return ""
        kind = type(held).__name__
        same_kind = self._lines.setdefault(kind, [])
        if not any(known is held for known in same_kind):
            same_kind.append(held)
        return f"{kind} {next(i for i, known in enumerate(same_kind, 1) if known is held)}"

    def current(self):
        """The number of the task whose code runs, or None."""
        return self.cause.task.number if self.cause else None

    # ------------------------------------------------------------------ told by others

    def blocks(self, at, seconds, what):
        """A blocking call held the loop's thread."""
        line = frames.line_now(self.own, 2)
        self.blocked.append(Blocked(at, seconds, what, line, True, self.current()))

    def _charged(self, start, used):
        line, task = self.live.sampled(), self.current()
        self.blocked.append(Blocked(start / SECOND, used / SECOND, "work", line, False, task))

    def never_awaited(self, coroutine):
        """A coroutine object was destroyed before anybody awaited it."""
        if not self.over:
            self.unawaited.append(Unawaited(label(coroutine), origin(coroutine, self.own)))

    def held_unawaited(self, coroutine):
        """The result holds a coroutine object that nobody awaited."""
        if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
            made = origin(coroutine, self.own)
            self.unawaited.append(Unawaited(label(coroutine), made, held=True))
            coroutine.close()

    def complain(self, context):
        """What asyncio would log: an exception that nobody retrieved, a task that was lost …"""
        if self.over:
            return
        task, message = context.get("task") or context.get("future"), context["message"]
        life = getattr(task, "_life", None)
        if life and "never retrieved" in message:
            life.task.retrieved = False
        elif life and "destroyed" in message:
            life.task.lost = True
        error = context.get("exception")
        self.complaints.append(message if error is None else f"{message}: {error!r}")

    def call_starts(self, service, what):
        """A service is called; the `Call` that is returned goes to `call_ends`."""
        line = frames.line_now(self.own, 2)
        if line is None and self.cause:
            line = self.cause.task.made_line
        call = Call(service, what, self.seconds(), task=self.current(), line=line)
        if not self.over:
            self.calls.append(call)
        return call

    def call_ends(self, call, error):
        """The call ended: with a result, an exception or a cancellation."""
        if not self.over:
            call.end = self.seconds()
            cancelled = isinstance(error, asyncio.CancelledError)
            call.outcome = "cancelled" if cancelled else "failed" if error else "ok"

    # ------------------------------------------------------------------ the end

    def waits(self):
        """Each task that is alive: (its data, its `Place`)."""
        found = []
        for life in self.lives:
            task = life.ref and life.ref()
            if task is not None and not task.done() and not life.task.service:
                found.append((life.task, life.place or frames.place(task, self.own)))
        return found

    def close(self):
        """The answer has ended: what happens from now on is not its doing."""
        self.clock.tick()
        self._settle()
        now = self.clock.base
        for life in self.lives:
            life.close_span(now)
            task = life.ref and life.ref()
            if task is not None and task.done() and not task.cancelled():
                life.task.retrieved = not task._log_traceback

    def left_tasks(self):
        """What is said of the answer's tasks that are still there."""
        return [
            Left("task", task.name, place.line or task.made_line, task.number)
            for task, place in self.waits()
        ]


def origin(coroutine, own):
    """The line of own code that made this coroutine object, or None."""
    for file, line, _function in coroutine.cr_origin or ():
        if file in own:
            return line
    return None
