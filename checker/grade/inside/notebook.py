"""Running the cells of a notebook in a child: top-level `await`, magics, and limits."""

import ast
import asyncio
import builtins
import contextlib
import inspect
import io
import linecache
import re
import signal
import sys
import types

from inside import stubs

from checker.engine import Limits, observe

CELL_SECONDS = 5  # real seconds that a cell may take
_MAGIC = re.compile(r"\s*[%!?]")
_ASSIGNED = re.compile(r"(\s*)([\w, ]+=)\s*[%!](.*)")
_QUIET = ("load_ext", "autoreload", "matplotlib", "time", "timeit", "precision", "config")
_BODY_RUNS = ("time", "timeit", "capture", "prun")
_TEXT_ALONE = ("html", "HTML", "markdown", "latex", "javascript", "js", "svg", "SVG")
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
        text = "\n".join(source.splitlines()) + "\n"
        if text.lstrip().startswith("%%"):
            text = self._cell_magic(text)
        try:
            return _code(text, file), text
        except SyntaxError:
            text = "\n".join(self._without_magic(line) for line in text.splitlines()) + "\n"
            return _code(text, file), text

    def _cell_magic(self, text):
        blank, head, body = _split(text)
        name, _, rest = head[2:].partition(" ")
        if name in ("writefile", "file"):
            append = rest.startswith("-a ")
            path = rest.removeprefix("-a ").strip().strip("\"'")
            with open(path, "a" if append else "w", encoding="utf-8") as file:
                file.write(body)
            return "\n"
        if name in _BODY_RUNS:
            return "\n" * (blank + 1) + body
        if name not in _TEXT_ALONE:
            self.notices.append(f"`%%{name}` was not run")
        return "\n"

    def _without_magic(self, line):
        if assigned := _ASSIGNED.fullmatch(line):
            self.notices.append(f"`{line.strip()}` was not run")
            return f"{assigned[1]}{assigned[2]} []"
        stripped = line.strip()
        if _MAGIC.match(line) or (stripped.endswith("?") and "#" not in stripped):
            name = stripped.lstrip("%").partition(" ")[0]
            if stripped.startswith("!") or (stripped[0] == "%" and name not in _QUIET):
                self.notices.append(f"`{stripped}` was not run")
            indent = line[: len(line) - len(line.lstrip())]
            return f"{indent}pass"  # it may be all that a block holds
        return line


def _code(text, file):
    return compile(text, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def _split(text):
    blank = len(text) - len(text.lstrip("\n"))
    head, _, body = text.lstrip("\n").partition("\n")
    return blank, head.strip(), body


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
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError):
        line = error.lineno
    try:
        text = str(error)
    except BaseException:
        text = "(its text could not be made)"
    name = type(error).__name__
    where = f"line {line}: " if line else ""
    if isinstance(error, asyncio.CancelledError):
        text = text or "the cell was cancelled"
    return f"{where}{name}: {text}" if text else f"{where}{name}"
