"""Replacing names of the standard library for the whole process: all of them, or none.

Half of them would be worse than none: an answer's locks would be on the clock of its run and its
threads not. So everything is looked up before the first name is replaced.
"""

import inspect
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

_lock = threading.Lock()
_put_in = []  # (patch, what was there before), in the order in which they were put in
_replaced = {}  # id of an owner → {id of what was there before: what took its place}


@dataclass(frozen=True)
class Patch:
    """One name that is replaced.

    Attributes:
        owner: the module or the class that has the name; None where this Python has no such owner.
        name: the name in it.
        make: gets what is there and returns what takes its place.
        needs: (owner, name) of what the replacement itself uses and a Python may lack.
        since: the first Python that has the name, such as `(3, 11, 5)`.
        before: the first Python that has it no more, None if there is none yet.
    """

    owner: object
    name: str
    make: Callable
    needs: tuple[tuple[object, str], ...] = ()
    since: tuple[int, ...] = (3, 11)
    before: tuple[int, ...] | None = None

    def is_due(self, version: tuple = sys.version_info) -> bool:
        """Whether a Python of this version has the name."""
        return self.since <= version and (self.before is None or version < self.before)

    def missing(self) -> list[str]:
        """What this Python lacks of it: dotted names."""
        places = [(self.owner, self.name), *self.needs]
        return [dotted(owner, name) for owner, name in places if not hasattr(owner, name)]


def dotted(owner: object, name: str) -> str:
    """`name` as it stands in `owner`: "threading.Condition.wait"."""
    if inspect.ismodule(owner):
        return f"{owner.__name__}.{name}"
    kind = owner if inspect.isclass(owner) else type(owner)
    return name if owner is None else f"{kind.__module__}.{kind.__qualname__}.{name}"


def is_installed() -> bool:
    """Whether patches are in."""
    return bool(_put_in)


def install(patches: list[Patch], version: tuple = sys.version_info) -> list[str]:
    """Put all patches in that are due on this Python, or none if it lacks anything that they need.

    Where patches are in already, nothing is changed.

    Args:
        version: of this Python, as in `sys.version_info`.

    Returns:
        the dotted names that this Python lacks; empty if the patches are in.
    """
    with _lock:
        if _put_in:
            return []
        due = [patch for patch in patches if patch.is_due(version)]
        missing = [name for patch in due for name in patch.missing()]
        if missing:
            return list(dict.fromkeys(missing))
        originals = [getattr(patch.owner, patch.name) for patch in due]
        stand_ins = [patch.make(original) for patch, original in zip(due, originals, strict=True)]
        for patch, original, stand_in in zip(due, originals, stand_ins, strict=True):
            setattr(patch.owner, patch.name, stand_in)
            _put_in.append((patch, original))
            _replaced.setdefault(id(patch.owner), {})[id(original)] = stand_in
        return []


def uninstall() -> None:
    """Put back what the patches have replaced; without any, nothing is changed."""
    with _lock:
        while _put_in:
            patch, original = _put_in.pop()
            setattr(patch.owner, patch.name, original)
        _replaced.clear()


def replaced(owner: object) -> dict[int, object]:
    """id of each function of `owner` that was replaced → what took its place."""
    return dict(_replaced.get(id(owner), {}))
