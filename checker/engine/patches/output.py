"""How an answer's prints are captured: `sys.stdout` and `sys.stderr` know of runs.

They are replaced only while a run goes on. What its threads print goes to its record; what
everybody else prints goes to the screen, as ever.
"""

import contextlib
import sys
import threading
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


_output_lock = threading.Lock()
_listeners = 0


@contextlib.contextmanager
def outputs_kept() -> Iterator[None]:
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
