"""Every private name of CPython's that this package uses: what for, and which Pythons have it.

When a new Python comes, this is the file to look at. A test looks each name up on every Python, and
the linter (SLF001) lets nobody else read a private name of another object. There are four kinds:

- attributes, read by a function: `callback_of(handle)`. It is written in C, as it may be called at
  each step of a loop;
- functions and classes, under a name without an underscore;
- names that our own classes use on `self` or override, where an extra call would cost too much or
  be no override. They are only listed here;
- names by which code is recognised on a stack.
"""

import _asyncio
import asyncio
import concurrent.futures.process
import concurrent.futures.thread
import contextlib
import multiprocessing.pool
import operator
import queue
import sys
import threading
import types
import warnings
from asyncio import (
    base_events,
    base_subprocess,
    events,
    format_helpers,
    futures,
    runners,
    tasks,
    timeouts,
)
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

OLDEST, NEWEST = (3, 11), (3, 15)  # the Pythons that the course was tested with


def untested(version: tuple[Any, ...] = sys.version_info) -> str:
    """One line that says that this Python is newer than any tested one, or ""."""
    if version[:2] <= NEWEST:
        return ""
    newest = ".".join(map(str, NEWEST))
    return (
        f"Python {version[0]}.{version[1]} is newer than the course was tested with (to {newest})."
    )


@dataclass(frozen=True)
class Name:
    """One private name.

    Attributes:
        owner: the module or the class whose name it is, or whose objects have it.
        name: the name.
        why: what it is used for.
        since: the first Python that has it.
        before: the first Python that has it no more, None if there is none yet.
        needed: whether this module takes it from its owner, so that nothing works without it.
    """

    owner: Any
    name: str
    why: str
    since: tuple[int, ...] = OLDEST
    before: tuple[int, ...] | None = None
    needed: bool = False

    def is_due(self, version: tuple[Any, ...] = sys.version_info) -> bool:
        """Whether a Python of this version has the name."""
        return self.since <= version and (self.before is None or version < self.before)


NAMES: list[Name] = []


def missing() -> list[tuple[Any, str]]:
    """(owner, name) of what is needed, and what this Python should have and lacks."""
    due = [known for known in NAMES if known.needed and known.is_due()]
    return [(known.owner, known.name) for known in due if not hasattr(known.owner, known.name)]


def _known(owner: Any, names: str, why: str, **versions: Any) -> None:
    NAMES.extend(Name(owner, name, why, **versions) for name in names.split())


def _attribute(owner: Any, name: str, why: str, **versions: Any) -> Callable[[Any], Any]:
    """The function that reads this attribute of an object."""
    _known(owner, name, why, **versions)
    return operator.attrgetter(name)


def _member(owner: Any, name: str, why: str, **versions: Any) -> Any:
    """What a module or a class has under this name, None where this Python has nothing there."""
    _known(owner, name, why, needed=True, **versions)
    return getattr(owner, name, None)


# ------------------------------------------------------------------ handles and loops

callback_of = _attribute(asyncio.Handle, "_callback", "what a player says that the loop calls")
args_of = _attribute(asyncio.Handle, "_args", "whom a callback is there for")
ThreadSafeHandle: type[asyncio.Handle] = (
    _member(
        events,
        "_ThreadSafeHandle",
        "what `call_soon_threadsafe` makes: another thread may cancel it",
        since=(3, 14),
    )
    or asyncio.Handle
)
end_of_run = _member(
    base_events,
    "_run_until_complete_cb",
    "the callback that ends `run_until_complete`: it is none of the answer's",
)
running_loop: Callable[[], asyncio.AbstractEventLoop | None] = _member(
    asyncio, "_get_running_loop", "the loop of this thread, without an exception where none runs"
)
cancel_all_tasks: Callable[[asyncio.AbstractEventLoop], None] = _member(
    runners, "_cancel_all_tasks", "ends what an answer has left, as `asyncio.run` does"
)
_format_callback = _member(
    format_helpers, "_format_callback_source", "what asyncio says of a callback that failed"
)


def described(callback: Callable[..., object], args: tuple[Any, ...], debug: bool) -> str:
    """A callback in asyncio's words; since 3.13 its arguments are shown in debug mode alone."""
    options = {"debug": debug} if sys.version_info >= (3, 13) else {}
    return str(_format_callback(callback, args, **options))


# Up to 3.15 every new loop of asyncio's comes from a policy.
LOOP_POLICY: type | None = _member(
    events, "BaseDefaultEventLoopPolicy", "gives a run its loops", before=(3, 14)
) or _member(events, "_BaseDefaultEventLoopPolicy", "the same", since=(3, 14), before=(3, 16))

_known(events, "_event_loop_policy", "one that an answer sets is put back", before=(3, 16))


