"""Whether two values are the same, and where they differ."""

from checker.engine.values import Plain, short_repr
from checker.judge.wording import counted


def same(seen: Plain, expected: Plain) -> bool:
    """Whether what was seen equals what was expected, with equal types all the way down: True is
    not 1, a tuple is no list.
    """
    if type(seen) is not type(expected):
        return False
    if isinstance(expected, (list, tuple)):
        return len(seen) == len(expected) and all(map(same, seen, expected))
    if isinstance(expected, dict):
        return seen.keys() == expected.keys() and all(same(seen[k], expected[k]) for k in expected)
    return bool(seen == expected)


def difference(expected: Plain, seen: Plain) -> tuple[str, str]:
    """Short texts for what was expected and what was seen, at the first difference."""
    if type(expected) is type(seen) is list:
        for index, (want, got) in enumerate(zip(expected, seen, strict=False)):
            if not same(got, want):
                place = f"item {index} is "
                return f"{place}{short_repr(want, 80)}", f"{place}{short_repr(got, 80)}"
        return _items(expected), _items(seen)
    if type(expected) is type(seen) is dict:
        for key in expected:
            if key not in seen:
                return f"the key {key!r}", f"it is not in {short_repr(seen, 80)}"
            if not same(seen[key], expected[key]):
                return f"{key!r}: {expected[key]!r}", f"{key!r}: {short_repr(seen[key], 80)}"
        extra = next(key for key in seen if key not in expected)
        return f"{len(expected)} keys", f"also the key {short_repr(extra, 40)}"
    return short_repr(expected, 80), short_repr(seen, 80)


def _items(values: list[Plain]) -> str:
    return f"{counted(len(values), 'item')}: {short_repr(values, 60)}"
