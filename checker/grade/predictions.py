"""What a learner predicts, read off the text of a cell.

It is not computed in the child: a prediction that runs the program first is none, and one that is
made of values has no need to be run.
"""

import ast
import builtins
import functools

from checker.grade.written import MOST_ITEMS, Computed, Reader
from checker.judge.source import tree
from checker.lab.magics import without_magics

COMPUTED = "something that is computed"
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def tree_of(source):
    """The syntax tree of a cell without its magics; one without a statement if it is no Python."""
    return tree(without_magics(source).text)


def predicted(sources, name, above=()):
    """question → value, of the last `predict(name, …)` in the first of the cells that has one.

    Values are written down, in one of the forms that `checker.grade.written` knows, or in names
    that are given such values. Anything else is `COMPUTED`. None if no cell predicts it.

    Args:
        above: the texts of the cells above, in their order; names may come from there.
    """
    for source in sources:
        program = tree_of(source)
        calls = _calls(source, name)
        if calls:
            reader = Reader({})
            if _unknown(calls[-1], program):
                for text in above:
                    _read(tree_of(text).body, reader)
            _read(program.body, reader, until=calls[-1])
            return dict(
                pair for word in calls[-1].keywords for pair in _said(word.arg, word.value, reader)
            )
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


def _said(question, value, reader):
    """The pairs (question, value) that a keyword of `predict` gives: several, if it is `**said`."""
    if question is not None:
        yield question, _value(value, reader, of_exception=question == "raises")
        return
    several = _value(value, reader)
    if isinstance(several, dict) and all(isinstance(name, str) for name in several):
        yield from several.items()
    else:
        yield "**", COMPUTED


def _read(statements, reader, until=None):
    """Put into the reader's names what these statements give them, up to that with `until`."""
    names = reader.names
    for statement in statements:
        if until is not None and until.end_lineno <= statement.end_lineno:
            return
        known = False
        match statement:
            case ast.Assign(targets=targets, value=value):
                known = _give(names, targets, _value(value, reader))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                known = _give(names, [target], _value(value, reader))
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                known = _add(names, name, _value(value, reader))
            case ast.Expr(
                ast.Call(ast.Attribute(ast.Name(id=name), "append" | "extend" as how), [value])
            ):
                more = _value(value, reader)
                known = _add(names, name, more if how == "extend" or more == COMPUTED else [more])
        if not known:
            for name in _touched(statement):
                _forget(names, name)


def _give(names, targets, value):
    """`one = other = value`, where a target may be several names; whether all is known then."""
    if is_computed(value):
        return False
    for target in targets:
        if isinstance(target, ast.Name):
            names[target.id] = value
            continue
        if not (isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (list, tuple))):
            return False
        if len(target.elts) != len(value):
            return False
        if not all(_give(names, [one], its) for one, its in zip(target.elts, value, strict=True)):
            return False
    return True


def _add(names, name, more):
    """`name += more`, where a list grows for all who have it; whether it is known then."""
    value = names.get(name)
    if is_computed(more) or type(value) not in (str, list, tuple, int, float):
        return False
    if isinstance(value, (str, list, tuple)):
        fits = type(more) is type(value) or (type(value) is list and type(more) is tuple)
        if not fits or len(value) + len(more) > MOST_ITEMS:
            return False
    elif type(more) not in (int, float):
        return False
    if isinstance(value, list):
        value += more
    else:
        names[name] = value + more
    return True


def _forget(names, name):
    """Nothing is known any more of a name's value, nor of who else has the same list."""
    value = names.pop(name, None)
    for other in [one for one in names if isinstance(value, list) and names[one] is value]:
        del names[other]


def _touched(statement):
    """The names that a statement gives a value, or may change by a method or an item."""
    inner = (n.value for n in ast.walk(statement) if isinstance(n, (ast.Attribute, ast.Subscript)))
    made = {statement.name} if isinstance(statement, _DEFINITIONS) else set()
    return made | _stored(statement) | {node.id for node in inner if isinstance(node, ast.Name)}


def _value(node, reader, of_exception=False):
    """What an expression says; the name of an exception, where it is to be one."""
    try:
        return reader.value(node)
    except Computed:
        if of_exception and isinstance(node, (ast.Name, ast.Attribute)):
            return node.id if isinstance(node, ast.Name) else node.attr
        return COMPUTED
