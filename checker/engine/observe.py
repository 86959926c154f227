"""`observe` runs an answer on the virtual clock and returns everything that happened."""

import contextvars
import dis
import functools
import gc
import inspect
import re
import sys
import threading
from collections import Counter

from checker.engine import values
from checker.engine.clock.clock import FREE, SECOND, Clock, ns, real_ns
from checker.engine.current import working_for
from checker.engine.ending import cleanup, garbage
from checker.engine.limits import GaveUp, Limits, frame_of, watchdog
from checker.engine.loop.loop import Deadlock, VirtualLoop
from checker.engine.patches import install, thread_locks
from checker.engine.patches.threads import is_at_work
from checker.engine.record import Left, Printed, Run, Stop
from checker.engine.recording import deadlock, frames
from checker.engine.recording.recorder import Recorder
from checker.engine.recording.snapshot_recorder import SnapshotRecorder
from checker.engine.reruns.cancellation import Audit, Walk
from checker.engine.reruns.runs import InitialState, Runs, copied
from checker.engine.reruns.schedules import Schedule
from checker.engine.service import Absent, Service

STILL = 10  # turns without a move of the clock, after which it counts as standing still
LEAST_PRINTED = 10  # characters for which a piece of output counts, so that empty lines have an end
LAST_TURNS = 50  # turns without a move of the clock, for tasks that are about to end anyway
READ_EVERY = SECOND // 1000  # real nanoseconds; reading a clock that is charged is slow
_limits = Limits()
_DEFAULT_NAME = re.compile(r"Thread-\d+")  # it counts all threads of the process


class LiveRun:
    """One run while it goes on: what `current_run()` returns in its threads."""

    def __init__(self, limits, own, snapshots, walk):
        self.limits = limits
        self.clock = Clock()
        self.recorder = (SnapshotRecorder if snapshots else Recorder)(self, own)
        self.walk = walk
        self.thread = threading.get_ident()
        self.threads = []  # that the answer started itself, and the line
        self.reached = {}  # identifier of a thread → whether `GaveUp` may be raised in it now
        self.thread_waits = {}  # thread → (lock or call, line)
        self.stop = None
        self.main = None  # the answer's task
        self._printed = []  # ((time, stream, task, line), texts)
        self._read, self._read_base, self._read_at = 0.0, 0, 0  # the time when it last printed
        self.turns = self._still = self._steps = self._naps = 0
        self._room = limits.printed
        self.written = 0  # characters
        self._last_moment = limits.seconds * SECOND
        self._seen_lines = Counter()

    # ------------------------------------------------------------------ limits

    def give_up(self, reason, text):
        """End the run: from now on every turn of the loop and every line printed raises."""
        if self.stop is None:
            self.stop = Stop(reason, text, frames.line_now(self.recorder.own))
        raise GaveUp

    def turn(self):
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

    def _spinning(self, limit):
        busy = max(self.recorder.waits(), key=lambda w: w[0].steps, default=None)
        self.stop = Stop(limit, busy[0].name if busy else "", busy[1].line if busy else None)
        raise GaveUp

    def idle(self, until):
        self._still = 0
        if until is not None and until > self._last_moment:
            waits = self.recorder.waits()
            line = next((place.line for _, place in waits if place.line), None)
            self.stop = Stop("seconds", "", line)
            raise GaveUp

    def too_many_tasks(self):
        self.give_up("tasks", "")

    def wrote(self, text, stream):
        """The answer printed `text`."""
        if self.recorder.over:
            return
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

    @property
    def printed(self):
        """What the answer printed, as a list of `Printed`."""
        return [
            Printed(at, "".join(texts), stream, task, line)
            for (at, stream, task, line), texts in self._printed
        ]

    def sleep(self, seconds):
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
        self.clock.sleep(seconds)

    def wait(self, waiter, what):
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

    def clean_up(self):
        """What is left is ended now: all limits start again, and nothing is recorded."""
        self.recorder.over = True
        self.stop = None
        self.turns = self._still = self._steps = self._naps = 0
        self._last_moment = self.clock.now() + self.limits.seconds * SECOND

    # ------------------------------------------------------------------ told by the watchdog

    def out_of_time(self):
        """The real-time limit is over; `GaveUp` is raised in every thread of the run."""
        if self.stop is None:
            line = self._line_of_thread()
            self.stop = Stop("real_seconds", "", line)
        self.clock.poke()

    def sample(self):
        """Note where the run's thread stands if it has been there for a while."""
        if real_ns() - self.clock.since > FREE // 2:
            self._seen_lines[self._line_of_thread()] += 1

    def _line_of_thread(self):
        return frames.line_of(frame_of(self.thread), self.recorder.own)

    def sampled(self):
        """The line at which most of the stretch that has just ended was spent, or None."""
        seen, self._seen_lines = self._seen_lines, Counter()
        return seen.most_common(1)[0][0] if seen else None


