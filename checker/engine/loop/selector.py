"""What a loop does when it has nothing to do: ask its sockets, skip the idle time, or wait.

The decision to jump is made here, and a deadlock is found here: nobody outside can act, and no
timer is set.
"""

import selectors
from typing import TYPE_CHECKING

from checker.engine.clock.clock import LOOK, SECOND, real_ns
from checker.engine.clock.waiter import Waiter
from checker.engine.loop import far_ends
from checker.engine.recording.deadlock import Deadlock

if TYPE_CHECKING:
    from checker.engine.loop.loop import VirtualLoop

# Turns after which the loop's own pipe is asked although there is more to do. It wakes a loop that
# sleeps: what other threads schedule is in line without it. It also tells of signals.
ASK_EVERY = 16


class Selector(selectors.DefaultSelector):
    """Asks the sockets, and decides whether the time until the next timer may be skipped."""

    loop: "VirtualLoop | None" = None
    alone = True  # nothing is registered but the loop's own pipe
    _unasked = 0

    def register(self, *args):
        key = super().register(*args)
        self.alone = len(self.get_map()) <= 1
        return key

    def unregister(self, *args):
        key = super().unregister(*args)
        self.alone = len(self.get_map()) <= 1
        return key

    def select(self, timeout=None):
        loop = self.loop
        loop.watch.turn()
        if loop.deaf:
            return ()
        if loop.ready:  # whoever watches has cancelled a task
            timeout = 0
        if timeout is None or timeout > 0:
            loop.asleep = True
            try:
                return self._idle(timeout)
            finally:
                loop.catch_up()
        if timeout:  # not a number; as on a stock loop, that ends the loop
            return super().select(timeout)
        if self.alone and self._unasked < ASK_EVERY and not loop.hears_signals():
            self._unasked += 1
            return ()
        self._unasked = 0
        return super().select(0)

    def _idle(self, timeout):
        """Wait as a stock loop would: to the timer that is the next one now, or until it is woken.

        What other threads schedule meanwhile without waking the loop does not end its wait.
        """
        loop = self.loop
        timer = loop.next_timer()
        while True:
            events = self._look(timeout, timer)
            due = timer is not None and loop.clock.base >= timer
            if due or loop is not loop.clock.driver or loop.is_woken(events):
                return events
            loop.watch.turn()
            if loop.deaf or loop.ready:
                return ()

    def _look(self, timeout, timer):
        """One wait, which may end before there is anything to do: to see who is at work."""
        poll, loop, clock = super().select, self.loop, self.loop.clock
        # Before the poll: whoever ends after it is still heard. Both at once: a thread that sleeps
        # may wake by itself.
        with clock.lock:
            outside, sleeper = loop.acts_outside(), clock.next_sleeper()
        events = poll(0)
        if events:
            return events
        if loop is not clock.driver:
            return self._sleep_in_thread(poll, timeout)
        if not self.alone:
            events = far_ends.on_its_way(poll, clock.sockets)
            if events:
                return events
        timers = [t for t in (sleeper, timer) if t is not None]
        until = min(timers, default=None)
        if outside:
            return clock.wait(poll, until)
        acted = clock.strangers_act(until, self._look_once)
        if acted or loop.ready or clock.next_sleeper() != sleeper:  # it may be over already
            return ()
        loop.watch.idle(until)
        if until is None:
            raise Deadlock
        clock.jump(until)
        return ()

    def _look_once(self):
        """Wait a real millisecond, or until something wakes the loop; whether it has.

        The loop's own pipe is written to for the clock, too: that ends no look, or looking would
        take no time at all.
        """
        began = real_ns()
        while (left := LOOK - (real_ns() - began) / SECOND) > 0:
            events = super().select(left)
            if events and self.loop.is_woken(events):
                return True
        return False

    def _sleep_in_thread(self, poll, timeout):
        """A loop in another thread of the run: it does not move the clock, but it may sleep."""
        clock, loop = self.loop.clock, self.loop
        if clock.over:
            raise SystemExit
        if loop.is_called_from_outside():
            return poll(timeout)
        if loop.next_timer() is None:  # asyncio takes a day where the first timer is never due
            timeout = None
        waiter = Waiter(clock, timeout, loop.wake_up, lambda: bool(poll(0)))
        clock.park(waiter)
        try:
            return poll(timeout)
        finally:
            clock.unpark(waiter)
