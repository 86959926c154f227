"""The clock of one run: idle waits are skipped, real work is counted.

Time is whole nanoseconds. The clock moves in three ways only:

- it *jumps*, when the loop is idle and nothing outside it can act;
- it is *charged*, when one stretch of code held the loop's thread for more than `FREE`: that is
  real work or a blocking call, and a stock loop would have been late too;
- it *waits*, at the real rate, while a thread, a child process or the other end of a socket is at
  work.

A stretch shorter than `FREE` costs nothing, so that an answer which only sleeps gets exact figures
on any machine under any load. Work outside has as much: a timer that is due sooner waits for it.
"""

import contextlib
import heapq
import itertools
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from checker.engine.clock.cpu import Reading, real_ns

if TYPE_CHECKING:
    from checker.engine.clock.waiter import Waiter
    from checker.engine.loop.loop import VirtualLoop

T = TypeVar("T")

SECOND = 1_000_000_000
FREE = SECOND // 20
GAUGE_EVERY = SECOND // 200  # how old the readings of CPU time may be, real nanoseconds
LOOK = 0.001  # real seconds between two looks at who is at work, of a loop's thread that waits
# Looks that a run has for threads older than itself, each time at most and in all; the latter start
# again when it was worth it.
LOOKS_AT_ONCE, LOOKS_IN_ALL = 20, 100
WATCHDOG = "checker-watchdog"  # the name of the thread that ends runs
SPINNING = 1_000  # turns without a move, after which the time since the last move counts

real_sleep = time.sleep  # kept from before the dispatchers are put into the module `time`


def ns(seconds: float) -> int:
    """Seconds as whole nanoseconds, so that 0.1 + 0.2 is 0.3."""
    return round(seconds * SECOND)


