"""The clock of one run: idle waits are skipped, real work is counted.

Time is whole nanoseconds. The clock moves in three ways only:

- it *jumps*, when the loop is idle and nothing outside it can act;
- it is *charged*, when one stretch of code held the loop's thread for more than `FREE`: that is
  real work or a blocking call, and a stock loop would have been late too;
- it *waits*, at the real rate, while a thread, a child process or a foreign socket is at work.

A stretch shorter than `FREE` costs nothing, so that an answer which only sleeps gets exact figures
on any machine under any load.
"""

import heapq
import itertools
import os
import threading
import time

try:
    import resource
except ImportError:  # Windows has no resource usage of a thread
    resource = None

SECOND = 1_000_000_000
FREE = SECOND // 20
GAUGE_EVERY = SECOND // 200  # how old the readings of CPU time may be, real nanoseconds
SPINNING = 1_000  # turns without a move, after which the time since the last move counts

# Kept from before the dispatchers are put into the module `time`.
real_ns = time.perf_counter_ns
real_sleep = time.sleep
thread_cpu_ns = time.thread_time_ns

_local = threading.local()
if hasattr(os, "register_at_fork"):  # what is kept for a thread is not that of the forked one
    os.register_at_fork(after_in_child=lambda: _local.__dict__.clear())


def ns(seconds):
    """Seconds as whole nanoseconds, so that 0.1 + 0.2 is 0.3."""
    return round(seconds * SECOND)


class _Schedstat:
    """What Linux counts of the calling thread; the file is closed when the thread ends."""

    def __init__(self):
        try:
            self.file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self.file = -1

    def __del__(self, close=os.close):
        if self.file >= 0:
            close(self.file)


def _waits_for_a_cpu():
    """Nanoseconds that this thread could have run but got no CPU (Linux; elsewhere 0)."""
    try:
        file = _local.schedstat.file
    except AttributeError:
        _local.schedstat = _Schedstat()
        file = _local.schedstat.file
    return int(os.pread(file, 64, 0).split()[1]) if file >= 0 else 0


