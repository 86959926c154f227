"""`observe` runs an answer on the virtual clock and returns everything that happened."""

import asyncio
import contextlib
import contextvars
import dataclasses
import inspect
import sys
import threading
from collections import Counter

from checker.engine import dispatch, frames, plain
from checker.engine.clock import FREE, SECOND, Clock, ns, real_ns, real_sleep
from checker.engine.current import working_for
from checker.engine.limits import GaveUp, Limits, frame_of, raise_in, watchdog
from checker.engine.loop import Deadlock, VirtualLoop
from checker.engine.recorder import Recorder
from checker.engine.run import Left, Printed, Run, Stop
from checker.engine.service import Service

LAST_TURNS = 50  # turns without a move of the clock, for tasks that are about to end anyway
CLEAN_UP_SECONDS = 0.5  # real seconds that ending what is left may take
_limits = Limits()


class LiveRun:
    """One run while it goes on: what `current_run()` returns in its threads."""

    def __init__(self, limits, own, player):
        self.limits = limits
        self.clock = Clock()
        self.recorder = Recorder(self, own)
        self.recorder.player = player
        self.thread = threading.get_ident()
        self.threads = []  # that the answer started itself
        self.workers = []  # those, and the workers of pools
        self.stop = None
        self.printed = []
        self.turns = 0
        self._still = 0
        self._room = limits.printed
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
        if self._still > self.limits.still_turns:
            self._spinning("still_turns")
        if self.turns > self.limits.turns:
            self._spinning("turns")

    def _spinning(self, limit):
        busy = max(self.recorder.waits(), key=lambda w: w[0].steps, default=None)
        self.stop = Stop(limit, busy[0].name if busy else "", busy[1].line if busy else None)
        raise GaveUp

    def idle(self, until):
        self._still = 0
        if until is not None and until > self.limits.seconds * SECOND:
            waits = self.recorder.waits()
            line = next((place.line for _, place in waits if place.line), None)
            self.stop = Stop("seconds", "", line)
            raise GaveUp

    def task_starts(self, alive):
        if alive >= self.limits.tasks:
            self.give_up("tasks", "")

    def wrote(self, text, stream):
        """The answer printed `text`."""
        if self.recorder.over:
            return
        self._room -= len(text)
        if self._room < 0:
            self.give_up("printed", "")
        line = frames.line_now(self.recorder.own)
        new = Printed(self.recorder.seconds(), text, stream, self.recorder.current(), line)
        last = self.printed[-1] if self.printed else None
        if last and dataclasses.replace(last, text=text) == new:
            last.text += text
        else:
            self.printed.append(new)

    def sleep(self, seconds):
        """The answer called `time.sleep(seconds)`."""
        if threading.get_ident() == self.thread:
            if self.stop is not None:
                raise GaveUp
            self.recorder.blocks(self.recorder.seconds(), seconds, "time.sleep")
            if self.clock.now() + ns(seconds) > self.limits.seconds * SECOND:
                self.give_up("seconds", "time.sleep")
        self.clock.sleep(seconds)

    # ------------------------------------------------------------------ told by the watchdog

    def out_of_time(self):
        """The real-time limit is over; `GaveUp` is raised in every thread of the run."""
        if self.stop is None:
            line = self._line_of_thread()
            self.stop = Stop("real_seconds", "", line)
        self.clock.poke()

    def sample(self):
        """Note where the run's thread stands if it has been there for a while."""
        if real_ns() - self.clock._since > FREE // 2:
            self._seen_lines[self._line_of_thread()] += 1

    def _line_of_thread(self):
        frame = frame_of(self.thread)
        while frame is not None and frame.f_code.co_filename not in self.recorder.own:
            frame = frame.f_back
        return frame.f_lineno if frame else None

    def sampled(self):
        """The line at which most of the stretch that has just ended was spent, or None."""
        seen, self._seen_lines = self._seen_lines, Counter()
        return seen.most_common(1)[0][0] if seen else None


def observe(answer, *args, limits=_limits, own=None, player=None):
    """Run `answer(*args)` on a fresh loop and a fresh clock, and return the `Run`.

    The call returns when the answer has ended: by itself, in a deadlock, by an exception of any
    kind or at a limit. What it leaves behind is written down and then ended.

    Args:
        answer: a coroutine function, or a coroutine if there are no `args`.
        args: plain data, functions, and services; a service starts afresh for this run.
        limits: the `Limits` of this run.
        own: the files whose lines are reported; by default that of the answer.
        player: called with the recorder at each turn of the loop.

    Raises:
        KeyboardInterrupt: if the user stops the check.
    """
    dispatch.install()
    args = [arg.fresh() if isinstance(arg, Service) else arg for arg in args]
    functions = [f for f in (answer, *args) if inspect.isroutine(f) or inspect.isclass(f)]
    if own is None:
        own = {_file(answer)} - {None}
    live = LiveRun(limits, frozenset(own), player)
    run = Run()
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(1)
    try:
        with working_for(live), dispatch.outputs_kept(), dispatch.rebound(functions):
            contextvars.copy_context().run(_run, live, run, answer, args)
    finally:
        sys.set_coroutine_origin_tracking_depth(depth)
    return run


