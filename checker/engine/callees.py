"""Which functions belong to an answer: itself, and what it calls of the same author's."""

import types
from collections.abc import Collection, Iterable


def with_callees(functions: Iterable[object]) -> Collection[types.FunctionType]:
    """The functions, and those that they hold: wrapped ones, methods, helpers in globals."""
    seen: dict[int, types.FunctionType] = {}
    todo = list(functions)
    while todo:
        found = todo.pop()
        if isinstance(found, type):
            todo.extend(vars(found).values())
        found = getattr(found, "__func__", found)
        if not isinstance(found, types.FunctionType) or id(found) in seen:
            continue
        seen[id(found)] = found
        todo.extend(contents(cell) for cell in found.__closure__ or ())
        todo.extend(
            value
            for name in names_in(found.__code__)
            if _is_neighbour(value := found.__globals__.get(name), found)
        )
    return seen.values()


def names_in(code: types.CodeType) -> list[str]:
    """The global names and attributes that a code object uses, those of inner functions included.

    Each once, in the order of the code.
    """
    found = dict.fromkeys(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found.update(dict.fromkeys(names_in(inner)))
    return list(found)


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
