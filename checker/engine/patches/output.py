"""How an answer's prints are captured: `sys.stdout` and `sys.stderr` know of runs.

They are replaced only while a run goes on, and so are the methods of the streams themselves, which
handlers of `logging` keep. What its threads print goes to its record; what everybody else prints
goes to the screen, as ever.
"""

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


@contextlib.contextmanager
def outputs_kept() -> Iterator[None]:
    """Inside the block, what runs print goes to their records and not to the screen."""
    global _listeners, _saved
    with _output_lock:
        _listeners += 1
        if _listeners == 1:
            _saved = _watched()
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
                for watched in _saved:
                    watched.leave()
