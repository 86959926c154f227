"""Running the cells of a notebook outside of a kernel, as a kernel would."""

import ast
import asyncio
import inspect
import linecache
import types
from dataclasses import dataclass

from checker.engine.error_text import line_in, message_of
from checker.exercise import find
from checker.files import shipped
from checker.judge import Answer, verdict_on
from checker.lab.magics import without_magics
from checker.learner import check


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
    text = without_magics(source).text
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    asked = []
    stop_listening = check.listen(asked.append)
    try:
        code = compile(text, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        coroutine = types.FunctionType(code, names)()
        if inspect.iscoroutine(coroutine):
            asyncio.run(coroutine)
    except BaseException as error:
        return Broken(error, line_in(error, file)), asked
    finally:
        stop_listening()
    return None, asked


def verdict(asked):
    """The `Verdict` on what a cell asked to be checked.

    Raises:
        LookupError: if it is no exercise.
    """
    exercise = find(asked.argument.__name__)
    answer = Answer.of(asked.argument, exercise.is_async)
    unchanged = shipped.is_unchanged(exercise, answer.source)
    return verdict_on(exercise, answer, asked.said or {}, shipped=unchanged)
