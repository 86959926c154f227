"""What an answer asks with `input()`: nobody is there, and the run ends at this line.

A kernel puts an `input` of its own in place for each cell, so this one stands there only while a
run goes on; what no run calls asks as ever.
"""

import builtins
import contextlib
import threading
from collections.abc import Callable, Iterator

from checker.engine.current import current_run

INPUT = "input()"  # what a run waits in, as `Stop.text` has it

_lock = threading.Lock()
_runs = 0
_theirs: Callable[..., str] = builtins.input


def _ask(prompt: object = "", /) -> str:
    run = current_run()
    if run is None:
        return _theirs(prompt)
    run.wrote(str(prompt), "stdout")
    in_loop = threading.get_ident() == run.thread
    run.give_up("deadlock", f"{run.recorder.name() if in_loop else 'a thread'}: {INPUT}")


@contextlib.contextmanager
def nobody_is_asked() -> Iterator[None]:
    """Inside the block, `input()` ends the run that calls it."""
    global _runs, _theirs
    with _lock:
        _runs += 1
        if _runs == 1:
            _theirs, builtins.input = builtins.input, _ask
    try:
        yield
    finally:
        with _lock:
            _runs -= 1
            if _runs == 0 and builtins.input is _ask:
                builtins.input = _theirs
