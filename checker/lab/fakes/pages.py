"""Pretended services: they take their time on the run's clock and remember who called when."""

import asyncio
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from checker.engine import Service
from checker.engine.values import Plain, short_repr

if TYPE_CHECKING:  # a submission finds the lab, but no judge
    from checker.judge.inputs import Inputs

ERRORS = {e.__name__: e for e in (LookupError, ValueError, OSError, TimeoutError)}


class Pages(Service):
    """A web server of few words: `await fetch(name)` takes a while and returns the page's text.

    Args:
        delays: name of each page → seconds that it takes.
        errors: name of a page → "cancelled", or the error that it ends with: "ValueError: gone"; ""
            is none.
        values: name of a page → what it returns instead of a text.
    """

    name = "fetch"

    def __init__(
        self,
        delays: Mapping[str, float],
        errors: Mapping[str, str] | None = None,
        values: Mapping[str, Plain] | None = None,
    ):
        self._delays = dict(delays)
        self._errors = dict(errors or {})
        self._values = dict(values or {})

    async def __call__(self, name: str) -> Plain:
        with self.call(f"fetch({name!r})"):
            await asyncio.sleep(self._delays[name])
            error = self._errors.get(name)
            if error == "cancelled":
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
                await asyncio.sleep(0)
            if error:
                kind, _, text = error.partition(": ")
                raise ERRORS[kind](text)
            return self.body(name)

    def at_least(self) -> dict[str, float]:
        return {f"fetch({name!r})": seconds for name, seconds in self._delays.items()}

    def body(self, name: str) -> Plain:
        """What the page `name` says."""
        return self._values.get(name, f"the {name} page")

    def __iter__(self) -> Iterator[str]:
        return iter(self._delays)

    @property
    def bodies(self) -> list[Plain]:
        """What the pages say, in the order of their names."""
        return [self.body(name) for name in self]

    @property
    def delays(self) -> list[float]:
        """Seconds that the pages take, in the order of their names."""
        return list(self._delays.values())

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name}={self._errors.get(name) or f'{seconds:g} s'}"
            for name, seconds in self._delays.items()
        )
        return f"pages({shown})"


def pages(
    inputs: "Inputs", count: int, errors: Mapping[int, str] | None = None, odd: bool = False
) -> Pages:
    """`count` pages with names and seconds that are drawn, no two alike.

    Args:
        inputs: the source of inputs of the run.
        count: how many.
        errors: position of a page → how it ends, as in `Pages`.
        odd: long seconds with odd fractions, which a guess or a poll does not hit.
    """
    names = inputs.words(count)
    seconds = inputs.odd_seconds(count) if odd else inputs.seconds(count)
    ends = {names[position]: end for position, end in (errors or {}).items()}
    return Pages(dict(zip(names, seconds, strict=True)), ends)


class Saves(Service):
    """`await save(item)` takes as many seconds as `seconds` says, for the items in their order.

    Any other item takes `others` seconds.
    """

    name = "save"

    def __init__(self, items: Iterable[Hashable], seconds: Iterable[float], others: float = 1.0):
        self._seconds = dict(zip(items, seconds, strict=True))
        self._others = others

    async def __call__(self, item: Hashable) -> None:
        with self.call(f"save({item!r})"):
            await asyncio.sleep(self._seconds.get(item, self._others))

    def at_least(self) -> dict[str, float]:
        return {f"save({item!r})": seconds for item, seconds in self._seconds.items()}

    def __repr__(self) -> str:
        return "save"


class Reports(Service):
    """`report(...)`, a plain function that is noted with its time and its arguments."""

    name = "report"

    def __call__(self, *values: object) -> None:
        with self.call(f"report({', '.join(map(short_repr, values))})"):
            pass

    def __repr__(self) -> str:
        return "report"
