"""What a learner predicts, read off the text of a cell.

It is not computed in the child: a prediction that runs the program first is none, and one that is
made of values has no need to be run.
"""

import ast
import builtins
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
_TEXT_METHODS = ("split", "splitlines", "strip", "lstrip", "rstrip", "upper", "lower")
MOST_LINES = 1000  # of a prediction
COMPUTED = "something that is computed"


def tree_of(source):
    """The syntax tree of a cell without its magics; one without a statement if it is no Python."""
    return tree(without_magics(source).text)


def predicted(sources, name, above=()):
    """question → value, of the last `predict(name, …)` in the first of the cells that has one.

    Values are written down: as literals, in names that are given such values, as sums of numbers,
    texts and lists, or as a text that is split. Anything else is `COMPUTED`. None if no cell
    predicts it.

    Args:
        above: the texts of the cells above, in their order; names may come from there.
    """
    for source in sources:
        program = tree_of(source)
        calls = _calls(source, name)
        if calls:
            names = {}
            if _unknown(calls[-1], program):
                for text in above:
                    _read(tree_of(text).body, names)
            _read(program.body, names, until=calls[-1])
            return {word.arg or "**": _value(word.value, names) for word in calls[-1].keywords}
    return None


def is_computed(prediction):
    """Whether a part of a prediction is not written down."""
    if isinstance(prediction, dict):
        return any(map(is_computed, (*prediction, *prediction.values())))
    if isinstance(prediction, (list, tuple)):
        return any(map(is_computed, prediction))
    return isinstance(prediction, str) and prediction == COMPUTED


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


def _unknown(call, program):
    """Whether a prediction uses names that neither its cell nor Python gives."""
    used = {n.id for w in call.keywords for n in ast.walk(w.value) if isinstance(n, ast.Name)}
    return any(not hasattr(builtins, name) and name not in _stored(program) for name in used)


def _stored(node):
    """The names that are given a value anywhere in it."""
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in names if not isinstance(name.ctx, ast.Load)}


def _read(statements, names, until=None):
    """Put into `names` what these statements give to them, up to the one that holds `until`."""
    for statement in statements:
        if until is not None and until.end_lineno <= statement.end_lineno:
            return
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names[name] = _value(value, names)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names[name] = _value(value, names)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                names[name] = _sum(names.get(name), _value(value, names))
            case ast.Expr(
                ast.Call(ast.Attribute(ast.Name(id=name), "append" | "extend" as how), [value])
            ):
                more = _value(value, names)
                names[name] = _sum(names.get(name), [more] if how == "append" else more)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.pop(statement.name, None)
            case _:
                names.update(dict.fromkeys(_touched(statement), COMPUTED))


def _touched(statement):
    """The names that a statement gives a value, or may change by a method or an item."""
    inner = (n.value for n in ast.walk(statement) if isinstance(n, (ast.Attribute, ast.Subscript)))
    return _stored(statement) | {node.id for node in inner if isinstance(node, ast.Name)}


def _sum(left, right):
    short = type(left) is type(right) and type(left) in (list, str, int, float)
    if not short or (type(left) is list and len(left) + len(right) > MOST_LINES):
        return COMPUTED
    return COMPUTED if COMPUTED in (left, right) else left + right


def _value(node, names):
    with contextlib.suppress(ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ast.literal_eval(node)
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, (ast.Name, ast.Attribute)):  # of an exception
        return node.id if isinstance(node, ast.Name) else node.attr
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        sides = _value(node.left, names), _value(node.right, names)
        if isinstance(node.op, ast.Add) and type(sides[0]) is str:
            return _sum(*sides)
        if all(type(side) in (int, float) for side in sides) or _is_short(node.op, *sides):
            with contextlib.suppress(ArithmeticError):
                return _ARITHMETIC[type(node.op)](*sides)
    if isinstance(node, (ast.List, ast.Tuple)):
        values = [_value(item, names) for item in node.elts]
        return values if isinstance(node, ast.List) else tuple(values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        text = _value(node.func.value, names)
        given = [_value(argument, names) for argument in node.args]
        known = type(text) is str and not is_computed([text, *given])
        if known and node.func.attr in _TEXT_METHODS:
            with contextlib.suppress(ValueError, TypeError):
                return getattr(text, node.func.attr)(*given)
    return COMPUTED


def _is_short(operation, left, right):
    """Whether it is a sum of two lists, or a list so many times, of no unreasonable length."""
    if type(operation) is ast.Add:
        return type(left) is type(right) is list and len(left) + len(right) <= MOST_LINES
    if type(operation) is ast.Mult and type(left) is list and type(right) is int:
        return 0 <= right <= MOST_LINES and len(left) * right <= MOST_LINES
    return False
