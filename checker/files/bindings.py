"""The names that the course's own cells make, read off their text: nothing of it is run here.

An answer may use what stands above it in its chapter. Where such cells are not run, as in grading,
their imports, functions, classes and plain constants are bound all the same. A constant is plain if
it is written down: a number, a text, a list of such. What a cell gets by a call is no such name.
"""

import ast
import functools
import itertools
import re
from typing import NamedTuple

from checker.judge.source import tree
from checker.lab.magics import without_magics

_WORD = re.compile(r"[^\W\d]\w*")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_WRITTEN_DOWN = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict),
    *(ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context),
)


class Binding(NamedTuple):
    """A statement that binds names.

    Attributes:
        names: the names.
        words: all words in it: what it may need is among them.
        first, last: its lines, counted from 1.
    """

    names: frozenset
    words: frozenset
    first: int
    last: int


@functools.lru_cache(maxsize=512)
def words(source):
    """All words of a text, names among them, as a frozenset.

    To look for names in comments and texts, too, costs little; a name that is bound for nothing
    does no harm.
    """
    return frozenset(_WORD.findall(source))


@functools.cache
def bindings(source):
    """The `Binding`s at the top of a cell of the course's, in order."""
    cell = without_magics(source).text
    lines = cell.split("\n")
    found = []
    for statement in tree(cell).body:
        names = _bound(statement)
        decorators = getattr(statement, "decorator_list", ())
        first = min(node.lineno for node in (*decorators, statement))
        text = "\n".join(lines[first - 1 : statement.end_lineno])
        found.append(Binding(names, words(text), first, statement.end_lineno))
    shared = {b.first for a, b in itertools.pairwise(found) if a.last == b.first}  # `a = 1; run()`
    return tuple(b for b in found if b.names and shared.isdisjoint((b.first, b.last)))


@functools.lru_cache(maxsize=512)
def made(source):
    """Every name that a cell gives a value at its top, in whatever way, as a frozenset."""
    names, todo = set(), list(tree(without_magics(source).text).body)
    while todo:
        node = todo.pop()
        if isinstance(node, _DEFINITIONS):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= _imported(node)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif not isinstance(node, ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return frozenset(names)


def needed(sources, wanted):
    """For each source the text of those of its bindings that are needed, "" if none is.

    Args:
        sources: a tuple of the texts of cells, in their order.
        wanted: a frozenset of words: the names that are looked for are among them.

    In such a text each line has the number that it has in its cell.
    """
    return _texts(sources, frozenset(wanted & _by_name(sources).keys()))


@functools.lru_cache(maxsize=512)
def _texts(sources, wanted):
    by_name = _by_name(sources)
    todo, reached = list(wanted), set()
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [w for binding in by_name[name] for w in binding.words if w in by_name]
    return [_only(source, reached) if reached else "" for source in sources]


@functools.lru_cache(maxsize=64)
def _by_name(sources):
    """name → the bindings of all cells that bind it."""
    found = {}
    for source in sources:
        for binding in bindings(source):
            for name in binding.names:
                found.setdefault(name, []).append(binding)
    return found


def _only(source, names):
    wanted = [one for one in bindings(source) if not names.isdisjoint(one.names)]
    if not wanted:
        return ""
    lines = without_magics(source).text.split("\n")
    text = [""] * wanted[-1].last
    for one in wanted:
        text[one.first - 1 : one.last] = lines[one.first - 1 : one.last]
    return "\n".join(text) + "\n"


def _bound(statement):
    """The names that a statement binds without running anything to speak of; or none."""
    if isinstance(statement, _DEFINITIONS):
        return frozenset([statement.name])
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return frozenset(_imported(statement))
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and _is_written_down(statement.value):
        targets = getattr(statement, "targets", None) or [statement.target]
        nodes = [node for target in targets for node in ast.walk(target)]
        if all(isinstance(n, (ast.Name, ast.Tuple, ast.List, ast.expr_context)) for n in nodes):
            return frozenset(node.id for node in nodes if isinstance(node, ast.Name))
    return frozenset()


def _is_written_down(value):
    return value is not None and all(isinstance(n, _WRITTEN_DOWN) for n in ast.walk(value))


def _imported(statement):
    names = (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    return {name for name in names if name != "*"}
