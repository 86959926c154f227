"""What a learner predicts, read off the text of a cell.

It is not computed in the child: a prediction that runs the program first is none, and one that is
made of values has no need to be run.
"""

import ast
import contextlib
import functools
import operator

from checker.judge.source import tree
from checker.lab.magics import without_magics

_ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
MOST_LINES = 1000  # of a prediction
COMPUTED = "something that is computed"


def tree_of(source):
    """The syntax tree of a cell without its magics; one without a statement if it is no Python."""
    return tree(without_magics(source).text)


def predicted(sources, name):
    """question → value, of the last `predict(name, …)` in the first of the cells that has one.

    Values are written down, as literals, in names that the same cell gives to literals, or as sums
    of numbers and lists; anything else is `COMPUTED`. None if no cell predicts it.
    """
    for source in sources:
        calls = _calls(source, name)
        if calls:
            names = _given_names(tree_of(source))
            return {word.arg or "**": _value(word.value, names) for word in calls[-1].keywords}
    return None


def same_program(source, shipped, name):
    """Whether every statement of the shipped cell but the prediction stands in `source`, too."""
    ours, theirs = _statements(shipped, name), _statements(source, name)
    rest = iter(theirs)
    return all(statement in rest for statement in ours)


def is_as_shipped(source, shipped, name):
    """Whether there is nothing else in it either."""
    return _statements(shipped, name) == _statements(source, name)


@functools.lru_cache(maxsize=256)
def _statements(source, name):
    """The statements of a cell but for those that predict, as texts without their places."""
    places = [_begin(call) for call in _calls(source, name)]
    return [
        ast.dump(node)
        for node in tree_of(source).body
        if not any(_begin(node) <= place < _end(node) for place in places)
    ]


def _begin(node):
    return node.lineno, node.col_offset


def _end(node):
    return node.end_lineno, node.end_col_offset


@functools.lru_cache(maxsize=256)
def _calls(source, name):
    """The calls `predict(name, …)` in a cell."""
    return [
        node
        for node in ast.walk(tree_of(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "predict"
        if node.args and getattr(node.args[0], "id", "") == name
    ]


def _given_names(program):
    """name → the node of its value, of the plain assignments of a cell."""
    return {
        node.targets[0].id: node.value
        for node in program.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _value(node, names, depth=3):
    with contextlib.suppress(ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ast.literal_eval(node)
    if isinstance(node, ast.Name) and node.id in names and depth:
        return _value(names[node.id], names, depth - 1)
    if isinstance(node, (ast.Name, ast.Attribute)):  # of an exception
        return node.id if isinstance(node, ast.Name) else node.attr
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        sides = _value(node.left, names, depth), _value(node.right, names, depth)
        if all(type(side) in (int, float) for side in sides) or _is_short(node.op, *sides):
            with contextlib.suppress(ArithmeticError):
                return _ARITHMETIC[type(node.op)](*sides)
    if isinstance(node, (ast.List, ast.Tuple)):
        values = [_value(item, names, depth) for item in node.elts]
        return values if isinstance(node, ast.List) else tuple(values)
    return COMPUTED


def _is_short(operation, left, right):
    """Whether it is a sum of two lists, or a list so many times, of no unreasonable length."""
    if type(operation) is ast.Add:
        return type(left) is type(right) is list and len(left) + len(right) <= MOST_LINES
    if type(operation) is ast.Mult and type(left) is list and type(right) is int:
        return 0 <= right <= MOST_LINES and len(left) * right <= MOST_LINES
    return False
