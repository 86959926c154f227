"""What is kept beside each task while it lives."""

import asyncio
import sys

from checker.engine import private
from checker.engine.clock.clock import SECOND
from checker.engine.loop.handles import run_step
from checker.engine.record import Cancel, Span, Task
from checker.engine.recording import frames
from checker.engine.service import serving

_REQUESTED_BY = {
    "timeouts": "timeout",
    "taskgroups": "group",
    "base_events": "end",
}
_ASYNCIO = asyncio.__name__ + "."


class LoggedTask(asyncio.Task):
    """A task whose name and cancellation requests are written down."""

    __slots__ = ("checker_log",)

    def cancel(self, msg=None):
        accepted = super().cancel(msg)
        if accepted:
            self.checker_log.cancelled(private.frame_at(1))
        return accepted

    def set_name(self, name):
        # 3.13.0 gives every unnamed task that a factory made the name None.
        if name is not None:
            super().set_name(name)
            self.checker_log.name = str(name)

    def uncancel(self):
        requests = [c for c in self.checker_log.cancels if not c.undone]
        if requests:
            requests[-1].undone = True
        return super().uncancel()


# Learners print tasks: they see the type they know.
LoggedTask.__name__ = LoggedTask.__qualname__ = "Task"
LoggedTask.__module__ = asyncio.Task.__module__

# A task of its own up to Python 3.11 alone, where aiohttp closes a connection; later an eager one.
_HOUSEKEEPING = frozenset(["_wait_for_close"])


class TaskLog:
    """What the recorder knows of a task while it lives; `data()` makes a `Task` of it.

    There may be thousands: it has slots, and a list only where there is something to list.
    """

    __slots__ = (
        "recorder", "number", "name", "parent", "made_at", "made_line", "ref", "service",
        "spans", "cancels", "woken_by", "ended", "ended_at", "failure", "retrieved", "lost",
        "steps", "place", "since", "moved",
    )  # fmt: skip

    def __init__(self, recorder, number, name, parent, made_at, made_line, ref):
        self.recorder = recorder
        self.number = number
        self.name = name
        self.parent = parent
        self.made_at = made_at
        self.made_line = made_line
        self.ref = ref  # weak, to its task
        self.service = serving.get() or name in _HOUSEKEEPING
        self.spans = self.cancels = self.woken_by = ()
        self.ended = "left"
        self.ended_at = self.failure = None
        self.retrieved, self.lost = True, False
        self.steps = 0
        self.place = None  # where it stood when the loop was last idle
        self.since = 0  # when it began to wait there, nanoseconds
        self.moved = True  # it was made, or has had a step, since then

    def data(self) -> Task:
        """The record of this task."""
        return Task(
            self.number,
            self.name,
            self.parent,
            self.made_at / SECOND,
            self.made_line,
            self.service,
            [*self.spans],
            [*self.cancels],
            self.ended,
            self.ended_at,
            self.failure,
            self.retrieved,
            self.lost,
            self.steps,
            [*self.woken_by],
        )

    def cancelled(self, frame):
        recorder = self.recorder
        if not recorder.over:
            line = frames.line_now(recorder.own)
            by = "service" if self.service else _requested_by(frame, recorder.own)
            request = Cancel(recorder.seconds(), by, line)
            self.cancels = [*self.cancels, request]

    def close_span(self, until):
        """It goes on at `until` (nanoseconds): what it waited for is known now."""
        place, self.place = self.place, None
        if place is not None and until > self.since:
            on = self.recorder.numbers(place.tasks)
            queue = self.recorder.number_line(place.line_for)
            start, end = self.since / SECOND, until / SECOND
            self.add_span(Span("waits", start, end, place.line, place.what, on, queue))

    def add_span(self, span):
        if self.spans:
            self.spans.append(span)
        else:
            self.spans = [span]


def _requested_by(frame, own):
    """Whose request to cancel a task it is that `frame` makes; see `Cancel.by`."""
    if frame.f_code.co_filename in own:
        return "answer"
    if frame.f_code is run_step.__code__:  # a timer of the answer's calls `task.cancel`
        return "answer"
    module = frame.f_globals.get("__name__", "")
    if module == __name__:  # a task hands it on to the one that it awaits
        return "await"
    if module.startswith(_ASYNCIO):
        # Up to 3.11 `wait_for` cancels the task itself, at its time or when it is cancelled.
        if frame.f_code.co_name == "_cancel_and_wait":
            handling = sys.exc_info()[1]
            return "await" if isinstance(handling, asyncio.CancelledError) else "timeout"
        return _REQUESTED_BY.get(module.removeprefix(_ASYNCIO), "await")
    if module.startswith("checker.lab"):
        return "service"
    return "rule" if module.startswith("checker.") else "answer"
