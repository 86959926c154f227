"""What a run leaves in cycles is collected at its end, and nothing is collected within it.

Otherwise the coroutines and tasks of one run would be destroyed in the middle of another, and be
reported there. Only objects made since the run began are looked at, which takes a millisecond.
"""

import contextlib
import gc
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_runs = 0
_was_enabled = False


@contextlib.contextmanager
def kept_to_the_run() -> Iterator[None]:
    """Inside the block the automatic collector rests; at its end, what is new is collected."""
    global _runs, _was_enabled
    with _lock:
        _runs += 1
        if _runs == 1:
            _was_enabled = gc.isenabled()
            gc.collect(0)
            gc.disable()
    try:
        yield
    finally:
        gc.collect(1)  # those too that a first look, within the run, has found alive
        with _lock:
            _runs -= 1
            if _runs == 0 and _was_enabled:
                gc.enable()
