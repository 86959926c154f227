"""Values of an answer as plain data: they can be compared without running the answer's code.

Exact built-in types stay what they are. Everything else becomes an `Opaque`, which is equal to
nothing that a rule would expect. So an object whose `__eq__` always says yes convinces nobody.
"""

import asyncio
import math
import re
import types
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from checker.engine.service import label

# Plain data, as `to_plain` makes it: None, bool, int, float, str, bytes, an `Opaque`, and lists,
# tuples, sets, frozensets and dicts of these. A rule knows which of them to expect and a type does
# not, so this is no union, which would have to be taken apart before each use.
Plain: TypeAlias = Any

MOST = 10_000  # items of one value that are kept
# What `anext(…)`, `asend(…)` and `aclose()` give, to be awaited: Python has no names for the types.
_STEPS = ("async_generator_asend", "async_generator_athrow", "anext_awaitable")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True)
class Opaque:
    """A value that is no plain data: what kind of thing it is, and how it shows itself."""

    kind: str
    text: str

    def __repr__(self) -> str:
        return self.text


def to_plain(value: object) -> Plain:
    """`value` as plain data: None, bool, int, float, str, bytes, and containers of these."""
    try:
        return _to_plain(value, [MOST])
    except RecursionError:  # a container that holds itself
        return Opaque("cut", short_repr(value))


def _to_plain(value: Any, left: list[int]) -> Plain:
    left[0] -= 1
    if left[0] < 0:
        return Opaque("cut", "…")
    kind = type(value)
    if value is None or kind in (bool, int, float, str, bytes):
        return value
    if kind in (list, tuple, set, frozenset):
        return kind(_to_plain(item, left) for item in value)
    if kind is dict:
        return {_to_plain(k, left): _to_plain(v, left) for k, v in value.items()}
    return opaque(value)


def opaque(value: object) -> Opaque:
    """What can be said of an object that is no plain data, without an address."""
    if isinstance(value, types.CoroutineType):
        return Opaque("coroutine", f"<coroutine {label(value)}>")
    if isinstance(value, asyncio.Task):
        return Opaque("task", "<task>")
    if isinstance(value, asyncio.Future):
        return Opaque("future", "<future>")
    if isinstance(value, BaseException):
        return Opaque("exception", short_repr(value))
    if type(value).__name__ in _STEPS:
        return Opaque("step", short_repr(value))
    return Opaque("object", short_repr(value))


def without_addresses(text: str) -> str:
    """A repr, or a message that holds one, without " at 0x7f…", which is another one each time."""
    return _ADDRESS.sub("", text)


def short_repr(value: object, most: int = 200) -> str:
    """`repr(value)` without addresses, cut to `most` characters; never raises."""
    try:
        text = without_addresses(repr(value))
    except BaseException as error:
        text = f"<{type(value).__name__}; its repr raised {type(error).__name__}>"
    return text if len(text) <= most else text[: most - 1] + "…"


def coroutines_in(value: object) -> list[Coroutine[Any, Any, Any]]:
    """The coroutine objects in a value and its containers, each once."""
    coroutines: list[Coroutine[Any, Any, Any]] = []
    todo, known = [value], set[int]()
    while todo and len(known) < MOST:
        item = todo.pop()
        if id(item) in known:
            continue
        known.add(id(item))
        if isinstance(item, types.CoroutineType):
            coroutines.append(item)
        elif isinstance(item, dict):
            todo.extend(reversed(list(item.values())))
        elif isinstance(item, (list, tuple, set, frozenset)):
            todo.extend(reversed(list(item)))
    return coroutines


def encode(value: Plain) -> Any:
    """Plain data as JSON data; lists stay lists, the rest carries a tag."""
    if isinstance(value, Opaque):
        return {"opaque": [value.kind, value.text]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(k), encode(v)] for k, v in value.items()]}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, (tuple, set, frozenset)):
        return {type(value).__name__: [encode(item) for item in value]}
    if not fits_json(value):
        return {"float": repr(value)} if isinstance(value, float) else {"int": hex(value)}
    return value


def fits_json(value: Any) -> bool:
    """Whether it is a scalar that JSON has.

    JSON knows no infinity, and Python writes no integer of 5,000 digits.
    """
    kind = type(value)
    if kind is float:
        return math.isfinite(value)
    if kind is int:
        return int(value).bit_length() < 10_000
    return value is None or kind in (bool, str)


def decode(data: Any) -> Plain:
    """The plain data of which `encode` made `data`."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    [(tag, body)] = data.items()
    if tag == "opaque":
        return Opaque(*body)
    if tag == "dict":
        return {decode(k): decode(v) for k, v in body}
    if tag == "bytes":
        return bytes.fromhex(body)
    if tag == "float" and body in ("nan", "inf", "-inf"):
        return float(body)
    if tag == "int":
        return int(body, 16)
    return {"tuple": tuple, "set": set, "frozenset": frozenset}[tag](decode(x) for x in body)
