"""Stand-ins that look at `current_run()` first and are the real thing everywhere else.

`install()` puts them in place once for the whole process. A kernel, its front end and everybody's
other threads go on with the real clock, the real output and the real loops.

Out of reach: a name that a third-party module took from `time` before `install()`. Names in the
answer's own globals, defaults and closures are pointed at the stand-ins by `rebound`.
"""

import asyncio
import contextlib
import datetime
import functools
import sys
import threading
import time
import types
import warnings

from checker.engine import holders, outside, thread_locks
from checker.engine.clock import SECOND, real_sleep
from checker.engine.current import current_run
from checker.engine.loop import NoWatch, VirtualLoop

_originals = {}  # stand-in → what it stands in for
# Here every new loop of asyncio's comes from; a policy of somebody's own still has its way.
_POLICY = getattr(asyncio.events, "BaseDefaultEventLoopPolicy", None)
_POLICY = _POLICY or asyncio.events._BaseDefaultEventLoopPolicy  # since 3.14


def _clock_function(real, from_run):
    """A function of the module `time` that reads the run's clock inside a run."""

    @functools.wraps(real)
    def read():
        run = current_run()
        return real() if run is None else from_run(run.clock)

    return read


def _seconds(clock):
    return clock.now() / SECOND


def _nanoseconds(clock):
    return clock.now()


def _wall_ns(clock):
    return clock.epoch + clock.now()


def _wall(clock):
    return _wall_ns(clock) / SECOND


@functools.wraps(real_sleep)
def _sleep(seconds):
    run = current_run()
    if run is None or not isinstance(seconds, (int, float)) or seconds < 0:
        real_sleep(seconds)
    else:
        run.sleep(seconds)


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


def _new_event_loop(policy):
    run = current_run()
    if run is None:
        return _originals[_new_event_loop](policy)
    return VirtualLoop(run.clock, _Aside(run.recorder))


class _Aside(NoWatch):
    """Watches a second loop of a run: its tasks are not recorded, its complaints are."""

    def __init__(self, recorder):
        self._recorder = recorder
        self.noticed = recorder.noticed
        self.complain = recorder.complain

    @property
    def over(self):
        return self._recorder.over


def _warn_unawaited_coroutine(coroutine):
    run = current_run()
    if run is None and coroutine.cr_origin is None:
        # The original would name this function as the place, and warn of it only once.
        text = f"coroutine '{coroutine.__qualname__}' was never awaited"
        warnings.warn(text, RuntimeWarning, stacklevel=2, source=coroutine)
    elif run is None or coroutine.cr_origin is None:  # it is not of this run
        _originals[_warn_unawaited_coroutine](coroutine)
    else:
        run.recorder.never_awaited(coroutine)


class _Output:
    """Standard output or error while runs are going on: theirs is kept, the rest passes."""

    def __init__(self, stream, name):
        self._stream = stream
        self._name = name

    def write(self, text):
        run = current_run()
        if run is None:
            return self._stream.write(text)
        run.wrote(text, self._name)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        if current_run() is None:
            self._stream.flush()

    def __getattr__(self, name):
        return getattr(self._stream, name)


_output_lock = threading.Lock()
_listeners = 0


@contextlib.contextmanager
def outputs_kept():
    """Inside the block, what runs print goes to their records and not to the screen."""
    global _listeners
    with _output_lock:
        _listeners += 1
        if _listeners == 1:
            sys.stdout = _Output(sys.stdout, "stdout")
            sys.stderr = _Output(sys.stderr, "stderr")
    try:
        yield
    finally:
        with _output_lock:
            _listeners -= 1
            if _listeners == 0:
                for name in ("stdout", "stderr"):
                    stream = getattr(sys, name)
                    # Somebody else may have put a stream of theirs on top meanwhile.
                    if isinstance(stream, _Output):
                        setattr(sys, name, stream._stream)


