"""asyncio's log lines are shown below the cell in which they came up.

They would appear nowhere, or below a cell far above. Each is one line on stderr without times,
addresses, paths and made-up task names, so that it reads the same on every run. Lines that come up
between two cells are shown below the second.
"""

import asyncio
import collections
import gc
import logging
import re
import sys

from checker.engine.current import current_run
from checker.engine.values import without_addresses
from checker.kernel.tasks import title

WHAT = "showing asyncio's log lines"

_TASK = re.compile(r"<Task [^>]*?name='(?P<name>[^']*)' coro=<(?P<coroutine>[^ (]*)")
_SLOW = re.compile(r"Executing (?P<what>.*) took [\d.]+ seconds", re.DOTALL)
_HANDLE = re.compile(r"<(?:Timer)?Handle (?:when=\S+ )?(?P<what>[^(]+)")
_UNSTABLE = (
    (re.compile(r"0x[0-9a-fA-F]+"), "0x…"),
    (re.compile(r" at [^\s>]*[/\\<][^\s]*:\d+"), ""),
    (re.compile(r"\bTask-\d+"), "Task"),
    (re.compile(r"\bpid \d+"), "pid"),
)
_LONGEST = 200


def install(ip):
    """Listen to the logger `asyncio`; returns the function that stops it."""
    handler = Handler(logging.WARNING)

    def show(*_):
        # A failed task that is part of a cycle is reported only once it has been collected.
        gc.collect(1)
        for line, times in handler.take().items():
            print(line if times == 1 else f"{line} ({times} times)", file=sys.stderr)

    logger = logging.getLogger("asyncio")
    logger.addHandler(handler)
    ip.events.register("post_run_cell", show)

    def undo():
        logger.removeHandler(handler)
        ip.events.unregister("post_run_cell", show)

    return undo


class Handler(logging.Handler):
    """Keeps a line for each record; those of a run are left to the run, which keeps its own."""

    def __init__(self, level):
        super().__init__(level)
        self.lines = collections.deque(maxlen=10_000)

    def emit(self, record):
        if current_run() is None:
            text = line(record)
            if text:
                self.lines.append(text)

    def take(self):
        """The lines since the last call, in order, with how often each came."""
        taken = collections.Counter()
        while self.lines:
            taken[self.lines.popleft()] += 1
        return taken


def line(record):
    """The one line that a learner sees for a log record of asyncio's, or None for the kernel's."""
    text = record.getMessage()
    slow = _SLOW.match(text)
    if slow:
        who = _who(slow["what"])
        return who and f"asyncio: {who} took longer than {_slow_after():g} seconds without a pause"
    shown = "asyncio: " + _stable(text.partition("\n")[0]).rstrip("!")
    if record.exc_info and record.exc_info[1] is not None:
        shown += f": {_stable(repr(record.exc_info[1]))}"
    task = _TASK.search(text)
    return f"{shown} (task {_title(task)!r})" if task else shown


def _who(what):
    """The task or callback that held the loop, or None if it is the kernel's own."""
    task = _TASK.search(what)
    if task is None:
        handle = _HANDLE.match(what)
        return f"callback {title(None, handle['what'])!r}" if handle else _stable(what)
    if task["coroutine"].endswith(("run_cell_async", "run_cell")):
        return "the cell"
    if re.search(r"[/\\](ipykernel|tornado|zmq)[/\\]", what):
        return None
    return f"task {_title(task)!r}"


def _title(task):
    return title(task["name"], task["coroutine"])


def _slow_after():
    """The limit in seconds of the loop that complains, which does so from its own thread."""
    try:
        return asyncio.get_running_loop().slow_callback_duration
    except RuntimeError:
        return 0.1


def _stable(text):
    text = without_addresses(text)
    for pattern, replacement in _UNSTABLE:
        text = pattern.sub(replacement, text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