def observe(answer, *args, schedules=None, schedule=0, cancel=None, **options):
    """Run `answer(*args)` on a fresh loop and a fresh clock, and return the `Run`.

    The call returns when the answer has ended: by itself, in a deadlock, by an exception of any
    kind or at a limit. What it leaves behind is written down and then ended.

    Args:
        answer: a coroutine function, or a coroutine if there are no `args`.
        args: plain data, functions, and services; a service starts afresh for this run.
        schedules: return that many runs instead, as a `Runs`, each in another order of events; the
            first is the usual one. See `checker.engine.reruns.schedules`.
        schedule: the number of one of these orders, to have it again.
        cancel: "everywhere" returns an `Audit`, with one more run for each await point; the number
            of a turn (`Point.turn`) cancels the answer there. See
            `checker.engine.reruns.cancellation`.
        limits: the `Limits` of this run.
        own: the files whose lines are reported; by default that of the answer.
        snapshots: whether to write down all that a player shows, at each step of the loop.
        name: what the answer is called in the record, where it is not the function's name.

    Raises:
        KeyboardInterrupt: if the user stops the check.
        TypeError: if `answer` is a coroutine, which can run only once, and several runs are wanted.
        ValueError: if `schedules` is no number above 0, or stands beside "everywhere".
    """
    if schedules is None and cancel != "everywhere":
        return _observe(answer, args, schedule, cancel, **options)
    if schedules is not None and (schedules < 1 or cancel is not None):
        raise ValueError("schedules is a number above 0, and goes without cancel")
    if inspect.iscoroutine(answer):
        raise TypeError("a coroutine runs only once: give the function that makes it")
    start = InitialState(_functions(answer, args), args)

    def once(schedule, walk=None):
        start.again()
        return _observe(answer, start.args, schedule, walk, **options)

    return Runs(once, schedules) if schedules is not None else Audit(functools.partial(once, 0))


def _functions(answer, args):
    return [f for f in (answer, *args) if inspect.isroutine(f) or inspect.isclass(f)]


def _observe(answer, args, schedule, walk, limits=_limits, own=None, snapshots=False, name=None):
    """One run; `walk` is a `Walk`, or the number of the turn in which to cancel, or None."""
    install.install()
    args = [arg.fresh() if isinstance(arg, Service) else copied(arg) for arg in args]
    functions = _functions(answer, args)
    if own is None:
        own = {frames.file_of(answer)} - {None}
    walk = Walk(walk) if isinstance(walk, int) else walk
    live = LiveRun(limits, frozenset(own), snapshots, walk)
    run = Run(schedule=schedule)
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(1)
    try:
        with (
            working_for(live),
            install.outputs_kept(),
            install.patched_globals(functions),
            garbage.kept_to_the_run(),
        ):
            contextvars.copy_context().run(_run, live, run, name, answer, args)
    finally:
        sys.set_coroutine_origin_tracking_depth(depth)
    return run


