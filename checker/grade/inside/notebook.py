"""Running the cells of a notebook in a child: magics, limits, and what broke, in words."""

import asyncio
import builtins
import contextlib
import io
import signal
import sys
import types

from checker.engine.error_text import line_in
from checker.engine.recording.deadlock import Deadlock
from checker.lab import magics, notebook

CELL_SECONDS = 5  # real seconds that a cell may take


class CellTimeout(BaseException):
    """A cell takes too long."""


class Notebook:
    """The names of one notebook, and what its cells were told.

    Attributes:
        names: what the cells have defined.
        notices: what was not run, "`!pip install x` was not run".
    """

    def __init__(self):
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        self.names["__builtins__"] = builtins
        self.names["display"] = _display
        self.notices = []
        self._cells = notebook.Notebook(self.names)
        sys.modules["__main__"] = self.module  # classes are looked up there

    def run(self, source, file, is_bound=False):
        """Run one cell; `file` is what records and tracebacks call its code.

        Args:
            is_bound: nothing is run, the statements of `source` only bind their names.

        Returns None, or what went wrong in one line.
        """
        do = self._cells.bind if is_bound else self._cells.run
        try:
            text = self._without_magics(source)
            with (
                _time_limited(),
                contextlib.redirect_stdout(_Sink()),
                contextlib.redirect_stderr(_Sink()),
            ):
                do(text, file)
        except BaseException as error:
            return _words(error, file)
        return None

    def _without_magics(self, source):
        cell = magics.without_magics(source)
        self.notices += [f"`{text}` was not run" for text in cell.skipped]
        if cell.writes:
            path, text, appends = cell.writes
            with open(path, "a" if appends else "w", encoding="utf-8") as written:
                written.write(text)
        return cell.text


@contextlib.contextmanager
def _time_limited():
    def over(*_):
        raise CellTimeout

    if not hasattr(signal, "setitimer"):  # Windows; there the whole submission's limit remains
        yield
        return
    signal.signal(signal.SIGALRM, over)
    # Again and again: it may come while something catches everything.
    signal.setitimer(signal.ITIMER_REAL, CELL_SECONDS, 0.01)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class _Sink(io.TextIOBase):
    """Takes what a cell prints; nobody reads it."""

    def write(self, text):
        return len(text)

    def writable(self):
        return True


def _display(*things, **options):
    """A notebook's `display`; there is no screen here."""


def _words(error, file):
    if isinstance(error, CellTimeout):
        return f"it did not end within {CELL_SECONDS} s"
    if isinstance(error, Deadlock):
        return "it waits, and nothing is left that could end the wait"
    try:
        text = str(error)
    except BaseException:
        text = "(its text could not be made)"
    name, line = type(error).__name__, line_in(error, file)
    where = f"line {line}: " if line else ""
    if isinstance(error, asyncio.CancelledError):
        text = text or "the cell was cancelled"
    return f"{where}{name}: {text}" if text else f"{where}{name}"
