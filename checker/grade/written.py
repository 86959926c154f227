"""The value of an expression that is written down: in numbers, texts and lists of such.

A prediction is such a value, and grading reads it off the cell, in the process that judges. So
nothing of the learner's is run here: each form that has a value is one of those below, whatever a
name or method stands for, and nothing becomes large. Anything else is `Computed`.
"""

import ast
import operator
import re

MOST_ITEMS = 1000  # of a list; a program of the course prints a few dozen lines
MOST_TEXT = 100_000  # characters of a text
MOST_NUMBER = 10**15
MOST_STEPS = 100_000  # of one cell's expressions, all together

_ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_SIGNS = {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_}
_CONVERSIONS = {-1: str, ord("s"): str, ord("r"): repr, ord("a"): ascii}
_FORMAT = re.compile(r"[<>^]?0?\d{0,2}(\.\d{1,2})?[a-z]?")
_TEXT_METHODS = (
    *("split", "rsplit", "splitlines", "join", "replace", "removeprefix", "removesuffix"),
    *("strip", "lstrip", "rstrip", "upper", "lower", "title", "capitalize"),
)
_FUNCTIONS = {
    **{kind.__name__: kind for kind in (str, repr, int, float, bool, list, tuple, set, dict)},
    **{f.__name__: f for f in (range, sorted, reversed, enumerate, zip, len, sum, min, max, abs)},
}
_PLAIN = (str, int, float, bool, type(None), type(...))
_MANY = (list, tuple, set, dict, range)
_WRONG = (ValueError, TypeError, ArithmeticError, LookupError, RecursionError, SyntaxError)


class Computed(Exception):
    """An expression that has no value as it is written down, or one that is too large."""


class Reader:
    """Reads the values of one cell's expressions.

    Attributes:
        names: name → value, of the names that are known; a change of it counts at once.
    """

    def __init__(self, names):
        self.names = names
        self._steps = MOST_STEPS

    def value(self, node):
        """The value of an expression.

        Args:
            node: its syntax tree.

        Raises:
            Computed: if it is not written down.
        """
        try:
            return self._within_bounds(self._of(node))
        except _WRONG as error:
            raise Computed from error

    def _of(self, node):
        self._step(1)
        match node:
            case ast.Constant(value=value) if isinstance(value, _PLAIN):
                return value
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.List(elts=items):
                return self._items(items)
            case ast.Tuple(elts=items):
                return tuple(self._items(items))
            case ast.Set(elts=items):
                return set(self._items(items))
            case ast.Dict(keys=keys, values=values) if None not in keys:
                return dict(zip(self._items(keys), self._items(values), strict=True))
            case ast.JoinedStr(values=parts):
                return "".join(self._text_of(part) for part in parts)
            case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _SIGNS:
                return _SIGNS[type(sign)](_number(self.value(operand)))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITHMETIC:
                return self._arithmetic(type(sign), self.value(left), self.value(right))
            case ast.Subscript(value=many, slice=place):
                return self.value(many)[self._place(place)]
            case ast.ListComp(elt=item, generators=[one]):
                return self._each(item, one)
            case ast.Call(keywords=[]) | ast.Call(keywords=[ast.keyword(arg="reverse")]):
                return self._call(node)
        raise Computed

    def _items(self, nodes):
        """The items of a list: `*more` are several."""
        items = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                items += _many(self._several(node.value))
            else:
                items.append(self.value(node))
        return items

    def _several(self, node):
        """The value of an expression of which only the items count: a generator may be one."""
        if isinstance(node, ast.GeneratorExp) and len(node.generators) == 1:
            return self._each(node.elt, node.generators[0])
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "map":
            return self._mapped(node)
        return self.value(node)

    def _each(self, item, loop):
        """A list of the values of `item`, one for each round of `for … in …`."""
        if loop.ifs or loop.is_async:
            raise Computed
        outside, values = self.names, []
        try:
            for value in _many(self._several(loop.iter)):
                self.names = outside | _given(loop.target, value)
                values.append(self.value(item))
        finally:
            self.names = outside
        return values

    def _mapped(self, call):
        """`map(str, range(3))`: a function of one argument, by its name."""
        if len(call.args) != 2 or call.keywords:
            raise Computed
        function, many = call.args
        given = [ast.Constant(value) for value in _many(self._several(many))]
        return [self.value(ast.Call(function, [one], [])) for one in given]

    def _call(self, call):
        given = [self._several(argument) for argument in call.args]
        turned = {word.arg: bool(self.value(word.value)) for word in call.keywords}
        match call.func:
            case ast.Name(id=name) if name in _FUNCTIONS and name not in self.names:
                _require(name != "range" or len(range(*given)) <= MOST_ITEMS)
                value = _FUNCTIONS[name](*given, **turned)
                return value if isinstance(value, (*_PLAIN, *_MANY)) else list(value)
            case ast.Attribute(value=owner, attr=method) if method in _TEXT_METHODS and not turned:
                text = self.value(owner)
                if type(text) is not str:
                    raise Computed
                if method in ("join", "replace"):  # which make long texts of short ones
                    _require(len(text) * max(map(len, given), default=0) <= MOST_TEXT)
                return getattr(text, method)(*given)
        raise Computed

    def _arithmetic(self, sign, left, right):
        if sign is ast.Add and type(left) is type(right) and type(left) in (str, list, tuple):
            return left + right
        if sign is ast.Mult and isinstance(left, int) and isinstance(right, (str, list, tuple)):
            left, right = right, left
        if sign is ast.Mult and isinstance(left, (str, list, tuple)) and isinstance(right, int):
            most = MOST_TEXT if isinstance(left, str) else MOST_ITEMS
            _require(len(left) * right <= most)
            return left * right
        return _ARITHMETIC[sign](_number(left), _number(right))

    def _place(self, node):
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            return slice(*(None if end is None else self.value(end) for end in ends))
        return self.value(node)

    def _text_of(self, part):
        """The text of a part of an f-string."""
        if isinstance(part, ast.Constant):
            return part.value
        text = _CONVERSIONS[part.conversion]
        value = self.value(part.value)
        if part.format_spec is None:
            return text(value)
        form = self.value(part.format_spec)
        _require(_FORMAT.fullmatch(form))
        return format(value if part.conversion == -1 else text(value), form)

    def _within_bounds(self, value):
        """The value, if neither it nor what is in it is large.

        Each look costs steps, so that lists of lists of lists cannot grow by being named.
        """
        todo, text = [value], 0
        while todo:
            one = todo.pop()
            self._step(1)
            if isinstance(one, str):
                text += len(one)
                _require(text <= MOST_TEXT)
            elif isinstance(one, (int, float)):
                _require(not abs(one) > MOST_NUMBER)
            elif isinstance(one, _MANY):
                _require(len(one) <= MOST_ITEMS)
                todo += [*one.keys(), *one.values()] if isinstance(one, dict) else one
            elif not isinstance(one, _PLAIN):
                raise Computed
        return value

    def _step(self, count):
        self._steps -= count
        _require(self._steps > 0)


def _require(holds):
    if not holds:
        raise Computed


def _number(value):
    if isinstance(value, (int, float)):
        return value
    raise Computed


def _many(value):
    """The items of a value that has some, as a list."""
    _require(isinstance(value, (*_MANY, str)))
    return list(value)


def _given(target, value):
    """name → value, for `target = value`; the target is a name, or several in a tuple."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    _require(isinstance(target, (ast.Tuple, ast.List)))
    values = _many(value)
    _require(len(values) == len(target.elts))
    names = {}
    for one, its in zip(target.elts, values, strict=True):
        names |= _given(one, its)
    return names