def _run(live, run, name, answer, args):
    recorder = live.recorder
    loop = live.loop = VirtualLoop(live.clock, recorder)
    loop.schedule = Schedule(run.schedule, recorder.own) if run.schedule else None
    loop.set_task_factory(recorder.factory)
    set_factory = loop.set_task_factory
    loop.set_task_factory = lambda factory: set_factory(recorder.use_factory(factory))
    try:
        try:
            seconds = live.limits.real_seconds
            watchdog.call(live, seconds, _to_the_end, live, run, loop, name, answer, args)
        except GaveUp:  # it came when the answer had ended
            pass
        _write_down(live, run)
    finally:
        live.main = None
        live.clean_up()
        cleanup.end_all(live, loop)
        live.loop = None  # what it still holds is destroyed within the run
        if not cleanup.end_threads(live) and run.stop is not None:
            run.stop.stuck = True


def _to_the_end(live, run, loop, name, answer, args):
    async def main():
        try:
            value = answer(*args) if callable(answer) else answer
            run.awaitable = inspect.isawaitable(value)
            return await value if run.awaitable else value
        finally:
            if not live.recorder.over:  # else it is being ended, and may need to hear
                loop.deaf = loop.is_external()  # how soon somebody outside answers is chance

    main.__name__ = main.__qualname__ = name or getattr(answer, "__name__", "main")
    try:
        # Kept to be described: a task and the future that it waits for may hold only each other.
        task = live.main = loop.create_task(main())
        value = loop.run_until_complete(task)
        run.returned = True
        for coroutine in values.coroutines_in(value):
            live.recorder.held_unawaited(coroutine)
        run.result = values.to_plain(value)
    except Deadlock:
        live.stop = Stop("deadlock", circle=deadlock.cycle(live.recorder.waits()))
    except GaveUp:
        pass
    except BaseException as error:
        if not _raised_by_code(error):
            raise  # it is the user's
        run.failure = frames.failure(error, live.recorder.own)
        error.__traceback__ = None  # its frames hold what the answer left behind
    run.took = live.clock.now() / SECOND
    if live.stop is None:
        _last_turns(loop)


def _last_turns(loop):
    """What is about to end anyway may do so: it is not left behind."""
    for _ in range(LAST_TURNS):
        if not loop.ready:
            break
        try:
            cleanup.one_turn(loop)
        except (SystemExit, KeyboardInterrupt) as error:  # from another task than the answer's own
            if not _raised_by_code(error):
                raise


def _entries(traceback):
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _raised_by_code(error):
    """False for a KeyboardInterrupt of the user's, which no `raise` raised, and for `Absent`."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or not isinstance(error, KeyboardInterrupt):
        return not isinstance(error, Absent)
    *_, last = _entries(error.__traceback__)
    return last.tb_frame.f_code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _write_down(live, run):
    recorder = live.recorder
    gc.collect(0)  # tasks that were lost, and coroutines in cycles, are told of now
    recorder.close()
    run.stop = live.stop
    if run.stop is not None and run.stop.reason == "deadlock":
        deadlock.describe(run.stop, recorder.waits(), thread_locks.told(live.thread_waits))
    run.charged = max(live.clock.charged, live.clock.read) / SECOND
    run.point = live.walk.point if live.walk else None
    run.turns = live.turns
    run.left = recorder.left_tasks() if run.stop is None else []
    run.left += recorder.left_open()
    run.left += [
        Left("thread", _DEFAULT_NAME.sub("thread", thread.name), line)
        for thread, line in live.threads
        if is_at_work(thread)
    ]
    logs = recorder.logs
    left = {log.number: log.data() for log in logs if log.ended == "left"}  # they go on
    run.tasks = lambda: [left.get(log.number) or log.data() for log in logs]
    run.blocked, run.unawaited = recorder.blocked, recorder.unawaited
    run.complaints, run.unheard, run.calls = recorder.complaints, recorder.unheard, recorder.calls
    run.printed = live.printed
    run.snapshots, run.later_steps, run.cut = recorder.snapshots, recorder.later_steps, recorder.cut
