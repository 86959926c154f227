"""Running the cells of a notebook in a child: top-level `await`, magics, and limits."""

import ast
import asyncio
import builtins
import contextlib
import inspect
import io
import linecache
import signal
import sys
import types

from inside import stubs

from checker.engine import Limits, observe
from checker.engine.error_text import line_in
from checker.lab import magics

CELL_SECONDS = 5  # real seconds that a cell may take
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


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
        sys.modules["__main__"] = self.module  # classes are looked up there

    def run(self, source, file):
        """Run one cell; `file` is what records and tracebacks call its code.

        Returns None, or what went wrong in one line.
        """
        try:
            code, text = self._compiled(source, file)
            linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
            with _time_limited():
                return self._executed(code, text, file)
        except BaseException as error:
            return _words(error, file)

    def _executed(self, code, text, file):
        with contextlib.redirect_stdout(_Sink()), contextlib.redirect_stderr(_Sink()):
            coroutine = types.FunctionType(code, self.names)()
            if not inspect.iscoroutine(coroutine):
                return None
            if _asks_only(ast.parse(text)):  # nothing there waits, so it needs no loop
                with contextlib.suppress(StopIteration):
                    coroutine.send(None)
                return None
            run = observe(coroutine, own={file}, limits=Limits(real_seconds=CELL_SECONDS / 2))
        if run.failure is not None:
            where = f"line {run.failure.line}: " if run.failure.line else ""
            return f"{where}{run.failure}"
        return None if run.stop is None else f"it was stopped ({run.stop.reason})"

    def _compiled(self, source, file):
        """(its code, its text without magics)."""
        cell = magics.without_magics(source)
        self.notices += [f"`{text}` was not run" for text in cell.skipped]
        if cell.writes:
            path, text, appends = cell.writes
            with open(path, "a" if appends else "w", encoding="utf-8") as written:
                written.write(text)
        return _code(cell.text, file), cell.text


def _code(text, file):
    return compile(text, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def _asks_only(tree):
    """Whether all that the cell awaits itself is `check(…)` and the like, which do not wait."""
    todo = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.AsyncFor, ast.AsyncWith)):
            return False
        if isinstance(node, ast.comprehension) and node.is_async:
            return False
        if isinstance(node, ast.Await):
            called = node.value.func if isinstance(node.value, ast.Call) else None
            if not isinstance(called, ast.Name) or called.id not in stubs.VERBS:
                return False
        if not isinstance(node, _NESTED):
            todo.extend(ast.iter_child_nodes(node))
    return True


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
    try:
        text = str(error)
    except BaseException:
        text = "(its text could not be made)"
    name, line = type(error).__name__, line_in(error, file)
    where = f"line {line}: " if line else ""
    if isinstance(error, asyncio.CancelledError):
        text = text or "the cell was cancelled"
    return f"{where}{name}: {text}" if text else f"{where}{name}"
