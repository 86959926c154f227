"""Running the cells of a notebook outside of a kernel, as a kernel would."""

import ast
import asyncio
import inspect
import linecache
import types
from dataclasses import dataclass

from checker.engine.error_text import message_of
from checker.exercise import find
from checker.files import shipped
from checker.judge import Answer, verdict_on
from checker.learner import check

_MAGIC = ("%", "!", "?")


@dataclass
class Broken:
    """A cell that does not run: the exception, and the line of the cell."""

    error: BaseException
    line: int | None

    def __str__(self):
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{type(self.error).__name__}: {message_of(self.error)}"


def namespace(setup_sources):
    """The names that the `setup` cells make.

    Raises:
        RuntimeError: if one of them does not run.
    """
    names = {"__name__": "__main__", "__builtins__": __builtins__}
    for number, source in enumerate(setup_sources):
        broken, _ = run(source, names, f"<setup {number}>")
        if broken:
            raise RuntimeError(f"a setup cell does not run: {broken}")
    return names


def run(source, names, file):
    """Run one cell. `file` is what its code is called in records and tracebacks.

    Returns:
        (None or what broke, everything that the cell asked the checker for).
    """
    lines = ["" if line.lstrip().startswith(_MAGIC) else line for line in source.splitlines()]
    text = "\n".join(lines) + "\n"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    asked = []
    stop_listening = check.listen(asked.append)
    try:
        code = compile(text, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        coroutine = types.FunctionType(code, names)()
        if inspect.iscoroutine(coroutine):
            asyncio.run(coroutine)
    except BaseException as error:
        return Broken(error, _line(error, file)), asked
    finally:
        stop_listening()
    return None, asked


def _line(error, file):
    if isinstance(error, SyntaxError):
        return error.lineno
    found, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def verdict(asked):
    """The `Verdict` on what a cell asked to be checked.

    Raises:
        LookupError: if it is no exercise.
    """
    exercise = find(asked.argument.__name__)
    answer = Answer.of(asked.argument, exercise.is_async)
    unchanged = shipped.is_unchanged(exercise, answer.source)
    return verdict_on(exercise, answer, asked.said or {}, shipped=unchanged)
