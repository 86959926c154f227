"""Stand-ins that look at `current_run()` first and are the real thing everywhere else.

`install()` puts them in place once for the whole process, all or none. A kernel, its front end and
everybody's other threads go on with the real clock, the real output and the real loops.

Out of reach: a name that a third-party module took from `time` before `install()`. Names in the
answer's own globals, defaults and closures are pointed at the stand-ins by `rebound`.
"""

import asyncio
import contextlib
import datetime
import functools
import platform
import sys
import threading
import time
import types
import warnings

from checker.engine import holders, outside, patching, private, thread_locks
from checker.engine.clock import SECOND
from checker.engine.current import current_run
from checker.engine.loop import NoWatch, VirtualLoop
from checker.engine.patching import Patch


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
        if run is None or not isinstance(seconds, (int, float)) or seconds < 0:
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


def _make_new_event_loop(original):
    @functools.wraps(original)
    def new_event_loop(*policy):
        run = current_run()
        if run is None:
            return original(*policy)
        return VirtualLoop(run.clock, _Aside(run.recorder))

    return new_event_loop


class _Aside(NoWatch):
    """Watches a second loop of a run: its tasks are not recorded, its complaints are."""

    def __init__(self, recorder):
        self._recorder = recorder
        self.noticed = recorder.noticed
        self.complain = recorder.complain

    @property
    def over(self):
        return self._recorder.over


def _make_unawaited_warning(original):
    @functools.wraps(original)
    def warn_unawaited_coroutine(coroutine):
        run = current_run()
        if run is None and coroutine.cr_origin is None:
            # The original would name this function as the place, and warn of it only once.
            text = f"coroutine '{coroutine.__qualname__}' was never awaited"
            warnings.warn(text, RuntimeWarning, stacklevel=2, source=coroutine)
        elif run is None or coroutine.cr_origin is None:  # it is not of this run
            original(coroutine)
        else:
            run.recorder.never_awaited(coroutine)

    return warn_unawaited_coroutine


class _Output:
    """Standard output or error while runs are going on: theirs is kept, the rest passes."""

    def __init__(self, stream, name):
        self.stream = stream
        self._name = name

    def write(self, text):
        run = current_run()
        if run is None:
            return self.stream.write(text)
        run.wrote(text, self._name)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        if current_run() is None:
            self.stream.flush()

    def __getattr__(self, name):
        return getattr(self.stream, name)


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
                        setattr(sys, name, stream.stream)


_STAND_INS = (
    Patch(time, "sleep", _make_sleep),
    Patch(time, "monotonic", _clock_function(_seconds)),
    Patch(time, "perf_counter", _clock_function(_seconds)),
    Patch(time, "time", _clock_function(_wall)),
    Patch(time, "monotonic_ns", _clock_function(_nanoseconds)),
    Patch(time, "perf_counter_ns", _clock_function(_nanoseconds)),
    Patch(time, "time_ns", _clock_function(_wall_ns)),
    # Here every new loop of asyncio's comes from. While there are policies, one of somebody's own
    # still has its way.
    Patch(private.LOOP_POLICY, "new_event_loop", _make_new_event_loop, before=(3, 16)),
    Patch(asyncio.events, "new_event_loop", _make_new_event_loop, since=(3, 16)),
    Patch(asyncio, "new_event_loop", _make_new_event_loop, since=(3, 16)),
    Patch(*private.UNAWAITED_WARNING, _make_unawaited_warning),
)
PATCHES = [*_STAND_INS, *outside.STAND_INS, *holders.STAND_INS, *thread_locks.STAND_INS]
_told = False  # what this Python lacks was said in this process


def install(tell=None):
    """Put the stand-ins in place, once; calling it again changes nothing.

    Where this Python lacks a name that one of them is for, none is put in, and a line says so.

    Args:
        tell: called with that line each time; by default it is a `RuntimeWarning`, once.
    """
    global _told
    if patching.is_installed():
        return
    missing = [patching.dotted(*place) for place in private.missing()]
    missing = missing or patching.install(PATCHES)
    if not missing:
        return
    line = (
        f"Python {platform.python_version()} lacks {', '.join(missing)}. Nothing was replaced in "
        "it: clocks, threads and locks of an answer are the real ones, and verdicts may be wrong."
    )
    if tell is not None:
        tell(line)
    elif not _told:
        warnings.warn(line, RuntimeWarning, stacklevel=2)
    _told = True


def uninstall():
    """Put back everything that `install` has replaced."""
    patching.uninstall()


def _stand_ins():
    """id of each original → its stand-in, for names that were bound before the run."""
    found = patching.replaced(time)
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