@contextlib.contextmanager
def policy_kept() -> Iterator[None]:
    """Inside the block a policy may be set; at its end there is the one from before."""
    module: Any = events
    before = getattr(module, "_event_loop_policy", None)
    try:
        yield
    finally:
        if getattr(module, "_event_loop_policy", before) is not before:
            module._event_loop_policy = before


_known(
    asyncio.SelectorEventLoop,
    "_ready _scheduled _debug _closed _thread_id _clock_resolution _default_executor _asyncgens "
    "_signal_handlers _selector _ssock",
    "`VirtualLoop` reads them on itself",
)
_known(
    asyncio.SelectorEventLoop,
    "_check_closed _check_thread _check_callback _write_to_self _read_from_self",
    "`VirtualLoop` calls them on itself",
)
_OWN = "a virtual loop keeps asyncio's own, also where somebody has replaced it"
run_once: Any = _member(asyncio.BaseEventLoop, "_run_once", _OWN)
check_running: Any = _member(asyncio.BaseEventLoop, "_check_running", _OWN)
_known(
    asyncio.SelectorEventLoop,
    "_accept_connection2 _make_socket_transport _make_ssl_transport "
    "_make_datagram_transport _make_read_pipe_transport _make_write_pipe_transport",
    "`VirtualLoop` overrides them",
)
_known(
    asyncio.Handle,
    "_context _loop _callback _args _cancelled _repr _source_traceback",
    "`Step` sets them itself, in half the time",
)
_known(asyncio.Handle, "_run", "the handles of a virtual loop override it")
_known(asyncio.TimerHandle, "_scheduled", "`Timer` sets it itself")
if ThreadSafeHandle is not asyncio.Handle:
    _known(ThreadSafeHandle, "_lock", "`ThreadsafeStep` takes it", since=(3, 14))

# ------------------------------------------------------------------ tasks and futures

# Asyncio's own, whatever somebody has put in their place: see `patches/originals.py`.
Task: Any = _asyncio.Task
Future: Any = _asyncio.Future
get_event_loop: Callable[[], asyncio.AbstractEventLoop] = _asyncio.get_event_loop

awaited_by: Callable[[asyncio.Task[Any]], asyncio.Future[Any] | None] = _attribute(
    asyncio.Task, "_fut_waiter", "the future that a suspended task waits for"
)
exception_of: Callable[[asyncio.Task[Any]], BaseException | None] = _attribute(
    asyncio.Future, "_exception", "`exception()` would count as retrieving it"
)
is_unretrieved: Callable[[asyncio.Task[Any]], bool] = _attribute(
    asyncio.Future, "_log_traceback", "whether nobody has asked for the exception"
)
tasks_of_group: Callable[[asyncio.TaskGroup], Iterable[asyncio.Task[Any]]] = _attribute(
    asyncio.TaskGroup, "_tasks", "the tasks that leaving a group waits for"
)
_known(asyncio.Future, "_callbacks", "who waits for a future")
_known(getattr(tasks, "_GatheringFuture", None), "_children", "what a `gather` waits for")
_known(asyncio.Timeout, "_task", "the task that a time-out belongs to")


def callbacks_of(future: Any) -> list[tuple[Callable[..., object], Any]]:
    """(callback, context) of those that are called when a future is done."""
    return getattr(future, "_callbacks", None) or []


def gathered_by(future: Any) -> list[asyncio.Future[Any]]:
    """What the future of a `gather` waits for; nothing for any other one."""
    return getattr(future, "_children", None) or []


def task_of_timeout(owner: Any) -> asyncio.Task[Any] | None:
    """The task that a time-out belongs to; None for what is no time-out."""
    return getattr(owner, "_task", None)


# ------------------------------------------------------------------ locks and queues

for _kind in (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore):
    _known(_kind, "_waiters", "who stands in line")
waiters_of: Callable[[Any], Iterable[asyncio.Future[Any]] | None] = operator.attrgetter("_waiters")
value_of: Callable[[asyncio.Semaphore], int] = _attribute(
    asyncio.Semaphore, "_value", "how many may still come in"
)
condition_of: Callable[[asyncio.Barrier], asyncio.Condition] = _attribute(
    asyncio.Barrier, "_cond", "where the parties wait"
)
getters_of: Callable[[asyncio.Queue[Any]], Iterable[asyncio.Future[Any]]] = _attribute(
    asyncio.Queue, "_getters", "who waits for an item"
)
putters_of: Callable[[asyncio.Queue[Any]], Iterable[asyncio.Future[Any]]] = _attribute(
    asyncio.Queue, "_putters", "who waits for room"
)
unfinished_of: Callable[[asyncio.Queue[Any]], int] = _attribute(
    asyncio.Queue, "_unfinished_tasks", "what `join` waits for"
)
_known(asyncio.Queue, "_queue", "the items of a queue")
_known(asyncio.Condition, "_lock", "the lock of a condition")


