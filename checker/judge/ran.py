"""What of an answer ran in one run: its `Trace` read together with its text."""

import ast
from collections.abc import Iterator

from checker.engine.record import Passed, Returned, Trace
from checker.judge import source as text

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Definition = _Function | ast.ClassDef
# What changes what it is called on: a list gets its items by it.
_CHANGES = ("append", "add", "extend", "insert", "update", "setdefault", "put_nowait", "pop")


class Ran:
    """What of an answer ran.

    Args:
        source: the cell that holds it.
        name: what the answer is called.
        trace: of the run that is shown.
    """

    def __init__(self, source: str, name: str, trace: Trace):
        self._source = source
        self._name = name
        self.trace = trace
        self._lines = frozenset(trace.lines)

    def line(self, line: int | None) -> bool:
        """Whether the statement in this line ran; of what the cell itself defines, it did."""
        if line in self._lines:
            return True
        statement = text.statement_at(self._source, line) if line else None
        if statement is None:
            return False
        if statement in text.outermost(self._source):
            return True
        first, last = text.span(statement)
        return not self._lines.isdisjoint(range(first, last + 1))

    def end_line(self) -> int | None:
        """Where the answer came to its end: its `return` that ran, or the line out of which an
        exception came; of what returns a function of its own, where that one came to its end.
        """
        for definition in reversed(text.definitions(self._source, self._name)):
            line = self._end_of(definition)
            if line is not None:
                return line
        return None

    def _end_of(self, definition: _Definition) -> int | None:
        if isinstance(definition, ast.ClassDef):
            # Which of its methods is wrong, nobody knows; but an iterator's items come from one.
            step = text.step_of(definition)
            return self._last_line(step) if step else None
        line = self._last_line(definition)
        statement = text.statement_at(self._source, line) if line else None
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Name):
            inner = text.definitions(self._source, statement.value.id)
            inside = [made for made in inner if made in set(ast.walk(definition))]
            if inside and isinstance(inside[-1], _Function):
                return self._end_of(inside[-1]) or inside[-1].lineno
        return line

    def last_yield(self) -> int | None:
        """The last line with a `yield` of the answer, an async generator, that ran; None if it is
        none, or gave nothing.
        """
        lines = text.yields_of(self._source, self._name)
        return next((line for line in reversed(lines) if self.line(line)), None)

    def returned_over(self, passed: Passed) -> int | None:
        """The line of a `return` in a `finally` that made an exception disappear, or None."""
        if passed.left:
            return None
        tries = text.tries_around(self._source, passed.line)
        last = [n for statement in tries for s in statement.finalbody for n in ast.walk(s)]
        lines = [n.lineno for n in last if isinstance(n, ast.Return)]
        return next((line for line in lines if line in passed.then), None)

    def _last_line(self, function: _Function) -> int | None:
        first, name = text.first_line(function), function.name
        ends = [r for r in self.trace.returned if (r.function, r.first) == (name, first)]
        if ends:
            return self._return_of(ends[-1])
        last = function.end_lineno or first
        out = [p.line for p in self.trace.passed if p.function == name and first <= p.line <= last]
        return out[-1] if out else None

    def _return_of(self, made: Returned) -> int:
        """The line of its `return`, or of the `break` before its end, also where a `finally` or the
        end of a `with` came after it."""
        if not text.comes_after_a_return(self._source, made.line):
            return made.line
        known = [(line, text.statement_at(self._source, line)) for line in reversed(made.before)]
        for line, statement in known:
            if isinstance(statement, ast.Return):
                return line
        inside = [s for line, s in known if not text.comes_after_a_return(self._source, line)][:2]
        if len(inside) == 2 and text.leaves(inside[0], inside[1]):
            inside.pop(0)  # 3.11 passes the head of the loop once more after its `break`
        return inside[0].lineno if inside and isinstance(inside[0], ast.Break) else made.line

    def made_lines(self, line: int, place: int | None = None) -> list[int]:
        """The lines that ran and gave the names in the `return` of this line their values:
        "results.append(…)", "value = …"; in order. None where the `return` computes: it may be
        wrong itself.

        Args:
            line: that of the `return`.
            place: where several values are returned, the one that counts; None for all of them.
        """
        statement = text.statement_at(self._source, line)
        function = text.function_around(self._source, line)
        if not isinstance(statement, ast.Return) or function is None or statement.value is None:
            return []
        value = statement.value
        if text.takes_as_they_end(value):  # the order comes about here, and nowhere else
            return []
        if isinstance(value, (ast.BinOp, ast.UnaryOp, ast.Compare)):
            return []  # what it reckons here may be as wrong as what it reckons with
        if isinstance(value, ast.Tuple) and place is not None and place < len(value.elts):
            value = value.elts[place]
        inside = list(ast.walk(value))
        if any(isinstance(n, ast.BinOp) for n in inside):
            return []
        names = {n.id for n in inside if isinstance(n, ast.Name)}
        own = names & set(_assigned(function))
        changed = (n for n in ast.walk(function) if own & set(_changed_by(n)))
        lines = {n.lineno for n in changed if isinstance(n, (ast.stmt, ast.expr))}
        return sorted(n for n in lines if n != line and self.line(n))

    def never_filled(self, line: int) -> tuple[int, int] | None:
        """(a line that would have put something into the list that the `return` of this line
        gives, and never ran; the line of the condition around it, which did), or None.
        """
        statement = text.statement_at(self._source, line)
        function = text.function_around(self._source, line)
        if not isinstance(statement, ast.Return) or function is None:
            return None
        if not isinstance(statement.value, ast.Name):
            return None
        for condition in ast.walk(function):
            if not isinstance(condition, ast.If) or not self.line(condition.lineno):
                continue
            for node in ast.walk(condition):
                if not isinstance(node, ast.Call) or self.line(node.lineno):
                    continue
                if statement.value.id in _changed_by(node):
                    return node.lineno, condition.lineno
        return None

    def clause(self, passed: Passed) -> tuple[ast.ExceptHandler, bool] | None:
        """(the `except` clause that an exception came to, whether it caught it), if there is one.

        Where several clauses were tried and none of them took it, it is the last of them.
        """
        tried = None
        for statement in reversed(list(text.tries_around(self._source, passed.line))):
            for handler in statement.handlers:
                if handler.body[0].lineno in passed.then and not passed.left:
                    return handler, True
                if handler.lineno in passed.then:
                    tried = handler
        return None if tried is None else (tried, not passed.left)

    def caught(self, *kinds: str) -> tuple[Passed, ast.ExceptHandler] | None:
        """The last exception of these kinds that a clause has caught, and the clause."""
        for passed in reversed(self.trace.passed):
            if self.returned_over(passed):
                continue
            clause = self.clause(passed)
            if clause and clause[1] and not {passed.type, *passed.bases}.isdisjoint(kinds):
                return passed, clause[0]
        return None


def _assigned(function: _Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _changed_by(node: ast.AST) -> Iterator[str]:
    """The names that a node gives a value, or whose value it changes in place."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        # An empty list, a zero: what it begins with says nothing.
        named = any(isinstance(n, ast.Name) for n in ast.walk(node.value))
        begins = not named and isinstance(node.value, (ast.Constant, ast.List, ast.Dict, ast.Tuple))
        targets = [] if begins else node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        targets = [node.func.value] if node.func.attr in _CHANGES else []
    for target in targets:
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name):
                yield inner.id
