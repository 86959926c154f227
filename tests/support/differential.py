"""Runs a program on the virtual loop and on stock loops, and compares what they log.

Two stock loops are the measure. `scaled` is the selector event loop of asyncio as it is, with the
delays of the program a hundred times shorter: it is the truth, slow, and late at times. `stepped`
is the same loop with a selector that moves a clock by hand instead of sleeping. Its clock runs on a
little with every reading, as a real one does, so the order of setting decides between equal
delays; and it oversleeps to the next whole millisecond, as `epoll` does. It is fast and the same
on every run.
"""

import asyncio
import gc
import math
import selectors
import sys
import time

from hypothesis import strategies as st

from checker.engine import observe
from tests.support.differential_programs import CAUGHT, ERRORS, World

UNIT = 0.1  # seconds; its multiples are not exact as floats, which is what learners write
# Real seconds; one attempt with each, until one fits. Timers of one moment may come in either order
# in real time, so it takes many that differ.
REAL_UNITS = (0.004, 0.008, *[0.016] * 8, *[0.032] * 5)
LATE = 0.3  # of a unit: an attempt in which a step was later, and which differs, does not count
READING = 20  # nanoseconds that the stepped clock runs on with each reading


# ---------------------------------------------------------------------- programs

_few = st.integers(0, 3)
_pair = st.integers(0, 1)
_delays = st.sampled_from([0, 1, 1, 1, 2, 2, 3])
_limits = st.sampled_from([None, 0, 1, 1, 2, 3])
_errors = st.sampled_from(sorted(ERRORS))


def _operation(name, *args):
    return st.tuples(st.just(name), *args)


_plain_actions = st.one_of(
    _operation("cancel", st.integers(0, 9)),
    _operation("cancel", st.integers(0, 9), st.just("please")),
    _operation("raise", _errors),
    _operation("start", st.just([("sleep", 1)])),
    _operation("set", _pair),
    _operation("set", _pair),
    _operation("clear", _pair),
    _operation("release", _pair),
    _operation("put_now", _few, _few),
    _operation("get_now", _few),
    _operation("task_done", _few),
    _operation("resolve", _pair, st.sampled_from(["result", "result", "error", "cancel"])),
    _operation("drop", _few),
    _operation("reschedule", _limits),
    _operation("uncancel"),
)
_meetings = st.one_of(
    _operation("task", _few),
    _operation("wait_for_task", _few, _limits),
    _operation("shield_task", _few),
    _operation("future", _pair),
    _operation("event", _pair),
    _operation("condition", _pair),
    _operation("condition_for", _pair, _pair),
    _operation("notify", _pair, st.integers(1, 2)),
    _operation("put", _few, _few),
    _operation("put", _few, _few),
    _operation("get", _few),
    _operation("get", _few),
    _operation("join", _few),
    _operation("barrier", _pair),
    _operation("barrier_ends", _pair, st.sampled_from(["abort", "reset"])),
)
_sleeps = _operation("sleep", _delays)


def _careful(operations):
    """Without a limit nearly all programs would end in a deadlock or with their first error."""
    return st.builds(
        lambda wait, limit: ("catch", "errors", [("timeout", limit, [wait])], []),
        operations,
        st.integers(1, 3),
    )


def _around(block):
    """Operations with blocks in them."""
    blocks = st.lists(block, min_size=1, max_size=3)
    many = st.builds(lambda block, n: [block] * n, block, st.integers(2, 6))
    several = st.one_of(blocks, many)
    actions = st.one_of(_plain_actions, _operation("start", block))
    return st.one_of(
        _operation("start", block),
        _operation("start", block),
        _operation("gather", several, st.booleans()),
        _operation("group", several, block),
        _operation("wait", several, st.integers(0, 2), _limits),
        _operation("as_completed", several, _limits),
        _operation("wait_for", block, _limits),
        _operation("timeout", _limits, block),
        _operation("timeout", _limits, block),
        _operation("shield", block),
        _operation("catch", st.sampled_from(sorted(CAUGHT)), block, block),
        _operation("finally", block, block),
        _operation("repeat", st.integers(2, 3), block),
        _operation("lock", _pair, block),
        _operation("semaphore", _pair, block),
        _operation("generator", block, st.integers(0, 4), st.booleans()),
        _operation("later", st.sampled_from([-1, 0, 1, 1, 2]), actions),
        _operation("at", st.sampled_from([-1, 0, 1, 1, 2]), actions),
        _operation("soon", actions),
        _operation("when_done", _few, actions),
    )


# What ends a wait, and the wait: left to chance, the two seldom meet.
PAIRS = [
    (("set", 0), ("event", 0)),
    (("notify", 0, 3), ("condition_for", 0, 1)),
    (("notify", 0, 1), ("condition", 0)),
    (("notify", 1, 2), ("condition", 1)),
    (("resolve", 0, "result"), ("future", 0)),
    (("resolve", 1, "error"), ("future", 1)),
    (("put", 1, 3), ("get", 1)),
    (("get", 2), ("put", 2, 3)),
    (("task_done", 0), ("join", 0)),
    (("barrier", 0), ("barrier", 0)),
]


def rendezvous(pair, waiters, delay):
    """One operation: some wait for what another does after a delay."""
    ends, wait = pair
    waiting = [[("timeout", 2, [wait])]] * waiters
    return ("gather", [*waiting, [("sleep", delay), ends]], True)


