"""One run while it goes on: its limits, what it prints, and its waits in threads.

This is what `current_run()` returns, so that every patch reaches the run's clock and recorder
through it.
"""

import asyncio
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from checker.engine.clock.clock import FREE, SECOND, Clock, ns
from checker.engine.clock.cpu import real_ns
from checker.engine.clock.waiter import Waiter, sleep
from checker.engine.ending.watchdog import frame_of
from checker.engine.limits import GaveUp, Limits
from checker.engine.patches import thread_locks
from checker.engine.record import Printed, Stop
from checker.engine.recording import frames
from checker.engine.recording.recorder import Recorder
from checker.engine.recording.snapshot_recorder import SnapshotRecorder, StillRecorder

if TYPE_CHECKING:
    from checker.engine.loop.loop import VirtualLoop
    from checker.engine.reruns.cancellation import Walk

STILL = 10  # turns without a move of the clock, after which it counts as standing still
LEAST_PRINTED = 10  # characters for which a piece of output counts, so that empty lines have an end
MOST_AFTERWARDS = 5_000  # characters
READ_EVERY = SECOND // 1000  # real nanoseconds; reading a clock that is charged is slow


class LiveRun:
    """One run while it goes on: what `current_run()` returns in its threads."""

    loop: "VirtualLoop"

    def __init__(
        self,
        limits: Limits,
        own: frozenset[str],
        snapshots: bool | Literal["still"],
        walk: "Walk | None",
    ):
        self.limits = limits
        self.clock = Clock()
        with_snapshots = StillRecorder if snapshots == "still" else SnapshotRecorder
        self.recorder = (with_snapshots if snapshots else Recorder)(self, own)
        self.walk = walk
        self.thread = threading.get_ident()
        self.tracer: Any = None  # for `sys.settrace` in each of its threads
        # The threads that the answer started itself, each with the line.
        self.threads: list[tuple[threading.Thread, int | None]] = []
        # Every thread that was started, by a service too → the line of the answer that led to it.
        self.starting_lines: dict[threading.Thread, int | None] = {}
        # Identifier of a thread → whether `GaveUp` may be raised in it now.
        self.reached: dict[int, bool] = {}
        # Thread → (lock or call, line).
        self.thread_waits: dict[threading.Thread, tuple[thread_locks.Lock | str, int | None]] = {}
        self.stop: Stop | None = None
        self.main: asyncio.Task[Any] | None = None  # the answer's task
        # ((time, stream, task, line), texts) of each piece.
        self._printed: list[tuple[tuple[float, str, int | None, int | None], list[str]]] = []
        self._read, self._read_base, self._read_at = 0.0, 0, 0  # the time when it last printed
        self.turns = self._still = self._steps = self._naps = 0
        self._room = limits.printed
        self.written = 0  # characters
        self.idle_at_limit = False  # its real time was over while it waited for the outside
        self.ending = False  # it has come to its end; what it left is ended
        self.afterwards = ""  # what is printed meanwhile
        self._last_moment = limits.seconds * SECOND
        self._seen_lines: Counter[int | None] = Counter()

    # ------------------------------------------------------------------ limits

    def give_up(self, reason: str, text: str) -> NoReturn:
        """End the run: from now on every turn of the loop and every line printed raises."""
        if self.stop is None:
            line = frames.line_now(self.recorder.own)
            self.stop = Stop(reason, text, line, task=self.recorder.current())
        raise GaveUp

    def turn(self) -> None:
        if self.stop is not None:
            raise GaveUp
        self.turns += 1
        self._still += 1
        # What has just waited costs several times as much to record.
        self._steps += len(self.loop.ready) * (1 if self._still > STILL else 4)
        too_many = self._steps > self.limits.steps
        if self._still > self.limits.still_turns or (too_many and self._still > STILL):
            self._spinning("still_turns")
        if self.turns > self.limits.turns or too_many:
            self._spinning("turns")
        if self.walk is not None:
            self.walk(self)

    def _spinning(self, limit: str) -> NoReturn:
        busy = max(self.recorder.waits(), key=lambda w: w[0].steps, default=None)
        self.stop = Stop(limit, busy[0].record.name if busy else "", busy[1].line if busy else None)
        raise GaveUp

    def idle(self, until: int | None) -> None:
        self._still = 0
        if until is not None and until > self._last_moment:
            waits = self.recorder.waits()
            line = next((place.line for _, place in waits if place.line), None)
            self.stop = Stop("seconds", "", line, until=until / SECOND)
            raise GaveUp

    def too_many_tasks(self) -> NoReturn:
        self.give_up("tasks", "")

    def wrote(self, text: str, stream: str) -> None:
        """The answer printed `text`."""
        if self.recorder.over:
            self._wrote_afterwards(text, stream)
            return
        if self.main is None:  # asyncio logs that the loop is made
            return
        if self.stop is not None:  # what it says of its own end, nobody would read elsewhere
            raise GaveUp
        self.written += len(text)
        self._room -= max(len(text), LEAST_PRINTED)
        if self._room < 0:
            self.give_up("printed", "")
        if self.clock.base != self._read_base or real_ns() - self._read_at > READ_EVERY:
            self._read_base, self._read_at = self.clock.base, real_ns()
            self._read = self.recorder.seconds()
        what = (self._read, stream, self.recorder.current(), frames.line_now(self.recorder.own))
        if self._printed and self._printed[-1][0] == what:
            self._printed[-1][1].append(text)
        else:
            self._printed.append((what, [text]))

    def _wrote_afterwards(self, text: str, stream: str) -> None:
        in_time = self.ending and threading.get_ident() == self.thread
        if in_time and stream == "stdout" and len(self.afterwards) < MOST_AFTERWARDS:
            self.afterwards += text[:MOST_AFTERWARDS]

    @property
    def printed(self) -> list[Printed]:
        """What the answer printed, as a list of `Printed`."""
        return [
            Printed(at, "".join(texts), stream, task, line)
            for (at, stream, task, line), texts in self._printed
        ]

    def sleep(self, seconds: float) -> None:
        """The answer called `time.sleep(seconds)`."""
        if threading.get_ident() == self.thread:
            if self.stop is not None:
                raise GaveUp
            self.recorder.blocks(self.recorder.seconds(), seconds, "time.sleep")
            self._naps += 1
            if self._naps > self.limits.turns:
                self.give_up("turns", "time.sleep")
            if self.clock.now() + ns(seconds) > self._last_moment:
                self.give_up("seconds", "time.sleep")
        sleep(self.clock, seconds)

    def wait(self, waiter: Waiter, what: str) -> bool:
        """The answer waits for another of its threads; whether the wait ended in time."""
        if threading.get_ident() != self.thread:
            with thread_locks.waiting_for(what):
                return waiter.acquire()
        if self.stop is not None:
            raise GaveUp
        at, charged = self.recorder.seconds(), self.clock.charged
        if not self.clock.hold(waiter):
            self.give_up("deadlock", f"{self.recorder.name()}: {what}")
        held = self.recorder.seconds() - at
        if held:
            exact = self.clock.charged == charged and not self.clock.read
            self.recorder.blocks(at, held, what, exact)
        return waiter.woken

    def clean_up(self) -> None:
        """What is left is ended now: all limits start again, and nothing is recorded."""
        self.recorder.over = True
        self.stop = None
        self.turns = self._still = self._steps = self._naps = 0
        self._last_moment = self.clock.now() + self.limits.seconds * SECOND

    def starting_line(self) -> int | None:
        """The line that led to the start of the calling thread, None if none did."""
        return self.starting_lines.get(threading.current_thread())

    # ------------------------------------------------------------------ told by the watchdog

    def out_of_time(self) -> None:
        """The real-time limit is over; `GaveUp` is raised in every thread of the run."""
        if self.stop is None:
            self.idle_at_limit = self.loop.asleep
            line = self._line_of_thread()
            self.stop = Stop("real_seconds", "", line)
        self.clock.poke()

    def sample(self) -> None:
        """Note where the run's thread stands if it has been there for a while."""
        if real_ns() - self.clock.since > FREE // 2:
            self._seen_lines[self._line_of_thread()] += 1

    def _line_of_thread(self) -> int | None:
        return frames.line_of(frame_of(self.thread), self.recorder.own)

    def sampled(self) -> int | None:
        """The line at which most of the stretch that has just ended was spent, or None."""
        lines, self._seen_lines = self._seen_lines, Counter()
        return lines.most_common(1)[0][0] if lines else None
