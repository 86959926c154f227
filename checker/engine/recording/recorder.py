"""Writes down what the tasks of a run do. It reads, and changes nothing that they could notice.

The loop tells it of turns, steps and idle moments. A step costs a few hundred nanoseconds; where a
task stands is read only when the loop is idle, from the suspended coroutine.
"""

import asyncio
import inspect
import os
import pathlib
import threading
import weakref
from typing import Any

from checker.engine import private, values
from checker.engine.clock.clock import SECOND, real_ns
from checker.engine.limits import gave_up
from checker.engine.loop.instrument import Instrument
from checker.engine.record import Blocked, Call, Failure, Left, Span, Task, Unawaited, Unwoken
from checker.engine.recording import frames
from checker.engine.recording.open_things import OpenThings
from checker.engine.recording.task_log import HOUSEKEEPING, LoggedTask, TaskLog
from checker.engine.service import label, serving

_CHECKER = str(pathlib.Path(__file__).parents[2]) + os.sep


class Recorder(Instrument):
    """What a `VirtualLoop` and its tasks tell about one run.

    Args:
        live: the `LiveRun` that it belongs to: its clock, its limits.
        own: the files of the answer's own code.
    """

    def __init__(self, live: Any, own: frozenset[str]):
        super().__init__(own)
        self.live = live
        self.clock = live.clock
        self.logs: list[TaskLog] = []
        self.over = False
        self.blocked: list[Blocked] = []
        self.unawaited: list[Unawaited] = []
        self.complaints: list[str] = []
        self.unheard: list[Failure] = []
        self.unwakings: dict[int | None, Unwoken] = {}  # line → the first time
        self.calls: list[Call] = []
        self.callers: dict[int, int] = {}  # id of a thread → its number
        self.snapshots, self.later_steps, self.cut = [], 0, False  # see `SnapshotRecorder`
        self._stepped: Any = None  # the task that had the last step
        self._at = 0  # the clock before that step
        self._moved: list[TaskLog] = []
        self._alive, self._most_alive = 0, live.limits.tasks  # tasks
        self._lines: dict[str, list[Any]] = {}
        self.open_things = OpenThings()
        self.clock.on_charge = self._charged

    def is_over(self) -> bool:
        return self.over

    def seconds(self) -> float:
        return self.clock.now() / SECOND

    # ------------------------------------------------------------------ told by the loop

    def turn(self):
        self.clock.turn()
        self._settle()
        self.cause = None
        self.live.turn()

    def step(self, handle, callback):
        # This runs before every callback: `clock.tick()` and the rest only where they matter.
        clock, last = self.clock, self._stepped
        at = real_ns()
        if at > clock.next_gauge:
            clock.tick()
        else:
            clock.since = at
        if clock.base != self._at:
            self._settle()
        elif last is not None and last.done():
            self._ended(last)
        task = getattr(callback, "__self__", None)
        log = getattr(task, "checker_log", None)
        if log is None:
            self.cause, self._stepped = handle.by, None
            return
        self.cause, self._stepped = log, task
        log.steps += 1
        if not log.moved:
            self._moves(log, handle.by)

    def _moves(self, log, by):
        """The first step of a task since the loop was idle."""
        log.moved = True
        self._moved.append(log)
        if self.over:
            return
        log.close_span(self.clock.base)
        if by is not None and by is not log:
            log.woken(self.seconds(), by.number)

    def _settle(self):
        """The last step is over: did it take time, did its task end?"""
        task, self._stepped = self._stepped, None
        start, self._at = self._at, self.clock.base
        if task is not None and not self.over:
            if self._at > start:
                self._ran(task.checker_log, start, self._at)
            if task.done():
                self._ended(task)

    def idle(self, until):
        self._settle()
        now = self.clock.base
        for log in self._moved:
            log.moved = False
            task = log.ref()
            if task is not None and not task.done():
                log.place, log.since = frames.place(task, self.own), now
        self._moved.clear()
        self.live.idle(until)

    # ------------------------------------------------------------------ tasks

    def factory(self, loop, coroutine, **options):
        """The task factory of the loop: a task as asyncio makes it, with a log beside it."""
        if options.get("eager_start"):  # since 3.14, `create_task` may ask for it
            return self._eager_factory(loop, coroutine, **options)
        if self._alive >= self._most_alive:
            self.live.too_many_tasks()
        task = LoggedTask(coroutine, loop=loop, **options)
        self._born(coroutine, task, options)
        return task

    def _eager_factory(self, loop, coroutine, **options):
        """The same for a task that has its first step at once, inside the step that makes it."""
        outer, cause = self._stepped, self.cause
        if self._alive >= self._most_alive:
            self.live.too_many_tasks()
        task = LoggedTask.__new__(LoggedTask)
        log = self._born(coroutine, task, options)
        self.clock.tick()
        self._settle()
        self.cause, self._stepped = log, task
        log.steps += 1
        try:
            task.__init__(coroutine, loop=loop, **{**options, "eager_start": True})
            self.clock.tick()
            self._settle()
        except TypeError:  # no coroutine: asyncio says so
            self.logs.remove(log)
            raise
        finally:
            self.cause, self._stepped = cause, outer
        return task

    def use_factory(self, factory: Any) -> Any:
        """What `loop.set_task_factory` does in a run: the answer's factory, recorded too."""
        if factory is None:
            return self.factory
        if factory is getattr(asyncio, "eager_task_factory", self):
            return self._eager_factory

        def recorded(loop, coroutine, **options):
            if self._alive >= self._most_alive:
                self.live.too_many_tasks()
            task = factory(loop, coroutine, **options)
            if getattr(task, "checker_log", None) is None:
                self._born(coroutine, task, {})
            return task

        return recorded

    def _born(self, coroutine, task, options):
        """The log of a new task, before its first step."""
        cause = self.cause
        name = options.get("name") or label(coroutine) if options else label(coroutine)
        record = Task(
            len(self.logs),
            name,
            None if cause is None else cause.number,
            self.clock.base / SECOND,
            frames.line_of(private.frame_at(3), self.own),
            serving.get() or name in HOUSEKEEPING,
        )
        log = task.checker_log = TaskLog(self, weakref.ref(task), record)
        self._alive += 1
        if not self.over:
            self.logs.append(log)
            self._moved.append(log)
        return log

    def _ended(self, task):
        if self.over:
            return
        record = task.checker_log.record
        self._alive -= 1
        record.ended_at = self.clock.base / SECOND
        error = private.exception_of(task)
        if error is None:
            record.ended = "cancelled" if task.cancelled() else "done"
        elif gave_up(error):
            record.ended, record.ended_at = "stopped", None
        else:
            record.ended = "failed"
            record.failure = frames.failure(error, self.own)

    def _ran(self, log, start, end):
        """A step of this task took time: `time.sleep`, other blocking calls, or plain work."""
        held = [b for b in self.blocked if b.at >= start / SECOND and b.task == log.number]
        state = "blocked" if held else "runs"
        line = held[-1].line if held else None
        what = held[-1].what if held else ""
        log.add_span(Span(state, start / SECOND, end / SECOND, line, what))

    def numbers(self, tasks):
        """The numbers of these tasks, in the order of creation; unknown ones are left out."""
        known = (getattr(task, "checker_log", None) for task in tasks)
        return sorted(log.number for log in known if log and log.recorder is self)

    def number_line(self, held):
        """ "Lock 1" for a lock, queue and so on; the same object is the same number."""
        if held is None:
            return ""
        kind = type(held).__name__
        same_kind = self._lines.setdefault(kind, [])
        if not any(known is held for known in same_kind):
            same_kind.append(held)
        return f"{kind} {next(i for i, known in enumerate(same_kind, 1) if known is held)}"

    def current(self) -> int | None:
        """The number of the task whose code runs, or None; also in another thread than the loop's,
        where the task that happens to run at this moment has nothing to do with it.
        """
        cause = self._cause()
        return cause.number if cause else None

    def line_here(self, depth: int) -> int | None:
        """The own line on the stack from this depth on, or that which has made the task."""
        cause = self._cause()
        return frames.line_now(self.own, depth) or (cause.record.made_line if cause else None)

    def _cause(self) -> TaskLog | None:
        return self.cause if threading.get_ident() == self.live.thread else None

    # ------------------------------------------------------------------ told by others

    def name(self) -> str:
        """The name of the task whose code runs."""
        return self.cause.record.name if self.cause else "a callback"

    def blocks(self, at: float, seconds: float, what: str, exact: bool = True) -> None:
        """A blocking call held the loop's thread."""
        line = frames.line_now(self.own, 2)
        if not self.over:
            self.blocked.append(Blocked(at, seconds, what, line, exact, self.current()))

    def _charged(self, start, used):
        line, task = self.live.sampled(), self.current()
        if not self.over:
            self.blocked.append(Blocked(start / SECOND, used / SECOND, "work", line, False, task))

    def never_awaited(self, coroutine):
        """A coroutine object was destroyed before anybody awaited it."""
        line = frames.origin(coroutine, self.own)
        if not self.over and (line is not None or self._is_answers(coroutine)):
            self.unawaited.append(Unawaited(label(coroutine), line))

    def _is_answers(self, coroutine):
        """Whether a coroutine that no line of the answer made concerns it all the same: its code
        is the answer's or another cell's, or a rule handed it over. A library may lose its own.
        """
        files = {coroutine.cr_code.co_filename, *(file for file, *_ in coroutine.cr_origin or ())}
        frame = coroutine.cr_frame
        in_cell = frame is not None and frame.f_globals.get("__name__") == "__main__"
        return in_cell or any(f in self.own or f.startswith(_CHECKER) for f in files)

    def held_unawaited(self, coroutine: Any) -> None:
        """The result holds a coroutine object that nobody awaited."""
        if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
            made = frames.origin(coroutine, self.own)
            self.unawaited.append(Unawaited(label(coroutine), made, held=True))
            coroutine.close()

    def unwoken(self):
        """A thread schedules something in a loop that is asleep, and does not wake it."""
        line = frames.line_now(self.own, 2) or self.live.starting_line()
        if not self.over and line not in self.unwakings:
            self.unwakings[line] = Unwoken(self.clock.base / SECOND, line)

    def opened(self, kind, thing):
        """A "server", a "transport" or a "process" is there; who made it should close it."""
        if not self.over and not serving.get():  # a service closes its own
            log = self._cause()
            line = frames.line_now(self.own, 2)
            if line is None and log and log.record.parent is not None:
                line = log.record.made_line  # `wait_for` of 3.11 has a task of its own
            self.open_things.add(kind, thing, line, log and log.number)

    def dropped(self, transport):
        """A stream is destroyed. That closes it from 3.13 on, but nobody had done so."""
        if not self.over:
            self.open_things.drop(transport)

    def noticed(self, context):
        """Asyncio tells of an exception that nobody retrieved, or of a task that was lost."""
        log = getattr(context.get("task") or context.get("future"), "checker_log", None)
        if log and "never retrieved" in context["message"]:
            log.record.retrieved = False
        elif log and "destroyed" in context["message"]:
            log.record.lost = True
        # A handler of `start_server`, or a protocol's method, is named by its transport.
        if context.get("exception") and not context.keys().isdisjoint(("handle", "transport")):
            self.nobody_hears(context["exception"], "a callback")

    def nobody_hears(self, error, where, line=None):
        """An exception came out of "a callback" or "a thread"; kept if it is of the answer's.

        `line` is the one that started it, named where the exception came out of no own line.
        """
        failure = frames.failure(error, self.own)
        if not self.over and (failure.line or frames.raised_at_once(error)):
            failure.where, failure.line = where, failure.line or line
            self.unheard.append(failure)

    def complain(self, context):
        """What asyncio would log now is written down instead."""
        message, error = context["message"], context.get("exception")
        if not self.over:
            text = message if error is None else f"{message}: {values.short_repr(error)}"
            self.complaints.append(text)
        return True

    def call_starts(self, service: str, what: str, remark: str = "") -> Call:
        """A service is called; the `Call` that is returned goes to `call_ends`."""
        line = self.line_here(3)
        thread = self.callers.setdefault(threading.get_ident(), len(self.callers))
        call = Call(
            service, what, self.seconds(), None, "open", self.current(), line, thread, remark
        )
        if not self.over:
            self.calls.append(call)
        return call

    def call_ends(self, call: Call, error: BaseException | None) -> None:
        """The call ended: with a result, an exception or a cancellation."""
        if not self.over and not gave_up(error):
            call.end = self.seconds()
            cancelled = isinstance(error, asyncio.CancelledError)
            call.outcome = "cancelled" if cancelled else "failed" if error else "ok"

    # ------------------------------------------------------------------ the end

    def waits(self) -> list[tuple[TaskLog, frames.Place]]:
        """Each task of the answer's that is alive: (its log, its `Place`)."""
        waiting = []
        for log in self.logs:
            record = log.record
            if record.ended != "left" or record.service:  # there may be thousands that are over
                continue
            task = log.ref()
            if task is not None and not task.done():
                waiting.append((log, log.place or frames.place(task, self.own)))
        return waiting

    def close(self) -> None:
        """The answer has ended: what happens from now on is not its doing."""
        self.clock.tick()
        self._settle()
        now = self.clock.base
        for log in self.logs:
            log.record.steps = log.steps
            if log.place is not None:
                log.close_span(now)
            task = log.ref()
            if task is None:
                continue
            if not task.done():
                for coroutine in frames.unstarted_in(task, self.own):
                    self.held_unawaited(coroutine)
            elif not task.cancelled():
                log.record.retrieved = not private.is_unretrieved(task)

    def forget(self) -> None:
        """Let go of the tasks: they are destroyed at the end of the run, not by a later one."""
        self.cause = self._stepped = None
        self.logs, self._moved = [], []
        self.open_things = OpenThings()

    def left_tasks(self) -> list[Left]:
        """What is said of the answer's tasks that are still there."""
        return [
            Left("task", log.record.name, place.line or log.record.made_line, log.number)
            for log, place in self.waits()
        ]