def install():
    """Put the stand-ins in place, once; calling it again changes nothing."""
    if _originals:
        return
    places = [(time, "sleep", _sleep)]
    for name, read in (
        ("monotonic", _seconds),
        ("perf_counter", _seconds),
        ("time", _wall),
        ("monotonic_ns", _nanoseconds),
        ("perf_counter_ns", _nanoseconds),
        ("time_ns", _wall_ns),
    ):
        places.append((time, name, _clock_function(getattr(time, name), read)))
    places += [
        (_POLICY, "new_event_loop", _new_event_loop),
        (warnings, "_warn_unawaited_coroutine", _warn_unawaited_coroutine),
    ]
    for owner, name, stand_in in places:
        _originals[stand_in] = getattr(owner, name)
    for owner, name, stand_in in places:
        setattr(owner, name, stand_in)
    for owner, name, make in (*outside.STAND_INS, *holders.STAND_INS, *thread_locks.STAND_INS):
        setattr(owner, name, make(getattr(owner, name)))


def _stand_ins():
    """id of each original → its stand-in, for names that were bound before the run."""
    found = {id(real): fake for fake, real in _originals.items()}
    found[id(datetime.datetime)] = _Datetime
    found[id(datetime)] = _datetime_module
    return found


@contextlib.contextmanager
def rebound(functions):
    """Inside the block, names that `functions` bound to the originals mean the stand-ins.

    Looks at their globals, defaults and closures; everything is restored at the end.
    """
    stand_ins, undo = _stand_ins(), []
    for function in with_callees(functions):
        for name, value in list(function.__globals__.items()):
            if id(value) in stand_ins:
                undo.append((function.__globals__.__setitem__, name, value))
                function.__globals__[name] = stand_ins[id(value)]
        for attribute in ("__defaults__", "__kwdefaults__"):
            held = getattr(function, attribute)
            if held and any(id(v) in stand_ins for v in _values(held)):
                undo.append((functools.partial(setattr, function), attribute, held))
                setattr(function, attribute, _replaced(held, stand_ins))
        for cell in function.__closure__ or ():
            value = _contents(cell)
            if id(value) in stand_ins:
                undo.append((functools.partial(setattr, cell), "cell_contents", value))
                cell.cell_contents = stand_ins[id(value)]
    try:
        yield
    finally:
        for restore, name, value in reversed(undo):
            restore(name, value)


def _contents(cell):
    try:
        return cell.cell_contents
    except ValueError:  # the variable has no value yet
        return None


def _values(held):
    return held.values() if isinstance(held, dict) else held


def _replaced(held, stand_ins):
    if isinstance(held, dict):
        return {name: stand_ins.get(id(value), value) for name, value in held.items()}
    return tuple(stand_ins.get(id(value), value) for value in held)


def with_callees(functions):
    """The functions, and those that they hold: wrapped ones, methods, helpers in globals."""
    seen, todo = {}, list(functions)
    while todo:
        found = todo.pop()
        if isinstance(found, type):
            todo.extend(vars(found).values())
        found = getattr(found, "__func__", found)
        if not isinstance(found, types.FunctionType) or id(found) in seen:
            continue
        seen[id(found)] = found
        todo.extend(_contents(cell) for cell in found.__closure__ or ())
        todo.extend(
            value
            for name in names_in(found.__code__)
            if _is_neighbour(value := found.__globals__.get(name), found)
        )
    return seen.values()


def names_in(code):
    """The global names and attributes that a code object uses, those of inner functions included.

    Each once, in the order of the code.
    """
    found = dict.fromkeys(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found.update(dict.fromkeys(names_in(inner)))
    return list(found)


def _is_neighbour(value, function):
    """Whether `value` is a function or class of the same author as `function`."""
    if isinstance(value, types.FunctionType):
        return value.__code__.co_filename == function.__code__.co_filename
    return isinstance(value, type) and value.__module__ == function.__module__
