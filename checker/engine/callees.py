"""Which functions belong to an answer: itself, and what it calls of the same author's."""

import types
from collections.abc import Collection, Iterable


def with_callees(functions: Iterable[object]) -> Collection[types.FunctionType]:
    """The functions, and those that they hold: wrapped ones, methods, helpers in globals."""
    known: dict[int, types.FunctionType] = {}
    todo = list(functions)
    while todo:
        item = todo.pop()
        if isinstance(item, type):
            todo.extend(vars(item).values())
        function = getattr(item, "__func__", item)
        if not isinstance(function, types.FunctionType) or id(function) in known:
            continue
        known[id(function)] = function
        todo.extend(contents(cell) for cell in function.__closure__ or ())
        todo.extend(
            value
            for name in names_in(function.__code__)
            if _is_neighbour(value := function.__globals__.get(name), function)
        )
    return known.values()


def names_in(code: types.CodeType) -> list[str]:
    """The global names and attributes that a code object uses, those of inner functions included.

    Each once, in the order of the code.
    """
    names = dict.fromkeys(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            names.update(dict.fromkeys(names_in(inner)))
    return list(names)


def _is_neighbour(value: object, function: types.FunctionType) -> bool:
    """Whether `value` is a function or class of the same author as `function`."""
    if isinstance(value, types.FunctionType):
        return value.__code__.co_filename == function.__code__.co_filename
    return isinstance(value, type) and value.__module__ == function.__module__


def contents(cell: types.CellType) -> object:
    """What a variable of a closure holds, None if it has no value yet."""
    try:
        return cell.cell_contents
    except ValueError:  # the variable has no value yet
        return None
