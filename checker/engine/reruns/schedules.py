"""Other orders in which the same program may run: seeded, so that each can be had again.

A program that waits is right only if it is right in every order in which its waits may end. One
run shows one order. So the run is repeated, and in each repetition replies come in other orders.

What is changed, because nothing in a real program fixes it:

- How long a service takes to reply. Of two requests that are on their way, either may be answered
  first, and both may be answered in the same moment. In a schedule each wait inside a service takes
  between a quarter and four times as long as in the usual run; half of them end at the very moment
  at which something else is due, because that is where programs break.
- Which of two timers comes first that were set at different moments and are due at the same one.
  On a real loop that is decided by a few microseconds of delay, on some platforms by rounding.

What is kept, because asyncio or the clock fixes it, and right programs rely on it:

- The answer's own sleeps and limits last exactly as long as they say. `sleep(1)` is over before a
  `sleep(2)` that began with it, and one after the other they add up.
- Timers set at one moment for one moment fire in the order in which they were set. A real clock
  goes on between the two, so that the first is due first: a loop takes timers by their time
  (Python docs, "Event Loop", "Scheduling delayed callbacks").
- Callbacks that are ready run in the order in which they became ready; so locks, queues and other
  waiting lines stay first in, first out.
- Threads and child processes: what they do really happens, and is not in the hand of a seed.

So a rule that has schedules and a time limit leaves a factor of five between the limit and the
service. A service that promises an order, as a connection does for its bytes, keeps it by its own
code and not by the length of two sleeps.

A draw depends on the seed and on what is called, "fetch('a')" for the second time, never on how
many draws came before: an extra task in some Python version changes no other reply.
"""

import math
import random
from collections import Counter
from collections.abc import Collection

from checker.engine import private
from checker.engine.loop.handles import run_step
from checker.engine.service import Service, serving

FACTORS = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4)  # of the time that a service says it takes
MEETS = 0.5  # the share of replies that come just when something else is due
LOOKED_AT = 64  # pending timers among which that is chosen


class Schedule:
    """One order of events: when a timer is really due, and who wins a tie.

    Args:
        seed: a whole number above 0; the same seed is the same order.
        own: the files of the answer's own code, whose sleeps are left alone.
    """

    def __init__(self, seed: int, own: Collection[str]):
        self.seed = seed
        self._own = own
        self._calls: Counter[str] = Counter()
        self._moment = (None, 0.0)  # nanoseconds, and the lot of the timers set then

    def due(self, when, now, pending):
        """When a timer is due, and its lot: of two that are due at once, the smaller goes first.

        Args:
            when: the time that was asked for, nanoseconds.
            now: the clock, nanoseconds.
            pending: the timers that are set.
        """
        call = _service_call(private.frame_at(2), self._own)
        if call is None or not now < when < math.inf:
            return when, self._lot_of(now)
        self._calls[call] += 1
        drawn = random.Random(f"{self.seed}: {call}, {self._calls[call]}")
        return self._reply(drawn, when - now, now, pending), drawn.random()

    def _reply(self, drawn, delay, now, pending):
        meets, place = drawn.random() < MEETS, drawn.random()
        if meets:
            first, last = now + delay * FACTORS[0], now + delay * FACTORS[-1]
            moments = {t.due[0] for t in pending[:LOOKED_AT] if not t.cancelled()}
            moments = sorted(m for m in moments if first <= m <= last)
            if moments:
                return moments[int(place * len(moments))]
        return now + round(delay * FACTORS[int(place * len(FACTORS))])

    def _lot_of(self, now):
        """Timers set at one moment have one lot, so that they keep their order."""
        if self._moment[0] != now:
            self._moment = (now, random.Random(f"{self.seed}: at {now}").random())
        return self._moment[1]


def _service_call(frame, own):
    """The call of a service whose code sets this timer, or None where it is the answer's."""
    while frame is not None and frame.f_code is not run_step.__code__:
        code = frame.f_code
        if code.co_varnames[:1] == ("self",):
            held = frame.f_locals.get("self")
            if isinstance(held, Service):
                return held.now_serving(frame)
        if code.co_filename in own:
            return None
        frame = frame.f_back
    return "a service" if serving.get() else None
