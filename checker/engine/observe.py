"""`observe` runs an answer on the virtual clock and returns everything that happened."""

import contextlib
import contextvars
import dis
import functools
import gc
import inspect
import re
import sys
import threading
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, overload

from checker.engine import private, values
from checker.engine.clock.clock import LOOK, SECOND, real_sleep
from checker.engine.current import working_for
from checker.engine.ending import cleanup, garbage
from checker.engine.ending.watchdog import watchdog
from checker.engine.limits import GaveUp, Limits
from checker.engine.live import LiveRun
from checker.engine.loop.loop import VirtualLoop
from checker.engine.patches import bound_names, install, originals, output, thread_locks
from checker.engine.patches.threads import is_at_work
from checker.engine.record import Left, Run, Stop, Trace
from checker.engine.recording import deadlock, frames, trace
from checker.engine.reruns.cancellation import Audit, Walk
from checker.engine.reruns.runs import InitialState, Runs, copied
from checker.engine.reruns.schedules import Schedule
from checker.engine.service import Absent, Service

LAST_TURNS = 50  # turns without a move of the clock, for tasks that are about to end anyway
# Looks, one each millisecond, for threads that are about to end anyway. Not a time: on a busy
# machine this thread, too, gets its CPU late.
LAST_LOOKS = 100
_limits = Limits()
_DEFAULT_NAME = re.compile(r"Thread-\d+")  # it counts all threads of the process

# A coroutine function, or a coroutine.
Subject: TypeAlias = Callable[..., object] | Coroutine[Any, Any, object]


class Options(TypedDict, total=False):
    """What else `observe` takes; its docstring says of each what it is."""

    limits: Limits
    own: Collection[str] | None
    snapshots: bool | Literal["still"]
    traced: bool
    name: str | None


@overload
def observe(
    answer: Subject,
    *args: object,
    schedule: int = 0,
    cancel: int | None = None,
    **options: Unpack[Options],
) -> Run: ...
@overload
def observe(
    answer: Subject, *args: object, schedules: int, schedule: int = 0, **options: Unpack[Options]
) -> Runs: ...
@overload
def observe(
    answer: Subject,
    *args: object,
    cancel: Literal["everywhere"],
    schedule: int = 0,
    **options: Unpack[Options],
) -> Audit: ...
def observe(
    answer: Subject,
    *args: object,
    schedules: int | None = None,
    schedule: int = 0,
    cancel: int | Literal["everywhere"] | None = None,
    **options: Unpack[Options],
) -> Run | Runs | Audit:
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
        snapshots: whether to write down all that a player shows, at each step of the loop; "still"
            keeps it only if no time passes in the run.
        traced: whether to write down which lines ran, into `Run.trace`. The run is slower then.
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

    def once(schedule: int, walk: Walk | None = None) -> Run:
        start.again()
        return _observe(answer, start.args, schedule, walk, **options)

    return Runs(once, schedules) if schedules is not None else Audit(functools.partial(once, 0))


def _functions(answer: object, args: Iterable[object]) -> list[object]:
    return [f for f in (answer, *args) if inspect.isroutine(f) or inspect.isclass(f)]


def _observe(
    answer: Any,
    args: Iterable[Any],
    schedule: int,
    walk: Walk | int | None,
    limits: Limits = _limits,
    own: Collection[str] | None = None,
    snapshots: bool | Literal["still"] = False,
    traced: bool = False,
    name: str | None = None,
) -> Run:
    """One run; `walk` is a `Walk`, or the number of the turn in which to cancel, or None."""
    install.install()
    fresh = [arg.fresh() if isinstance(arg, Service) else copied(arg) for arg in args]
    functions = _functions(answer, fresh)
    if own is None:
        file = frames.file_of(answer)
        own = set() if file is None else {file}
    walk = Walk(walk) if isinstance(walk, int) else walk
    live = LiveRun(limits, frozenset(own), snapshots, walk)
    run = Run(schedule=schedule, trace=Trace() if traced else None)
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(1)
    try:
        with (
            working_for(live),
            originals.put_back(),
            output.outputs_kept(),
            bound_names.patched_globals(functions),
            garbage.kept_to_the_run(),
            trace.traced(live, run.trace) if run.trace else contextlib.nullcontext(),
            private.policy_kept(),
        ):
            contextvars.copy_context().run(_run, live, run, name, answer, fresh)
    finally:
        sys.set_coroutine_origin_tracking_depth(depth)
    return run