def _gave_way():
    """How often this thread gave up its CPU of its own accord, as a blocking call does."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw if resource else -1


class Reading:
    """What a thread has had of its CPU until now; `without_waits` compares later with it."""

    __slots__ = ("at", "_cpu", "_queued", "_ways")

    def __init__(self):
        self.at = real_ns()
        self._cpu = thread_cpu_ns()
        self._queued = _waits_for_a_cpu()
        self._ways = _gave_way()

    def without_waits(self, used):
        """`used` ns, less those in which another process had the CPU since this reading."""
        if _gave_way() == self._ways != -1:
            return min(used, thread_cpu_ns() - self._cpu)
        return used - (_waits_for_a_cpu() - self._queued)


class Clock:
    """Virtual time, shared by every loop, thread and clock function of one run.

    Attributes:
        charged: real nanoseconds that were let in; 0 means that every figure is exact.
        driver: the loop that may jump, None while none runs.
        outside: tokens of threads and jobs that are really at work.
        joining: tokens of threads that only wait for other threads.
        since: when the stretch of code that runs began, real nanoseconds.
        gauge: a reading of the CPU's time, at most `GAUGE_EVERY` older than `since`.
        on_charge: called with (start, length) in nanoseconds when a stretch is charged.
    """

    def __init__(self):
        self.base = 0
        self.charged = 0
        self.driver = None
        self.outside = set()
        self.joining = set()
        self.running = []  # jobs that have a worker, also while they sleep
        self.lock = threading.RLock()
        self.on_charge = None
        self._sleepers = []
        self._sequence = itertools.count()
        self._waited = 0
        self.epoch = time.time_ns()
        self.adopt_thread()

    def adopt_thread(self):
        """The calling thread is the one whose waits for a CPU are taken off."""
        self.thread = threading.get_ident()
        self._moved()

    def _moved(self):
        self.turns = 0
        self.gauge = self._standing = Reading()
        self.since = self.gauge.at

    # ------------------------------------------------------------------ reading

    def now(self):
        """Nanoseconds since the run began."""
        used = real_ns() - self.since
        if used <= FREE and self.turns <= SPINNING:
            return self.base
        if threading.get_ident() == self.thread:
            used = self._own_time()
        return self.base + (used if used > FREE else 0)

    def _own_time(self):
        """What the loop's thread has used up since the clock moved or this stretch began."""
        used, start = real_ns() - self.since, self.gauge
        if self.turns > SPINNING:
            used, start = real_ns() - self._standing.at, self._standing
        return start.without_waits(used) if used > FREE else 0

    # ------------------------------------------------------------------ moving

    def turn(self):
        """A turn of the loop begins."""
        self.turns += 1
        if self.turns > SPINNING and real_ns() - self._standing.at > FREE:
            self._charge(spinning=True)
        self.tick()

    def tick(self):
        """A stretch of code ends here and the next begins; charge a long one."""
        at = real_ns()
        if at - self.since > FREE:
            self._charge()
        self.since = at
        if at - self.gauge.at > GAUGE_EVERY:
            self.gauge = Reading()

    def _charge(self, spinning=False):
        used = self.now() - self.base
        if used:
            start = self.base
            self.base += used
            self.charged += used
            self._moved()
            if self.on_charge and not spinning:
                self.on_charge(start, used)

    def jump(self, to):
        """Move to `to` (nanoseconds), or stay if it is past, and wake the sleepers that are due."""
        self.tick()
        self.base = max(self.base, to)
        self._waited = 0
        self._moved()
        due = []
        with self.lock:
            while self._sleepers and self._sleepers[0][0] <= self.base:
                sleeper = heapq.heappop(self._sleepers)
                self.outside.add(sleeper[2])  # at work again, before it has the interpreter
                due.append(sleeper)
        for sleeper in due:
            sleeper[3]()

    def wait(self, call):
        """Return `call()`, a wait for the outside, which lasts as long as it really lasts."""
        self.tick()
        try:
            return call()
        finally:
            self._waited += real_ns() - self.since
            self._moved()
            if self._waited > FREE:
                self.base += self._waited
                self.charged += self._waited
                self._waited = 0

    def wake_all(self):
        """Nobody will move this clock again: wake every sleeping thread."""
        with self.lock:
            sleepers, self._sleepers = self._sleepers, []
        for sleeper in sleepers:
            sleeper[3]()

    def next_sleeper(self):
        """When the first sleeping thread is due, in nanoseconds, or None."""
        with self.lock:
            return self._sleepers[0][0] if self._sleepers else None

    # ------------------------------------------------------------------ threads

    def token(self):
        """What stands for the calling thread, or for the job it works on, in `outside`."""
        return getattr(_local, "job", None) or threading.current_thread()

    def sleep(self, seconds):
        """What `time.sleep` does inside a run."""
        if threading.get_ident() == self.thread:
            self.jump(self.now() + ns(seconds))
            return
        woken = threading.Event()
        token = self.token()
        self.park(self.now() + ns(seconds), token, woken.set)
        # At the latest when it really has passed: a loop blocked on this thread cannot jump.
        woken.wait(seconds)
        self.unpark(token)

    def park(self, when, token, wake):
        """`token` is idle until `when` (nanoseconds, None: until somebody wakes it)."""
        with self.lock:
            self.outside.discard(token)
            if when is not None:
                heapq.heappush(self._sleepers, (when, next(self._sequence), token, wake))
        self.poke()

    def unpark(self, token):
        with self.lock:
            self.outside.add(token)
            self._sleepers = [s for s in self._sleepers if s[2] is not token]
            heapq.heapify(self._sleepers)

    def ended(self, token):
        """The thread or job behind `token` is over and everybody has been told."""
        with self.lock:
            self.outside.discard(token)
            self.joining.discard(token)
        self.poke()

    def poke(self):
        """Make the loop look again at who is at work outside."""
        loop = self.driver
        if loop is not None and not loop.is_closed():
            loop._write_to_self()

    def at_work(self):
        """Whether a thread or a job can act. A job in line for a pool that is full cannot."""
        with self.lock:
            return any(not (isinstance(t, Job) and t.in_line()) for t in self.outside)


class Job:
    """One call in a thread pool, as a piece of outside work.

    It counts as work until it has returned and `told` was called: between the two its result is on
    its way to the loop.
    """

    pool = None  # known once it is handed over
    started = over = was_told = False

    def __init__(self, clock, function, args):
        self.clock = clock
        self.function = function
        self.args = args
        clock.outside.add(self)

    def __call__(self):
        self.started = True
        _local.job = self
        with self.clock.lock:
            self.clock.running.append(self)
        try:
            return self.function(*self.args)
        finally:
            _local.job = None
            with self.clock.lock:
                self.clock.running.remove(self)
                self.over = True
            if self.was_told:
                self.clock.ended(self)

    def in_line(self):
        """Whether it waits for a worker, and every worker of its pool has a job."""
        most = getattr(self.pool, "_max_workers", None)
        if self.started or most is None:
            return False
        return sum(job.pool is self.pool for job in self.clock.running) >= most

    def told(self, _future):
        """The loop has heard how it ended."""
        self.was_told = True
        if self.over or not self.started:  # or it was taken out of the line
            self.clock.ended(self)