def _file(answer):
    code = getattr(inspect.unwrap(answer), "__code__", None) or getattr(answer, "cr_code", None)
    if inspect.isclass(answer):
        methods = [m for m in vars(answer).values() if inspect.isfunction(m)]
        code = methods[0].__code__ if methods else None
    return code and code.co_filename


def _run(live, run, answer, args):
    recorder = live.recorder
    loop = VirtualLoop(live.clock, recorder)
    loop.set_task_factory(recorder.factory)
    loop.set_task_factory = lambda f: setattr(loop, "_task_factory", recorder.use_factory(f))
    loop.default_exception_handler = recorder.complain
    try:
        with watchdog.guard(live, live.limits.real_seconds):
            _to_the_end(live, run, loop, answer, args)
    except GaveUp:  # it came between the end of the answer and the end of the guard
        pass
    _write_down(live, run, loop)
    with contextlib.suppress(GaveUp, Deadlock), watchdog.guard(live, CLEAN_UP_SECONDS):
        _end_tasks(loop)
    for task in asyncio.all_tasks(loop):
        # It would not be cancelled. Left to the garbage collector, its clean-up could run, and
        # hang, in any thread at any time.
        with contextlib.suppress(BaseException), watchdog.guard(live, CLEAN_UP_SECONDS):
            task.get_coro().close()
    loop.close()
    if not _end_threads(live) and run.stop is not None:
        run.stop.stuck = True


def _to_the_end(live, run, loop, answer, args):
    async def main():
        value = answer(*args) if callable(answer) else answer
        run.awaitable = inspect.isawaitable(value)
        return await value if run.awaitable else value

    main.__name__ = main.__qualname__ = getattr(answer, "__name__", "main")
    try:
        task = loop.create_task(main())
        value = loop.run_until_complete(task)
        run.returned = True
        for coroutine in plain.coroutines_in(value):
            live.recorder.held_unawaited(coroutine)
        run.result = plain.plain(value)
    except Deadlock:
        live.stop = Stop("deadlock", circle=_circle(live.recorder.waits()))
    except GaveUp:
        pass
    except BaseException as error:
        in_main_thread = threading.current_thread() is threading.main_thread()
        if isinstance(error, KeyboardInterrupt) and in_main_thread:
            raise  # it is the user's
        run.failure = frames.failure(error, live.recorder.own)
        error.__traceback__ = None  # its frames hold what the answer left behind
    run.took = live.clock.now() / SECOND
    if live.stop is None:
        for _ in range(LAST_TURNS):
            if not loop._ready:
                break
            _one_turn(loop)


def _one_turn(loop):
    loop.call_soon(loop.stop)
    loop.run_forever()


def _circle(waits):
    """The numbers of tasks that wait for each other in a ring, if there is one."""
    on = {task.number: task_numbers for task, task_numbers in _waits_on(waits)}
    for start in on:
        path = [start]
        while path[-1] in on and on[path[-1]]:
            following = on[path[-1]][0]
            if following in path:
                return path[path.index(following) :]
            path.append(following)
    return []


def _waits_on(waits):
    """For each task: the tasks that it waits for, also the holders of a lock it stands in line for."""
    for task, place in waits:
        yield task, [t._life.task.number for t in place.tasks if hasattr(t, "_life")]


def _write_down(live, run, loop):
    recorder = live.recorder
    recorder.close()
    run.stop = live.stop
    if run.stop is not None and run.stop.reason == "deadlock":
        run.stop.text = "; ".join(
            f"{task.name}: {place.what}" for task, place in recorder.waits()
        )
        run.stop.line = next((p.line for _, p in recorder.waits() if p.line), None)
    run.charged = live.clock.charged / SECOND
    run.turns = live.turns
    run.left = recorder.left_tasks() if run.stop is None else []
    run.left += [Left("transport", "an open connection") for _ in loop.transports()]
    run.left += [
        Left("thread", thread.name) for thread in live.threads if thread.is_alive()
    ]
    run.tasks = [life.task for life in recorder.lives]
    run.blocked, run.unawaited = recorder.blocked, recorder.unawaited
    run.complaints, run.calls = recorder.complaints, recorder.calls
    run.printed = live.printed
    recorder.over = True
    live.stop = None


def _end_tasks(loop):
    """As `asyncio.run` does: cancel what is left, wait for it, close generators."""
    _one_turn(loop)  # the end of the last `run_until_complete` may still be in line
    asyncio.runners._cancel_all_tasks(loop)
    loop.run_until_complete(loop.shutdown_asyncgens())


def _end_threads(live):
    """Wake or stop the threads that are still at work; whether all of them have ended."""
    live.clock.wake_all()
    asked = real_ns()
    while live.clock.outside and real_ns() - asked < CLEAN_UP_SECONDS * SECOND:
        if real_ns() - asked > CLEAN_UP_SECONDS * SECOND / 5:
            for thread in live.workers:
                if thread.is_alive():
                    raise_in(thread.ident, GaveUp)
        real_sleep(0.001)
    return not live.clock.outside