_rendezvous = st.builds(rendezvous, st.sampled_from(PAIRS), st.integers(1, 3), _delays)
_safe = st.one_of(_sleeps, _sleeps, _sleeps, _careful(_meetings), _careful(_meetings), _rendezvous)
_simple = st.one_of(_safe, _safe, _safe, _meetings, _plain_actions)
_inner = st.lists(_simple, min_size=1, max_size=5)
_compound = _around(_inner)
_middle = st.lists(
    st.one_of(_safe, _simple, _careful(_compound), _compound), min_size=1, max_size=4
)
_deep = _around(_middle)
_outer = st.lists(
    st.one_of(_safe, _careful(_compound), _careful(_deep), _careful(_deep), _deep),
    min_size=3,
    max_size=8,
)

# (operations, whether tasks begin at once)
programs = st.tuples(
    _outer, st.sampled_from([False, False, True]) if sys.version_info >= (3, 12) else st.just(False)
)


# ---------------------------------------------------------------------- loops


class NoEnd(BaseException):
    """A stock loop has nothing to do and no timer left."""


class _MovesTheClock(selectors.DefaultSelector):
    """Instead of sleeping, moves the clock of its loop to where `epoll` would have woken up."""

    def select(self, timeout=None):
        events = super().select(0)
        if not events and timeout is None:
            raise NoEnd
        if not events and timeout > 0:
            self.loop.moment += math.ceil(timeout * 1000) * 1_000_000
        return events


class SteppedLoop(asyncio.SelectorEventLoop):
    """The stock loop on a clock that is moved by hand and never stands quite still."""

    def __init__(self):
        self.moment = 0
        selector = _MovesTheClock()
        selector.loop = self
        super().__init__(selector)

    def time(self):
        self.moment += READING
        return self.moment / 1e9


def _run_stock(loop, world, program):
    """Run on a stock loop; returns how it ended, as `virtual` does."""
    gc.disable()  # as in a run of the engine
    try:
        main = loop.create_task(world.main(*program), name="main")
        try:
            return ["returned", loop.run_until_complete(main)]
        except NoEnd:
            return ["deadlock", None]
        except (Exception, asyncio.CancelledError) as error:
            return ["raised", type(error).__name__]
    finally:
        world.over = True
        _end(loop)
        gc.enable()


def _end(loop):
    loop.set_exception_handler(lambda *_: None)
    for _ in range(300):
        left = asyncio.all_tasks(loop)
        if not left:
            break
        for task in left:
            task.cancel()
        loop.call_soon(loop.stop)
        loop.run_forever()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def stepped(program):
    """How a program ends on the stepped loop, and its log."""
    world = World(UNIT)
    return [_run_stock(SteppedLoop(), world, program), world.log]


class _SeesLateness(selectors.DefaultSelector):
    """Notes the longest turn of its loop, or time overslept, in seconds."""

    late = 0.0
    returned = None

    def select(self, timeout=None):
        asked = time.monotonic()
        if self.returned is not None:
            self.late = max(self.late, asked - self.returned)
        events = super().select(timeout)
        self.returned = time.monotonic()
        if not events and timeout is not None:
            self.late = max(self.late, self.returned - asked - timeout)
        return events


def scaled(program, unit, guard):
    """How it ends on the stock loop in real time, its log, and its greatest lateness in units.

    Args:
        unit: real seconds.
        guard: units after which it is looked at; by then the program should have ended.
    """
    selector, endings = _SeesLateness(), []
    world, loop = World(unit), asyncio.SelectorEventLoop(selector)

    def look():
        live = [timer for timer in loop._scheduled if not timer.cancelled()]
        endings.append(["it still runs" if live or loop._ready else "deadlock", None])
        loop.stop()

    loop.call_later(guard * unit, look)
    ending = _run_stock(loop, world, program)
    late = max(world.lag, selector.late / unit)
    return [endings[0] if endings else ending, world.log], late


def virtual(program, snapshots=False):
    """How a program ends on the virtual loop, and its log."""
    while True:
        world = World(UNIT)
        run = observe(world.main, *program, snapshots=snapshots)
        if not run.charged:  # a machine that stood still for 50 ms of CPU time
            break
    if run.stop is not None:
        assert run.stop.reason == "deadlock", run.stop
        ending = ["deadlock", None]
    elif run.failure is not None:
        ending = ["raised", run.failure.type]
    else:
        ending = ["returned", run.result]
    return [ending, world.log]


# ---------------------------------------------------------------------- comparing


def assert_equal(found, expected, program):
    """Fail with the first step that differs."""
    if found == expected:
        return
    pairs = list(zip(found[1], expected[1], strict=False))
    number = next((n for n, (ours, theirs) in enumerate(pairs) if ours != theirs), len(pairs))
    raise AssertionError(
        f"step {number}: {found[1][number : number + 1]}, stock {expected[1][number : number + 1]}"
        f"\nended {found[0]}, stock {expected[0]}\nprogram {program!r}"
    )


def against_stepped(program):
    """The virtual loop and the stepped one do the same; returns the log."""
    found = virtual(program)
    assert_equal(found, stepped(program), program)
    return found[1]


def against_scaled(program):
    """The virtual loop and the stock loop in real time do the same.

    Returns whether that could be told: a machine that is busy makes every attempt late.
    """
    found, differed = virtual(program), []
    guard = 4 + max((step[3] for step in found[1]), default=0)
    for unit in REAL_UNITS:
        expected, late = scaled(program, unit, guard)
        if expected == found:
            return True
        if late <= LATE:
            differed.append(expected)
    if len(differed) > len(REAL_UNITS) // 2:
        assert_equal(found, differed[-1], program)
    return False


def against_player(program):
    """What the player needs is written down at each step, and changes nothing."""
    assert_equal(virtual(program, snapshots=True), virtual(program), program)
