"""A learner's answer: the function or class, its source, and the runs that were made of it."""

import functools
import linecache
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from checker import engine
from checker.engine.record import Run
from checker.engine.recording.frames import file_of
from checker.judge import source

LONG_LINE = 70  # characters of a source line that are quoted


class NoRun(Exception):
    """What runs an answer raises it where no run can be had. It is neither the answer's fault nor
    that of the rule which asked for the run.
    """


@dataclass
class Answer:
    """A learner's answer.

    Attributes:
        function: the function or class.
        source: the text of the cell that defines it.
        file: what its code is called in tracebacks, None if that is not known.
        is_async: whether the exercise asks for an `async def`.
        abandoned: the learner has stopped the check.
        runs: every run that was made of it.
        replays: for each run, a function that makes it again for a player.
        observe: what runs it: the engine's `observe`, or one that asks another process.
        salt: makes other inputs be drawn for the same source.
    """

    function: object
    source: str = ""
    file: str | None = None
    is_async: bool = True
    abandoned: bool = False
    runs: list[Run] = field(default_factory=list)
    replays: list[Callable[[], Run]] = field(default_factory=list)
    observe: Callable[..., Any] = engine.observe
    salt: str = ""

    @classmethod
    def of(cls, function: object, is_async: bool = True) -> "Answer":
        """The answer that a learner's function or class is, with the source of its cell.

        Args:
            function: the function or class.
            is_async: whether the exercise asks for an `async def`.
        """
        file = file_of(function)
        return cls(function, "".join(linecache.getlines(file or "")), file, is_async)

    def note(self, run: Run, start: Callable[..., Run]) -> None:
        """Keep a run, and how it was started: `start(**options)` makes such a run again."""
        cancel = run.point.turn if run.point else None
        self.runs.append(run)
        self.replays.append(
            functools.partial(start, snapshots=True, schedule=run.schedule, cancel=cancel)
        )

    def replay_of(self, run: Run) -> Callable[[], Run]:
        """A function that makes this run again, with its snapshots."""
        return next(
            again for made, again in zip(self.runs, self.replays, strict=True) if made is run
        )

    @property
    def name(self) -> str:
        """What the answer is called."""
        return getattr(self.function, "__name__", "")

    # Rules ask the source for lines: the function itself may be in another process.

    def usual_line(self) -> int | None:
        """The line to name where none is known: the last `return`, or where the answer begins."""
        return source.usual_line(self.source, self.name)

    def line_of(self, name: str) -> int | None:
        """The line in which its cell defines the function or method `name`, or None."""
        return source.line_of(self.source, name)

    def return_line(self) -> int | None:
        """The line of the last `return` of a value, or None."""
        return source.return_line(self.source, self.name)

    def method_line(self, method: str) -> int | None:
        """The line where this method of a class begins, or None."""
        return source.method_line(self.source, self.name, method)

    def last_line(self) -> int | None:
        """The line of its last statement, if it never returns a value; else None."""
        return source.last_line(self.source, self.name)

    def line_with(self, text: str) -> int | None:
        """The first line of the cell that holds `text`, None if there is none."""
        lines = enumerate(self.source.splitlines(), 1)
        return next((number for number, line in lines if text in line), None)

    def quote(self, line: int | None) -> str:
        """The stripped text of a line of the cell, "" if there is no such line."""
        lines = self.source.splitlines()
        text = lines[line - 1].strip() if line and line <= len(lines) else ""
        return text if len(text) <= LONG_LINE else text[: LONG_LINE - 1] + "…"
