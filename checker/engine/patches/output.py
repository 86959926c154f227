"""How an answer's prints are captured: `sys.stdout` and `sys.stderr` know of runs.

They are replaced only while a run goes on, and so are the methods of the streams themselves, which
handlers of `logging` keep. What its threads print goes to its record; what everybody else prints
goes to the screen, as ever.
"""

import collections
import contextlib
import sys
import threading
import types
from collections.abc import Iterator

from checker.engine.current import current_run


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


class _Watched:
    """The methods of a stream itself: what a run prints through it is the run's, too.

    A handler of `logging` and `print(file=saved)` have the stream from before the run. In a kernel
    its `flush` waits for a thread that the run knows nothing of.
    """

    METHODS = ("write", "writelines", "flush")

    def __init__(self, stream, name):
        self._attributes = vars(stream)
        self._own = self._there()
        kept = _Output(types.SimpleNamespace(), name)
        for method in self.METHODS:
            setattr(kept.stream, method, getattr(stream, method))
        self._ours = {method: getattr(kept, method) for method in self.METHODS}

    def _there(self):
        """Those of the methods that somebody has set in the stream itself."""
        return {name: self._attributes[name] for name in self.METHODS if name in self._attributes}

    def is_as_it_was(self):
        return self._there() == self._own

    def enter(self):
        self._attributes.update(self._ours)

    def leave(self):
        """Give the stream its own methods back."""
        for method in self.METHODS:
            del self._attributes[method]
        self._attributes.update(self._own)


def _watched():
    """A `_Watched` for each stream of this process; one that takes no attributes has none.

    They are made once as long as nobody changes anything: each run asks for them.
    """
    global _streams, _watched_streams
    streams = [sys.stdout, sys.__stdout__, sys.stderr, sys.__stderr__]
    if streams != _streams or not all(each.is_as_it_was() for each in _watched_streams):
        _streams = streams
        names = {}
        for stream, name in zip(streams, ("stdout", "stdout", "stderr", "stderr"), strict=True):
            if stream is not None and hasattr(stream, "__dict__"):
                names.setdefault(id(stream), (stream, name))
        _watched_streams = [_Watched(*found) for found in names.values()]
    return _watched_streams


_streams: list[object] = []
_watched_streams: list[_Watched] = []
_output_lock = threading.Lock()
_listeners = 0
_saved: list[_Watched] = []
# `print` does not count its reference to the stream. While it writes, its thread may be interrupted
# by the end of the last run; so the stand-ins are kept when they are out of use.
_stand_ins: collections.deque[tuple[str, _Output]] = collections.deque(maxlen=100)


def _stand_in(name):
    """The `_Output` for a standard stream as it is now: the one that it had before, if any."""
    stream = getattr(sys, name)
    for its_name, found in _stand_ins:
        if its_name == name and found.stream is stream:
            return found
    made = _Output(stream, name)
    _stand_ins.append((name, made))
    return made


@contextlib.contextmanager
def outputs_kept() -> Iterator[None]:
    """Inside the block, what runs print goes to their records and not to the screen."""
    global _listeners, _saved
    with _output_lock:
        _listeners += 1
        if _listeners == 1:
            _saved = _watched()
            for watched in _saved:
                watched.enter()
            sys.stdout = _stand_in("stdout")
            sys.stderr = _stand_in("stderr")
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
                for watched in _saved:
                    watched.leave()