class Clock:
    """Virtual time, shared by every loop, thread and clock function of one run.

    Attributes:
        charged: real nanoseconds that were let in; 0 means that every figure is exact.
        read: the most real nanoseconds that another thread has read on top of the clock.
        latest: the latest moment that the loop's thread has read: what is used up may be measured
            in two ways, and the later one must not take anything back.
        ahead: the latest moment that another thread has read.
        driver: the loop that may jump, None while none runs.
        outside: tokens of threads and jobs that are really at work.
        joining: pools whose threads are waited for by a thread that does no work itself.
        running: calls in pools that have a worker, also while they wait.
        children: child processes that the answer started, not through the loop.
        sockets: those of the run.
        waits: how many waits of threads have begun.
        since: when the stretch of code that runs began, real nanoseconds.
        gauge: a reading of the CPU's time, at most `GAUGE_EVERY` older than `since`.
        next_gauge: when there will be another one, real nanoseconds.
        on_charge: called with (start, length) in nanoseconds when a stretch is charged.
    """

    def __init__(self) -> None:
        self.base = 0
        self.charged = 0
        self.read = 0
        self.latest = 0
        self.ahead = 0
        self.driver: VirtualLoop | None = None
        self.outside: set[Any] = set()
        self.joining: set[Any] = set()
        self.running: list[Any] = []
        self.children: list[Any] = []
        self.waits = 0
        self.sockets: weakref.WeakSet[Any] = weakref.WeakSet()
        self.lock = threading.RLock()
        self.on_charge: Callable[[int, int], object] | None = None
        self.over = False
        self._parked: set[Waiter] = set()
        self._sleepers: list[tuple[int, int, Waiter]] = []  # a heap of (when, sequence, waiter)
        self._sequence = itertools.count()
        self._looks = LOOKS_IN_ALL
        self._waited = 0
        self._keeps_pace = False  # the wait for the outside was a long one, and is not over yet
        self.epoch = time.time_ns()
        self.thread: int | None = None
        self.adopt_thread()

    def adopt_thread(self) -> None:
        """The calling thread is the one whose waits for a CPU are taken off."""
        if threading.get_ident() != self.thread:
            self.thread = threading.get_ident()
            self._read_gauge()
        self._moved()

    def _read_gauge(self) -> None:
        self.gauge = Reading()
        self.next_gauge = self.gauge.at + GAUGE_EVERY

    def _moved(self) -> None:
        self.turns = 0
        self.since = real_ns()
        if self.since > self.next_gauge:
            self._read_gauge()
        self._standing = self.gauge

    # ------------------------------------------------------------------ reading

    def now(self) -> int:
        """Nanoseconds since the run began."""
        base = self.base
        used = real_ns() - self.since
        if used <= FREE and self.turns <= SPINNING and base >= self.ahead:
            return base
        if threading.get_ident() == self.thread:
            used = self._own_time()
            if used > FREE:
                self.latest = max(self.latest, base + used)
            return max(base, self.latest)
        with self.lock:
            if used > FREE:  # it may sleep until a moment that it counts from here
                self.read = max(self.read, used)
                self.ahead = max(self.ahead, base + used)
            return max(base, self.ahead)

    def _own_time(self) -> int:
        """What the loop's thread has used up since the clock moved or this stretch began."""
        used, start = real_ns() - self.since, self.gauge
        if self.turns > SPINNING:
            used, start = real_ns() - self._standing.at, self._standing
        return start.without_waits(used) if used > FREE else 0

    # ------------------------------------------------------------------ moving

    def turn(self) -> None:
        """A turn of the loop begins."""
        self.turns += 1
        if self.turns > SPINNING and real_ns() - self._standing.at > FREE:
            self._charge(spinning=True)
        self.tick()

    def tick(self) -> None:
        """A stretch of code ends here and the next begins; charge a long one."""
        at = real_ns()
        if at - self.since > FREE:
            self._charge()
        self.since = at
        if at > self.next_gauge:
            self._read_gauge()

    @contextlib.contextmanager
    def machine_at_work(self) -> Iterator[None]:
        """Inside the block the machine starts a thread or a process, for which the loop's thread
        may have to wait: on a busy machine that takes long, and it is no doing of the answer's.
        """
        in_loop = threading.get_ident() == self.thread
        if in_loop:
            self.tick()
        try:
            yield
        finally:
            if in_loop:
                self.since = real_ns()

    def _charge(self, spinning: bool = False) -> None:
        used = self.now() - self.base
        if used:
            start = self.base
            self.base += used
            self.charged += used
            self._moved()
            if self.on_charge and not spinning:
                self.on_charge(start, used)

    def jump(self, to: int) -> None:
        """Move to `to` (nanoseconds), or stay if it is past, and wake the waiters that are due."""
        self.tick()
        self.base = max(self.base, to)
        self._waited = 0
        self._keeps_pace = False
        self._moved()
        self._wake_the_due()

    def _wake_the_due(self) -> None:
        with self.lock:
            while (when := self.next_sleeper()) is not None and when <= self.base:
                heapq.heappop(self._sleepers)[2].wake()

    def wait(self, call: Callable[[float | None], T], until: int | None = None) -> T:
        """Return `call(seconds)`, a wait for the outside: it lasts as long as it really lasts.

        `seconds` are those that are left until `until` (nanoseconds), None if that is None; but as
        many as `FREE` for what may be short work: a busy machine must not let a timer overtake it.
        """
        self.tick()
        due = left = None
        if until is not None:
            due = max(0, until - self.base)
            left = max(0, due - self._waited, 0 if self._keeps_pace else FREE - self._waited)
        try:
            return call(None if left is None else left / SECOND)
        finally:
            self._waited += real_ns() - self.since
            self._moved()
            self._keeps_pace = self._keeps_pace or self._waited > FREE
            if self._keeps_pace:
                step = self._waited if due is None else min(self._waited, due)
                self.base += step
                self.charged += step
                self._waited -= step
                self._wake_the_due()

    def hold(self, waiter: "Waiter") -> bool:
        """The loop's thread waits: no timer of the loop fires, only threads and children go on.

        Returns:
            whether the wait is over; if not, nobody can ever end it.
        """
        while not waiter.woken:
            with self.lock:
                if waiter.woken:  # by a thread that ended or parked before it gave up the lock
                    break
                outside = self.driver.acts_outside() if self.driver else self.at_work()
                outside = outside or waiter.has_news()
                moments = [t for t in (waiter.when, self.next_sleeper()) if t is not None]
            until = min(moments, default=None)
            if outside:
                self.wait(lambda seconds: waiter.look(seconds), until)
            elif self.strangers_act(until, lambda: waiter.look(None), waiter):
                continue
            elif until is None:
                return False
            else:
                self.jump(until)
            if waiter.when is not None and self.base >= waiter.when:
                break
        return True

    def strangers_act(
        self, until: int | None, look: Callable[[], object], holds: "Waiter | None" = None
    ) -> bool:
        """Whether a thread that is none of the run's ends a wait before it would be over in vain.

        Such a thread may have been given an event or a queue of the run's: a writer of a kernel's
        output, say. It gets a real moment, which nobody is charged for.

        Args:
            until: where the clock would jump to, None if that is a deadlock.
            look: waits a real millisecond, or until something has come; returns whether it has.
            holds: the wait of the loop's own thread, if it waits.
        """
        if not (self._parked or self.outside or holds):
            return False
        with self.lock:
            if self.at_work():  # one of them has acted since somebody looked
                return True
            waits = [w for w in (*self._parked, holds) if w is not None and w.by_anybody]
        waits = [w for w in waits if until is None or w.when == until]
        if not waits or not self._looks or not self._has_strangers():
            return False
        acted = False
        for _ in range(min(LOOKS_AT_ONCE, self._looks)):
            if look() or any(waiter.woken for waiter in waits):
                self._looks = LOOKS_IN_ALL
                acted = True
                break
            self._looks -= 1
        self._moved()
        return acted or any(waiter.woken for waiter in waits)

    def _has_strangers(self) -> bool:
        """Whether a thread is there that is not of a run, and is not the loop's."""
        return any(
            thread.ident != self.thread
            and thread.name != WATCHDOG
            and getattr(thread, "checker_run", None) is None
            for thread in threading.enumerate()
        )

    def wake_all(self) -> None:
        """Nobody will move this clock again: every thread that waits is woken, and ends."""
        with self.lock:
            self.over = True
            for waiter in list(self._parked):
                waiter.wake()

    def next_sleeper(self) -> int | None:
        """When the first thread that waits for a moment is due, in nanoseconds, or None."""
        with self.lock:
            while self._sleepers and not self._sleepers[0][2].parked:
                heapq.heappop(self._sleepers)
            return self._sleepers[0][0] if self._sleepers else None

    # ------------------------------------------------------------------ threads

    def park(self, waiter: "Waiter") -> None:
        """The thread of `waiter` is idle until it is woken."""
        with self.lock:
            self.waits += 1
            if waiter.token in self.outside and not waiter.woken:
                self.outside.discard(waiter.token)
                self._parked.add(waiter)
                waiter.parked = True
                if waiter.when is not None:
                    heapq.heappush(self._sleepers, (waiter.when, next(self._sequence), waiter))
        self.poke()

    def unpark(self, waiter: "Waiter") -> None:
        """It is at work again; said by whoever wakes it, before it has the interpreter."""
        with self.lock:
            if waiter.parked:
                waiter.parked = False
                self._parked.discard(waiter)
                self.outside.add(waiter.token)

    def ended(self, token: object, joiners: Iterable["Waiter"] = ()) -> None:
        """The thread or job behind `token` is over and everybody has been told."""
        with self.lock:
            for joiner in joiners:
                joiner.release()
            self.outside.discard(token)
            self.joining.discard(token)
        self.poke()

    def poke(self) -> None:
        """Make the loop look again at who is at work outside."""
        loop = self.driver
        if loop is not None and not loop.is_closed():
            loop.wake_up()

    def at_work(self) -> bool:
        """Whether a thread or a job can act. A job in line for a pool that is full cannot."""
        with self.lock:
            if any(not getattr(token, "in_line", bool)() for token in self.outside):
                return True
            return any(waiter.has_news() for waiter in self._parked)

    def jobs(self) -> list[Any]:
        """The calls in pools that are not over yet."""
        with self.lock:
            return self.running + [token for token in self.outside if hasattr(token, "in_line")]

    def has_job_in(self, pool):
        """Whether a call in `pool` is not over yet."""
        return any(job.pool is pool for job in self.jobs())
