"""What is kept beside each task while it lives."""

import asyncio
import sys

from checker.engine import private
from checker.engine.clock.clock import SECOND
from checker.engine.loop.handles import run_step
from checker.engine.record import Cancel, Span, with_one_more
from checker.engine.recording import frames

_REQUESTED_BY = {
    "timeouts": "timeout",
    "taskgroups": "group",
    "base_events": "end",
}
_ASYNCIO = asyncio.__name__ + "."


class LoggedTask(private.Task):
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
            log = self.checker_log
            if not log.recorder.over:
                log.record.name = str(name)

    def uncancel(self):
        log = self.checker_log
        requests = [c for c in log.record.cancels if not c.undone]
        if requests and not log.recorder.over:
            requests[-1].undone = True
        return super().uncancel()


# Learners print tasks: they see the type they know.
LoggedTask.__name__ = LoggedTask.__qualname__ = "Task"
LoggedTask.__module__ = asyncio.Task.__module__

# A task of its own up to Python 3.11 alone, where aiohttp closes a connection; later an eager one.
HOUSEKEEPING = frozenset(["_wait_for_close"])


class TaskLog:
    """What the recorder knows of a task while it lives.

    Args:
        recorder: the one that it belongs to.
        ref: a weak reference to the task.
        record: what is known of it after the run, too; it is written here.

    Attributes:
        number: that of the record; steps: how many it has had.
        place: where it stood when the loop was last idle, None if it has moved since.
        since: when it began to wait there, nanoseconds.
        moved: it was made, or has had a step, since then.
    """

    # There may be thousands, and `steps` counts each of theirs.
    __slots__ = ("recorder", "ref", "record", "number", "steps", "place", "since", "moved")

    def __init__(self, recorder, ref, record):
        self.recorder = recorder
        self.ref = ref
        self.record = record
        self.number = record.number
        self.steps = 0
        self.place = None
        self.since = 0
        self.moved = True

    def cancelled(self, frame):
        recorder = self.recorder
        if not recorder.over:
            line = frames.line_now(recorder.own)
            by = "service" if self.record.service else _requested_by(frame, recorder.own)
            request = Cancel(recorder.seconds(), by, line)
            self.record.cancels = with_one_more(self.record.cancels, request)

    def close_span(self, until):
        """It goes on at `until` (nanoseconds): what it waited for is known now."""
        place, self.place = self.place, None
        if place is not None and until > self.since:
            on = self.recorder.numbers(place.tasks)
            queue = self.recorder.number_line(place.line_for)
            start, end = self.since / SECOND, until / SECOND
            self.add_span(Span("waits", start, end, place.line, place.what, on, queue))

    def woken(self, at, by):
        """The task with the number `by` has woken it, at so many seconds."""
        self.record.woken_by = with_one_more(self.record.woken_by, [at, by])

    def add_span(self, span):
        self.record.spans = with_one_more(self.record.spans, span)


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
