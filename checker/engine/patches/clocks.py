"""The functions of `time`, and `datetime`, on the clock of a run.

Each looks at `current_run()` first and is the real thing everywhere else. The module is not called
`time`, so that nobody takes it for the one that it patches.
"""

import datetime
import functools
import queue
import threading
import time
import types

from checker.engine import private
from checker.engine.clock.clock import SECOND
from checker.engine.current import current_run
from checker.engine.patches import patching
from checker.engine.patches.patching import Patch


def _clock_function(from_run):
    """Makes a function of the module `time` that reads the run's clock inside a run."""

    def make(real):
        @functools.wraps(real)
        def read():
            run = current_run()
            return real() if run is None else from_run(run.clock)

        return read

    return make


def _seconds(clock):
    return clock.now() / SECOND


def _nanoseconds(clock):
    return clock.now()


def _wall_ns(clock):
    return clock.epoch + clock.now()


def _wall(clock):
    return _wall_ns(clock) / SECOND


def _make_sleep(real):
    @functools.wraps(real)
    def sleep(seconds):
        run = current_run()
        known = isinstance(seconds, (int, float)) and 0 <= seconds <= threading.TIMEOUT_MAX
        if run is None or not known:  # it says what is wrong with the number
            real(seconds)
        else:
            run.sleep(seconds)

    return sleep


class _LikeDatetime(type):
    def __instancecheck__(cls, value):
        return isinstance(value, datetime.datetime)


class _Datetime(datetime.datetime, metaclass=_LikeDatetime):
    """`datetime.datetime` on the run's clock. What it makes are plain datetimes."""

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls):
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls):
        return cls.now()

    def __new__(cls, *args, **kwargs):
        return datetime.datetime(*args, **kwargs)


_datetime_module = types.ModuleType("datetime", datetime.__doc__)
_datetime_module.__dict__.update(vars(datetime), datetime=_Datetime)


def stand_ins():
    """id of each original → its stand-in, for names that were bound before the run."""
    known = patching.replaced(time)
    known[id(datetime.datetime)] = _Datetime
    known[id(datetime)] = _datetime_module
    return known


def _now(original):
    """The clock that the standard library's waits with a limit took from `time` by name."""

    @functools.wraps(original)
    def read():
        return time.monotonic()

    return read


PATCHES = (
    Patch(time, "sleep", _make_sleep),
    Patch(time, "monotonic", _clock_function(_seconds)),
    Patch(time, "perf_counter", _clock_function(_seconds)),
    Patch(time, "time", _clock_function(_wall)),
    Patch(time, "monotonic_ns", _clock_function(_nanoseconds)),
    Patch(time, "perf_counter_ns", _clock_function(_nanoseconds)),
    Patch(time, "time_ns", _clock_function(_wall_ns)),
    Patch(*private.THREADING_CLOCK, _now),
    Patch(queue, "time", _now),
)
