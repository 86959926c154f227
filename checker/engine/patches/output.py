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
        self.stream = stream
        self._own = {n: vars(stream)[n] for n in self.METHODS if n in vars(stream)}
        self._kept = _Output(types.SimpleNamespace(), name)
        for method in self.METHODS:
            real = getattr(stream, method)
            setattr(self._kept.stream, method, real)
            setattr(stream, method, getattr(self._kept, method))

    def leave(self):
        """Give the stream its own methods back."""
        for method in self.METHODS:
            delattr(self.stream, method)
        vars(self.stream).update(self._own)


def _watched():
    """The streams of this process, each once; one that takes no attributes is left as it is."""
    names = {}
    for name in ("stdout", "stderr"):
        for stream in (getattr(sys, name), getattr(sys, f"__{name}__")):
            if stream is not None and hasattr(stream, "__dict__"):
                names.setdefault(id(stream), (stream, name))
    return [_Watched(*found) for found in names.values()]


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
