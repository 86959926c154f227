"""What came out of an `async with` block that should not, or did not come out though it should.

As in `ending`, a function returns None, or what it saw.
"""

import ast
import re

from checker.judge import source
from checker.judge.unmet import CameOut, Unopened


def error_suppressed(case):
    """An error was to come out of a block, and none did."""
    unmet = case.unmet
    if not isinstance(unmet, CameOut) or unmet.came or case.ran is None:
        return None
    line = _return_in_finally(case)
    if line:
        return f"A `return` in a `finally` drops the error: {case.at(line)}.", line
    caught = case.ran.caught(unmet.wanted)
    if caught:
        line = caught[1].lineno
        return f"{unmet.wanted} is caught, and not raised again: {case.at(line)}.", line
    line = _value_of_exit(case)
    if line:
        text = "A true value that `__aexit__` returns suppresses the error"
        return f"{text}: {case.at(line)}.", line
    line = case.line()
    return f"{unmet.wanted} does not come out: {case.at(line)}.", line


def error_let_out(case):
    """Another error came out of a block than was to, or any at all."""
    unmet = case.unmet
    if not isinstance(unmet, CameOut) or not unmet.came:
        return None
    line = exit_end(case) or case.line()
    text = unmet.why or f"{unmet.came} comes out of the block"
    return f"{text}: {case.at(line)}.", line


def closed_unopened(case):
    """Something was closed that had not been opened."""
    if not isinstance(case.unmet, Unopened):
        return None
    line = case.line()
    return f"{case.unmet.why or 'It was never opened'}: {case.at(line)}.", line


def no_manager(case, failure):
    """What a manager of the answer's lacks for `async with`, or None if it was not that."""
    text, name = case.answer.source, case.answer.name
    method = re.search(r"object from (__a(?:enter|exit)__) that does not", failure.text)
    line = case.answer.method_line(method.group(1)) if method else None
    if line:
        return f"Write `async def` in {case.at(line)}.", line
    if "not an async iterator" in failure.text and case.answer.definition_line():
        line = case.answer.definition_line()
        return f"`{name}` has no `yield`, so it is no generator: {case.at(line)}.", line
    if "asynchronous context manager protocol" not in failure.text:
        return None
    line = case.answer.method_line("__enter__")
    if line:
        missing = "`async with` calls `__aenter__` and `__aexit__`"
        return f"{missing}: {case.at(line)}, is for a plain `with`.", line
    line = case.answer.definition_line()
    function = source.function_around(text, line) if line else None
    if (
        function
        and function.name == name
        and any(isinstance(node, ast.Yield) for node in ast.walk(function))
    ):
        return f"Write `@asynccontextmanager` above {case.at(line)}.", line
    return None


def exit_end(case):
    """The last line that ran of `__aexit__`, else of the generator that is a manager; or None."""
    if case.ran is None:
        return None
    exits = source.definitions(case.answer.source, "__aexit__")
    for function in [*exits[-1:], *source.managing_generators(case.answer.source)[-1:]]:
        ran = [n for n in case.ran.trace.lines if function.lineno < n <= function.end_lineno]
        if ran:
            return ran[-1]
    return None


def stopped_at_yield(case):
    """The line of a `yield` at which an error of the body went through a manager, or None."""
    if case.ran is None:
        return None
    names = [f.name for f in source.managing_generators(case.answer.source)]
    for passed in case.ran.trace.passed:
        if passed.left and passed.function in names and "yield" in case.answer.quote(passed.line):
            return passed.line
    return None


def _return_in_finally(case):
    nodes = list(ast.walk(source.tree(case.answer.source)))
    last = [s for n in nodes if isinstance(n, ast.Try) for s in n.finalbody]
    returns = [n for s in last for n in ast.walk(s) if isinstance(n, ast.Return)]
    return next((n.lineno for n in returns if case.ran.line(n.lineno)), None)


def _value_of_exit(case):
    """The line of the `return` with which `__aexit__` came to its end, or None."""
    ends = [made for made in case.ran.trace.returned if made.function == "__aexit__"]
    statement = source.statement_at(case.answer.source, ends[-1].line) if ends else None
    if isinstance(statement, ast.Return) and statement.value is not None:
        return statement.lineno
    return None