def _run(live: LiveRun, run: Run, name: str | None, answer: Any, args: Sequence[Any]) -> None:
    recorder = live.recorder
    loop = live.loop = VirtualLoop(live.clock, recorder)
    loop.schedule = Schedule(run.schedule, recorder.own) if run.schedule else None
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
        live.ending = run.stop is None
        cleanup.end_all(live, loop)
        run.afterwards = live.afterwards
        live.loop = None  # type: ignore[assignment]  # what it holds is destroyed within the run
        if not cleanup.end_threads(live) and run.stop is not None:
            run.stop.stuck = True


def _to_the_end(
    live: LiveRun, run: Run, loop: VirtualLoop, name: str | None, answer: Any, args: Sequence[Any]
) -> None:
    async def main() -> Any:
        try:
            value = answer(*args) if callable(answer) else answer
            run.awaitable = inspect.isawaitable(value)
            return await value if run.awaitable else value
        finally:
            if not live.recorder.over:  # else it is being ended, and may need to hear
                loop.deaf = loop.is_external()  # how soon somebody outside answers is chance

    called: Any = name or getattr(answer, "__name__", "main")
    main.__name__ = main.__qualname__ = called
    try:
        # Kept to be described: a task and the future that it waits for may hold only each other.
        task = live.main = loop.create_task(main())
        value = loop.run_until_complete(task)
        run.returned = True
        for coroutine in values.coroutines_in(value):
            live.recorder.held_unawaited(coroutine)
        run.result = values.to_plain(value)
    except deadlock.Deadlock:
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


def _last_turns(loop: VirtualLoop) -> None:
    """What is about to end anyway may do so: it is not left behind."""
    for _ in range(LAST_TURNS):
        if not loop.ready:
            break
        try:
            cleanup.one_turn(loop)
        except (SystemExit, KeyboardInterrupt) as error:  # from another task than the answer's own
            if not _raised_by_code(error):
                raise


def _last_moment(live: LiveRun) -> None:
    """What threads are about to do anyway they may do: a thread that only has to return is not left
    behind, nor is one that was just told to end. One that waits gets no time for that.
    """
    for _ in range(LAST_LOOKS):
        if not (live.clock.at_work() and any(is_at_work(thread) for thread, _ in live.threads)):
            break
        real_sleep(LOOK)


def _entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _raised_by_code(error: BaseException) -> bool:
    """False for a KeyboardInterrupt of the user's, which no `raise` raised, and for `Absent`."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or not isinstance(error, KeyboardInterrupt):
        return not isinstance(error, Absent)
    *_, last = _entries(error.__traceback__)
    return last.tb_frame.f_code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _write_down(live: LiveRun, run: Run) -> None:
    recorder = live.recorder
    gc.collect(0)  # tasks that were lost, and coroutines in cycles, are told of now
    recorder.close()
    run.stop = live.stop
    if run.stop is not None and run.stop.reason == "deadlock":
        deadlock.describe(run.stop, recorder.waits(), thread_locks.described(live.thread_waits))
    if run.stop is not None and live.idle_at_limit:
        deadlock.describe(run.stop, recorder.waits(), [])
        run.stop.full_pipe = live.loop.has_full_pipe()
    run.charged = max(live.clock.charged, live.clock.read) / SECOND
    run.point = live.walk.point if live.walk else None
    run.turns = live.turns
    run.left = recorder.left_tasks() if run.stop is None else []
    _last_moment(live)
    run.left += recorder.open_things.left()
    run.left += [
        Left("thread", _DEFAULT_NAME.sub("thread", thread.name), line)
        for thread, line in live.threads
        if is_at_work(thread)
    ]
    if run.stop is None:
        run.left += [Left("timer", "a timer", line) for line in live.loop.timers_left()]
        run.pool_calls = [
            Left("call", job.name, job.line)
            for job in dict.fromkeys(live.clock.jobs())
            if job.started and not job.finished and job.pool is live.loop.default_pool
        ]
    run.tasks = [log.record for log in recorder.logs]
    run.blocked, run.unawaited = recorder.blocked, recorder.unawaited
    run.complaints, run.unheard, run.calls = recorder.complaints, recorder.unheard, recorder.calls
    run.unwoken = list(recorder.unwakings.values())
    run.printed = live.printed
    run.snapshots, run.later_steps, run.cut = recorder.snapshots, recorder.later_steps, recorder.cut
