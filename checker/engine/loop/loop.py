"""An event loop on the virtual clock; in everything else the selector event loop of asyncio.

The loop jumps to its next timer only when nothing outside can act before: no thread or job at
work, no child process alive, no connection to another process, and nothing on its way through a
socket. Otherwise it waits at the real rate, as a stock loop would. Its `Selector` decides that by
what the loop knows of the outside.
"""

import asyncio
import heapq
import itertools
import math
import signal
import socket
import threading
import weakref
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from checker.engine import private
from checker.engine.clock.clock import SECOND, Clock, ns
from checker.engine.current import current_run
from checker.engine.limits import gave_up
from checker.engine.loop import far_ends
from checker.engine.loop.handles import Step, ThreadsafeStep, Timer, TracedStep
from checker.engine.loop.instrument import Instrument
from checker.engine.loop.selector import Selector
from checker.engine.patches import children
from checker.engine.service import Service

if TYPE_CHECKING:
    from checker.engine.reruns.schedules import Schedule


_CALL_LATER = asyncio.BaseEventLoop.call_later.__code__


class VirtualLoop(asyncio.SelectorEventLoop):
    """A selector event loop whose time is that of `clock`.

    Args:
        clock: the `Clock` of the run.
        watch: the `Instrument` that is told of turns, steps and idle moments; by default nobody.
    """

    # These are asyncio's, whose types do not name them.
    _selector: Selector
    _ssock: socket.socket
    _scheduled: list[Any]
    _default_executor: ThreadPoolExecutor | None

    # Asyncio's own, where somebody has replaced them in the class between: see `originals`.
    run_until_complete = asyncio.BaseEventLoop.run_until_complete
    _run_once = private.run_once
    _check_running = private.check_running
    _nest_patched = True  # `nest_asyncio` leaves it as it is

    def __init__(self, clock: Clock, watch: Instrument | None = None):
        self.clock = clock
        self.watch = watch or Instrument()
        self._children: list[Any] = []
        self._servers: weakref.WeakSet[Any] = weakref.WeakSet()
        self._connections: weakref.WeakSet[Any] = weakref.WeakSet()
        self._sent: dict[int, set[Any]] = {}  # descriptor → addresses that it has sent to
        self._sequence = itertools.count()
        self.schedule: Schedule | None = None  # of the run, if its order is to be another one
        self.deaf = False  # nothing that comes from outside is heard for now
        self.asleep = False  # it waits for its sockets or its next timer
        self.woken = False  # its own pipe was written to because there is something to do
        self._late: list[asyncio.Handle] = []  # what others scheduled while it was asleep
        selector = Selector()
        selector.loop = self
        super().__init__(selector)
        self.set_task_factory(None)
        self._clock_resolution = 1e-9  # as on Linux, so that rounding is the same everywhere

    def time(self) -> float:
        return self.clock.now() / SECOND

    def run_forever(self) -> None:
        clock, drives = self.clock, self.clock.driver is None
        if drives:
            clock.driver = self
            clock.adopt_thread()
        try:
            asyncio.BaseEventLoop.run_forever(self)
        finally:
            if drives:
                clock.driver = None

    # ------------------------------------------------------------------ tasks

    def set_task_factory(self, factory):
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._asked_factory = factory
        super().set_task_factory(self.watch.use_factory(factory))

    def get_task_factory(self):
        """What was set, and not what the watch has made of it: libraries look at its code."""
        return self._asked_factory

    # ------------------------------------------------------------------ handles

    def call_soon(self, callback, *args, context=None):
        if self._debug or self._closed:
            self._check_closed()
            self._check_thread()
            self._check_callback(callback, "call_soon")
            handle = TracedStep(callback, args, self, context, self._cause())
        else:
            handle = Step(callback, args, self, context)
        if self.asleep and self._is_foreign():
            self._late.append(handle)
        else:
            self._ready.append(handle)
        return handle

    def call_soon_threadsafe(self, callback, *args, context=None):
        # Not `_call_soon`, which asyncio's own method calls no more since 3.14.
        self._check_closed()
        if self._debug:
            self._check_callback(callback, "call_soon_threadsafe")
        handle = ThreadsafeStep(callback, args, self, context, self._cause())
        self._ready.append(handle)
        self._write_to_self()
        return handle

    def stop(self):
        if self.asleep:
            self._is_foreign()  # it stops when something else wakes it, as asyncio's does
        super().stop()

    def _cause(self):
        """Which step schedules something now; None in another thread."""
        return self.watch.cause if threading.get_ident() == self._thread_id else None

    def _is_foreign(self):
        """Whether another thread asks something of the loop now, and does not wake it."""
        foreign = threading.get_ident() != self._thread_id
        if foreign:
            self.watch.unwoken()
        return foreign

    def call_at(self, when, callback, *args, context=None):
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        try:
            due, lot = ns(when), 0.0
        except (OverflowError, ValueError):
            due, lot = when * SECOND, 0.0  # infinite, and never due; or not a number
        if self.schedule is not None:
            due, lot = self.schedule.due(due, self.clock.now(), self._scheduled)
            when = due / SECOND
        frame = private.frame_at(1)
        if frame.f_code is _CALL_LATER:
            frame = frame.f_back
        line = frame.f_lineno if frame.f_code.co_filename in self.watch.own else None
        due = (due, lot, next(self._sequence))
        timer = Timer(when, callback, args, self, context, due, line)
        heapq.heappush(self._scheduled, timer)
        if self.asleep:
            self._is_foreign()
        return timer

    @property
    def ready(self):
        """The handles in line, in their order."""
        return self._ready

    @property
    def timers(self):
        """The heap of the timers that are set; the cancelled ones may be among them."""
        return self._scheduled

    def timers_left(self) -> list[int]:
        """The lines of the answer that have set timers which are still to come."""
        now = self.clock.now()
        left = [t for t in self._scheduled if t.line and not t.cancelled() and t.due[0] > now]
        return [timer.line for timer in sorted(left)]

    def wake_up(self):
        """Make a loop that waits for its sockets look who is at work, in any thread."""
        super()._write_to_self()

    def _write_to_self(self):
        self.woken = True
        super()._write_to_self()

    def _read_from_self(self):
        self.woken = False
        super()._read_from_self()

    def is_woken(self, events):
        """Whether a stock loop's wait would end with these events of the selector.

        The own pipe of this loop is written to for the clock, too.
        """
        if any(key.fd != self._ssock.fileno() for key, _mask in events):
            return True
        if self.woken or (self.hears_signals() and any(self._ssock.recv(4096, socket.MSG_PEEK))):
            return True
        if events:
            self._read_from_self()
        return False

    def catch_up(self):
        """Put in line what was scheduled while the loop was asleep."""
        self.asleep = False
        late, self._late = self._late, []
        self._ready.extend(late)

    @property
    def default_pool(self) -> ThreadPoolExecutor | None:
        """The pool of `run_in_executor(None, …)` and `to_thread`, None as long as there is none."""
        return self._default_executor

    def has_generators(self):
        """Whether asynchronous generators are left for `shutdown_asyncgens`."""
        return bool(self._asyncgens)

    def next_timer(self):
        """When the first timer is due, in nanoseconds, or None."""
        due = self._scheduled[0].due[0] if self._scheduled else math.inf
        return due if due < math.inf else None

    # ------------------------------------------------------------------ the outside

    def acts_outside(self):
        """Whether anybody but this loop can do something now."""
        clock = self.clock
        with clock.lock:
            joined = clock.joining and clock.next_sleeper() is None
            # Workers without a call end by themselves: a timer must not come before that.
            joined = joined or any(not clock.has_job_in(pool) for pool in clock.joining)
        return bool(clock.at_work() or joined or self.is_called_from_outside())

    def is_called_from_outside(self):
        """Whether a child, another process or an alarm may call this loop."""
        if self.hears_signals() and signal.getitimer(signal.ITIMER_REAL)[0]:
            return True
        return self.children_alive() or self.is_external()

    def hears_signals(self):
        """Whether a handler for a signal is set."""
        return bool(getattr(self, "_signal_handlers", None))

    def run_in_executor(self, executor, func, *args):
        if executor is None and self._default_executor is None:
            # As many as asyncio would have at most: fewer cores must not make another verdict.
            self.set_default_executor(ThreadPoolExecutor(32, thread_name_prefix="asyncio"))
        future = super().run_in_executor(executor, func, *args)
        known = isinstance(executor, ThreadPoolExecutor | ProcessPoolExecutor | Service | None)
        if current_run() is None or not known:  # else the call is counted where it is handed over
            call = object()
            self.clock.outside.add(call)
            future.add_done_callback(lambda _: self.clock.ended(call))
        return future

    async def shutdown_default_executor(self, *args):
        # A thread of asyncio's own joins the workers: it waits for others and does no work itself.
        pool = self._default_executor
        if pool is not None:
            self.clock.joining.add(pool)
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self.clock.ended(pool)

    async def subprocess_exec(self, *args, **options):
        return await self._child(super().subprocess_exec(*args, **options))

    async def subprocess_shell(self, *args, **options):
        return await self._child(super().subprocess_shell(*args, **options))

    async def _child(self, starting):
        starts = object()
        self.clock.outside.add(starts)
        try:
            transport, protocol = await starting
        finally:
            self.clock.outside.discard(starts)
        self._children.append(transport)
        self.watch.opened("process", transport)
        return transport, protocol

    def has_full_pipe(self) -> bool:
        """Whether a child of this loop writes to a pipe from which nobody reads any more."""
        pipes = (child.get_pipe_transport(fd) for child in self._children for fd in (1, 2))
        return any(p is not None and not p.is_closing() and private.is_paused(p) for p in pipes)

    def children_alive(self):
        """Whether a child process of this loop, or of the run, still works."""
        if self._children:
            self._children = [c for c in self._children if c.get_returncode() is None]
        if self.clock.children:
            self.clock.children = [c for c in self.clock.children if children.alive(c)]
        return bool(self._children or self.clock.children)

    async def create_server(self, *args, **options):
        return self._server(await super().create_server(*args, **options))

    async def create_unix_server(self, *args, **options):
        return self._server(await super().create_unix_server(*args, **options))

    def _server(self, server):
        self._servers.add(server)
        self.watch.opened("server", server)
        return server

    async def _accept_connection2(self, factory, sock, extra, ssl, server, *limits, **options):
        # A server that was closed meanwhile would refuse it with an error that Python 3.13 prints.
        if server is not None and not server.sockets:
            sock.close()
            return
        await super()._accept_connection2(factory, sock, extra, ssl, server, *limits, **options)

    def _make_socket_transport(self, sock, *args, **options):
        return self._connection(super()._make_socket_transport(sock, *args, **options), sock)

    def _make_ssl_transport(self, sock, *args, **options):
        return self._connection(super()._make_ssl_transport(sock, *args, **options), sock)

    def _make_datagram_transport(self, sock, *args, **options):
        transport = super()._make_datagram_transport(sock, *args, **options)
        send, addresses = transport.sendto, set()
        self._sent[sock.fileno()] = addresses

        def sendto(data, addr=None):
            addresses.add(addr)
            send(data, addr)

        transport.sendto = sendto
        return self._connection(transport, sock)

    async def sock_sendto(self, sock, data, address):
        self._sent.setdefault(sock.fileno(), set()).add(address)
        return await super().sock_sendto(sock, data, address)

    def _make_read_pipe_transport(self, pipe, protocol, *args):
        transport = super()._make_read_pipe_transport(pipe, protocol, *args)
        return self._pipe(transport, protocol)

    def _make_write_pipe_transport(self, pipe, protocol, *args):
        transport = super()._make_write_pipe_transport(pipe, protocol, *args)
        return self._pipe(transport, protocol)

    def _connection(self, transport, sock):
        self.clock.sockets.add(sock)
        self._connections.add(transport)
        self.watch.opened("transport", transport)
        return transport

    def _pipe(self, transport, protocol):
        if not isinstance(protocol, private.SubprocessPipe):  # a child's pipes end with the child
            self._connections.add(transport)
            self.watch.opened("pipe", transport)
        return transport

    def is_external(self) -> bool:
        """Whether it waits for a socket or a pipe whose other end is outside the run."""
        if self._selector.alone:
            return False
        own_pipe = self._ssock.fileno()
        waits_for = [fd for fd in self._selector.get_map() if fd != own_pipe]
        if not far_ends.is_external(waits_for, list(self.clock.sockets), self._sent):
            return False
        # However quick it is, it keeps a time of its own: no figure of this run is exact.
        self.clock.charged = self.clock.charged or 1
        return True

    def has_open(self):
        """Whether there is anything for `close_all` to close."""
        return bool(self._servers or self._connections or self._children or self.clock.children)

    async def close_all(self):
        """Close the servers and connections that are left, and end the child processes."""
        for server in list(self._servers):
            server.close()
        for transport in list(self._connections):
            transport.abort()
        for child in list(self._children):
            child.close()  # kills it
            await private.wait_for_exit(child)
        for child in self.clock.children:
            children.end(child)

    # ------------------------------------------------------------------ complaints

    def call_exception_handler(self, context):
        # A task may be destroyed long after the run, in somebody else's thread and cell.
        if not self.watch.is_over() and not gave_up(context.get("exception")):
            self.watch.noticed(context)
            super().call_exception_handler(context)

    def default_exception_handler(self, context):
        if not self.watch.complain(context):
            super().default_exception_handler(context)