def items_of(held: asyncio.Queue[Any]) -> Iterable[Any]:
    """The items of a queue, as it keeps them; none where a subclass keeps them elsewhere."""
    return getattr(held, "_queue", ())


def lock_of(primitive: Any) -> Any:
    """The lock of a condition; every other lock or queue itself."""
    return getattr(primitive, "_lock", primitive)


# ------------------------------------------------------------------ streams and child processes

SubprocessPipe: type = _member(
    base_subprocess, "WriteSubprocessPipeProto", "tells a child's pipes from others; not documented"
)
_known(base_subprocess.BaseSubprocessTransport, "_wait", "waits for the end of a child process")


async def wait_for_exit(transport: Any) -> int:
    """Wait for the end of a child process; its exit status."""
    status: int = await transport._wait()
    return status


READ_PIPE = getattr(sys.modules.get("asyncio.unix_events"), "_UnixReadPipeTransport", None)
if READ_PIPE is not None:
    _known(READ_PIPE, "_paused", "up to 3.11 a pipe does not say whether it is read")


def is_paused(pipe: Any) -> bool:
    """Whether nobody reads from the transport of a pipe, because its reader has enough."""
    return getattr(pipe, "_paused", False)


_known(asyncio.StreamWriter, "_loop", "who watches the loop of a stream that is destroyed")
_known(
    asyncio.StreamWriter,
    "__del__",
    "it closes a stream that nobody closed, and is replaced to tell of that",
    since=(3, 11, 5),
)

# ------------------------------------------------------------------ threads and pools

target_of: Callable[[threading.Thread], Callable[..., object] | None] = _attribute(
    threading.Thread, "_target", "whether a thread is one of the standard library's own"
)
size_of_pool: Callable[[Any], int] = _attribute(
    concurrent.futures.ThreadPoolExecutor, "_max_workers", "whether every worker has a call"
)
_known(concurrent.futures.ThreadPoolExecutor, "_threads", "who may carry out a call")
_known(concurrent.futures.ProcessPoolExecutor, "_processes", "to kill them")
_known(
    concurrent.futures.Future,
    "_invoke_callbacks",
    "a call counts as work until everybody has been told of its end",
)
PySimpleQueue: type = _member(
    queue, "_PySimpleQueue", "a queue of which one can see who waits for it"
)


def threads_of(pool: Any) -> Iterable[threading.Thread]:
    """The threads of a pool; none for a pool of processes."""
    return getattr(pool, "_threads", ())


def processes_of(pool: concurrent.futures.ProcessPoolExecutor) -> list[Any]:
    """The processes of a pool, none after it was shut down."""
    return list((pool._processes or {}).values())


def wrap_telling(
    future: concurrent.futures.Future[Any], wrap: Callable[[Callable[[], None]], Callable[[], None]]
) -> None:
    """Have `wrap(tell)` called where the future would call `tell()`, when it is done."""
    held: Any = future  # whose types do not name it
    held._invoke_callbacks = wrap(held._invoke_callbacks)


_known(
    threading.Condition,
    "_waiters _is_owned _release_save _acquire_restore",
    "its `wait` is replaced by one that is on the clock; the last three our locks have, too",
)
THREADING_CLOCK = (threading, "_time")
_known(*THREADING_CLOCK, "it is replaced: waits with a limit read it")
UNAWAITED_WARNING = (warnings, "_warn_unawaited_coroutine")
_known(*UNAWAITED_WARNING, "it is replaced: a run notes who was never awaited")

# ------------------------------------------------------------------ stacks

# Called directly and not through a function, so that `frame_at(1)` is the caller of the caller.
frame_at: Callable[[int], types.FrameType] = _member(sys, "_getframe", "where the answer stands")
frames_of_threads: Callable[[], dict[int, types.FrameType]] = _member(
    sys, "_current_frames", "where a thread stands that never returns"
)
# An exception for a thread that is taken back leaves the interpreter looking for it, and while it
# looks, a function that `sys.settrace` traces never begins.
LOOKS_ON = sys.version_info < (3, 12)
_known(concurrent.futures.thread, "_worker", "tells a pool's thread from another")
_known(multiprocessing.pool.Pool, "_handle_workers", "the same")
_known(tasks, "_wait", "its frame knows the tasks that a `wait` waits for")
_known(tasks, "_release_waiter", "a player says that it ends a `wait`")
_known(futures, "_set_result_unless_cancelled", "a player says that it ends a `sleep`")
_known(timeouts.Timeout, "_on_timeout", "a player says that it is a time-out")
_known(tasks, "_cancel_and_wait", "`wait_for` of 3.11 cancels through it")
