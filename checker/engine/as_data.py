"""Records as plain data that fits JSON: what stands at its default is left out."""

import functools
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

NO_DATA = {"as_data": False}  # the metadata of a field that somebody else writes
_SCALARS = {str, int, float, bool, type(None)}


def as_data(record: Any) -> dict[str, Any]:
    """A dataclass as a dict of what differs from the defaults, which is a third of it as a rule.

    Lists are followed. In them and in fields, a record that has a method `to_json` is what that
    returns; what is no record stays as it is.
    """
    kind: Any = type(record)
    names, defaults, read = _shape(kind)
    return {
        name: held if type(held) in _SCALARS else _inner(held)
        for name, default, held in zip(names, defaults, read(record), strict=True)
        if held != default
    }


def _inner(value: Any) -> Any:
    kind: Any = type(value)
    if kind in _SCALARS:
        return value
    if kind is list:
        return [_inner(item) for item in value]
    return _writer(kind)(value)


@functools.cache
def _writer(kind: type[Any]) -> Callable[[Any], Any]:
    """What makes data of a thing of this kind."""
    if hasattr(kind, "to_json"):
        return kind.to_json  # type: ignore[no-any-return]
    return as_data if is_dataclass(kind) else _same


def _same(value: Any) -> Any:
    return value


@functools.cache
def _shape(kind: type[Any]) -> tuple[list[str], list[object], Callable[[object], tuple[Any, ...]]]:
    """(names of its fields, their defaults, what reads them all).

    `MISSING`, where a field has no default, is equal to nothing that it can hold.
    """
    shown = [f for f in fields(kind) if f.metadata.get("as_data", True)]
    names = [f.name for f in shown]
    defaults: list[object] = [[] if f.default_factory is list else f.default for f in shown]
    return names, defaults, attrgetter(*names)
