"""Pretended work that can be cancelled: it takes its time to clean up, and shows that it did."""

import asyncio
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any

from checker.engine import Service
from checker.engine.values import Plain
from checker.lab.fakes.pages import ERRORS

if TYPE_CHECKING:  # a submission finds the lab, but no judge
    from checker.judge.inputs import Inputs


class Jobs(Service):
    """`await job(name)` works for a while; cancelled, it cleans up before it ends.

    A job that is cancelled is no fault here, so it is noted as a call that ended well; and so is a
    clean-up, unless it is cancelled itself.

    Args:
        seconds: name of each job → seconds that it works.
        clean_up: name of a job → seconds that its clean-up takes; without, there is none.
        ends: name of a job → how it ends when it is cancelled, where that is not as cancelled:
            "returns" (it declines, and says so with `uncancel`), or an error: "ValueError: gone".
        errors: name of a job → the error that its work ends with.
        values: name of a job → what it returns instead of a text.
        work_noted: whether the work is noted too, or the clean-ups alone.
    """

    name = "job"

    def __init__(
        self,
        seconds: Mapping[str, float],
        clean_up: Mapping[str, float] | None = None,
        ends: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        work_noted: bool = False,
        values: Mapping[str, Plain] | None = None,
    ):
        self.seconds = dict(seconds)
        self._clean_up = dict(clean_up or {})
        self._ends = dict(ends or {})
        self._errors = dict(errors or {})
        self._work_noted = work_noted
        self._values = dict(values or {})

    async def __call__(self, name: str) -> Plain:
        cancelled = await self._work(name)
        if cancelled is not None:
            if name in self._clean_up:
                with self.call(f"clean_up({name!r})"):
                    await asyncio.sleep(self._clean_up[name])
            if name not in self._ends:
                raise cancelled
            if self._ends[name] != "returns":
                raise _error(self._ends[name])
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()
        elif name in self._errors:
            raise _error(self._errors[name])
        return self.result(name)

    async def _work(self, name: str) -> asyncio.CancelledError | None:
        """Work to the end; the CancelledError that came meanwhile, or None."""
        if self._work_noted:
            with self.call(f"job({name!r})"):
                return await self._sleep(name)
        return await self._sleep(name)

    async def _sleep(self, name: str) -> asyncio.CancelledError | None:
        try:
            await asyncio.sleep(self.seconds[name])
        except asyncio.CancelledError as error:
            return error
        return None

    def result(self, name: str) -> Plain:
        """What the job `name` returns."""
        return self._values.get(name, f"the {name} result")

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended job is called in a record."""
        return f"job({frame.f_locals['name']!r})"

    def __iter__(self) -> Iterator[str]:
        return iter(self.seconds)

    def __repr__(self) -> str:
        return f"jobs({', '.join(f'{name}={self._shown(name)}' for name in self)})"

    def _shown(self, name: str) -> str:
        parts = [self._errors.get(name) or f"{self.seconds[name]:g} s"]
        if name in self._clean_up:
            parts.append(f"clean-up {self._clean_up[name]:g} s")
        if name in self._ends:
            declined = self._ends[name] == "returns"
            parts.append("declines" if declined else f"clean-up fails, {self._ends[name]}")
        if name in self._values:
            parts.append(f"returns {self._values[name]!r}")
        return " + ".join(parts)


def one_job(inputs: "Inputs", seconds: float, **entries: Any) -> Jobs:
    """A `Jobs` with one job, whose name is drawn.

    Args:
        entries: its `clean_up`, `ends`, `errors` and `values`, and `work_noted`, as in `Jobs`.
    """
    [name] = inputs.words(1)
    noted = entries.pop("work_noted", False)
    given = {what: {name: entry} for what, entry in entries.items() if entry is not None}
    return Jobs({name: seconds}, work_noted=noted, **given)


def _error(text: str) -> Exception:
    kind, _, message = text.partition(": ")
    return ERRORS[kind](message)


class Act(Service):
    """`await act(...)`: something that takes so many seconds each time.

    Args:
        name: what it is called.
        seconds: how long it takes.
        fails_at: the number of the call that fails, counted from 1; none by default.
    """

    def __init__(self, name: str, seconds: float, fails_at: int | None = None):
        self.name = name
        self.seconds = seconds
        self.fails_at = fails_at
        self._calls = 0

    def fresh(self) -> "Act":
        return Act(self.name, self.seconds, self.fails_at)

    async def __call__(self) -> None:
        self._calls += 1
        number = self._calls
        with self.call(f"{self.name}()"):
            await asyncio.sleep(self.seconds)
            if number == self.fails_at:
                raise OSError("the line is dead")

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended call is called in a record."""
        return f"{self.name}()"

    def __repr__(self) -> str:
        return self.name
