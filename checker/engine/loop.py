"""An event loop on the virtual clock; in everything else the selector event loop of asyncio.

The loop jumps to its next timer only when nothing outside can act before: no thread or job at
work, no child process alive, no connection to another process, and nothing on its way through a
socket. Otherwise it waits at the real rate, as a stock loop would.
"""

import asyncio
import heapq
import itertools
import selectors
import socket
import weakref

from checker.engine.clock import SECOND, ns

GRACE = 0.002  # real seconds to see what is on its way between two local sockets


class Deadlock(BaseException):
    """Every task waits, and nothing can ever wake any of them."""


class _Step(asyncio.Handle):
    """One turn of a callback. It knows which step scheduled it."""

    __slots__ = ("by",)

    def _run(self):
        self._loop.watch.step(self)
        super()._run()


class _Timer(asyncio.TimerHandle):
    """A timer. Those due at the same nanosecond fire in the order they were set.

    A clock that stands still makes ties all the time, and a heap does not keep their order.
    """

    __slots__ = ("by", "due")

    def __lt__(self, other):
        return self.due < other.due

    def _run(self):
        self._loop.watch.step(self)
        super()._run()


class _Selector(selectors.DefaultSelector):
    """Asks the sockets, and decides whether the time until the next timer may be skipped."""

    loop = None

    def select(self, timeout=None):
        poll, loop, clock = super().select, self.loop, self.loop.clock
        loop.watch.turn()
        with clock.lock:  # before the poll: whoever ends after it is still heard
            joiners = clock.joining and clock.next_sleeper() is None
            outside = bool(clock.outside or joiners or loop.children_alive() or loop.foreign())
        events = poll(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if loop is not clock.driver:
            return self._sleep_in_thread(poll, timeout)
        if len(self.get_map()) > 1:
            events = poll(GRACE)
            if events:
                return events
        timers = [t for t in (clock.next_sleeper(), loop.next_timer()) if t is not None]
        until = min(timers, default=None)
        if outside:
            seconds = None if until is None else max(0, until - clock.now()) / SECOND
            return clock.wait(lambda: poll(seconds))
        loop.watch.idle(until)
        if until is None:
            raise Deadlock
        clock.jump(until)
        return []

    def _sleep_in_thread(self, poll, timeout):
        """A second loop of the run, in a thread of its own, is a sleeper like any other."""
        clock, token = self.loop.clock, self.loop.clock.token()
        when = None if timeout is None else clock.now() + ns(timeout)
        clock.park(when, token, self.loop._write_to_self)
        try:
            return poll(timeout)
        finally:
            clock.unpark(token)


class _NoWatch:
    """What watches a loop that nobody records."""

    def turn(self):
        """A turn of the loop begins."""

    def step(self, handle):
        """A callback is about to run."""

    def idle(self, until):
        """Nothing is left to do before `until` (nanoseconds, None: ever)."""

    cause = None


class VirtualLoop(asyncio.SelectorEventLoop):
    """A selector event loop whose time is that of `clock`.

    Args:
        clock: the `Clock` of the run.
        watch: what is told of turns, steps and idle moments; nobody by default.
    """

    def __init__(self, clock, watch=None):
        self.clock = clock
        self.watch = watch or _NoWatch()
        self._children = []
        self._connections = weakref.WeakSet()
        self._sequence = itertools.count()
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-9  # as on Linux, so that rounding is the same everywhere

    def time(self):
        return self.clock.now() / SECOND

    def run_forever(self):
        clock, drives = self.clock, self.clock.driver is None
        if drives:
            clock.driver = self
            clock.adopt_thread()
        try:
            super().run_forever()
        finally:
            if drives:
                clock.driver = None

    # ------------------------------------------------------------------ handles

    def _call_soon(self, callback, args, context):
        handle = _Step(callback, args, self, context)
        handle.by = self.watch.cause
        if handle._source_traceback:
            del handle._source_traceback[-1]
        self._ready.append(handle)
        return handle

    def call_at(self, when, callback, *args, context=None):
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        timer = _Timer(when, callback, args, self, context)
        timer.by = None
        timer.due = (ns(when), next(self._sequence))
        if timer._source_traceback:
            del timer._source_traceback[-1]
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def next_timer(self):
        """When the first timer is due, in nanoseconds, or None."""
        return self._scheduled[0].due[0] if self._scheduled else None

    # ------------------------------------------------------------------ the outside

    def run_in_executor(self, executor, func, *args):
        work, told = self.clock.as_job(func, args)
        future = super().run_in_executor(executor, work)
        future.add_done_callback(told)
        return future

    async def shutdown_default_executor(self, *args):
        # A thread of asyncio's own joins the workers: it waits for others and does no work itself.
        joins = object()
        self.clock.joining.add(joins)
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self.clock.ended(joins)

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
        return transport, protocol

    def children_alive(self):
        """Whether a child process of this loop still runs."""
        self._children = [c for c in self._children if c.get_returncode() is None]
        return bool(self._children)

    def _make_socket_transport(self, sock, *args, **options):
        transport = super()._make_socket_transport(sock, *args, **options)
        self._connections.add(transport)
        return transport

    def transports(self):
        """The open stream transports of this loop, in no order."""
        return [t for t in self._connections if not t.is_closing()]

    def foreign(self):
        """Whether a TCP connection has its other end in another process."""
        sockets = [t.get_extra_info("socket") for t in self._connections]
        inet = [s for s in sockets if s.fileno() >= 0 and s.family != getattr(socket, "AF_UNIX", 0)]
        here = {s.getsockname() for s in inet}
        try:
            return any(s.getpeername() not in here for s in inet)
        except OSError:
            return False
