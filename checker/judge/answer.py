"""A learner's answer: the function or class, its source, and the runs that were made of it."""

import contextlib
import functools
import inspect
import linecache
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from checker import engine
from checker.engine.record import Run
from checker.engine.recording.frames import file_of
from checker.judge import source
from checker.judge.ran import Ran

LONG_LINE = 70  # characters of a source line that are quoted
MOST_LAYERS = 20  # around an answer that are looked at
QUICK_STOPS = ("deadlock", "seconds")  # making such a run again costs little real time


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
        replays: for each run, a function that makes it again: with snapshots for a player, traced.
        observe: what runs it: the engine's `observe`, or one that asks another process.
        salt: makes other inputs be drawn for the same source.
        id: the exercise; a function may have another name, such as that of a decorator's inner one.
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
    id: str = ""

    @classmethod
    def of(cls, function: object, is_async: bool = True, id: str = "") -> "Answer":
        """The answer that a learner's function or class is, with the source of its cell.

        Args:
            function: the function or class.
            is_async: whether the exercise asks for an `async def`.
            id: that of the exercise, where a decorator gave the function another name.
        """
        file = file_of(_written(function, id or getattr(function, "__name__", "")))
        source = "".join(linecache.getlines(file or ""))
        return cls(function, source, file, is_async, id=id)

    def note(self, run: Run, start: Callable[..., Run]) -> None:
        """Keep a run, and how it was started: `start(**options)` makes such a run again."""
        cancel = run.point.turn if run.point else None
        self.runs.append(run)
        self.replays.append(functools.partial(start, schedule=run.schedule, cancel=cancel))

    def replay_of(self, run: Run) -> Callable[[], Run]:
        """A function that makes this run again, with its snapshots."""
        return functools.partial(self._start_of(run), snapshots=True)

    def ran_in(self, run: Run) -> Ran | None:
        """What of it ran in this run; None if that cannot be known.

        The run is made again and traced. Where chance plays a part, it may go another way then;
        where it was stopped, it would cost as much time once more.
        """
        if run.stop is not None and run.stop.reason not in QUICK_STOPS:
            return None
        try:
            again = self._start_of(run)(traced=True)
        except (NoRun, engine.Absent):
            return None
        if again.trace is None or _outcome(again) != _outcome(run):
            return None
        return Ran(self.source, self.name, again.trace)

    def _start_of(self, run: Run) -> Callable[..., Run]:
        pairs = zip(self.runs, self.replays, strict=True)
        return next(start for made, start in pairs if made is run)

    @property
    def name(self) -> str:
        """What the answer is called."""
        return self.id or getattr(self.function, "__name__", "")

    # Rules ask the source for lines: the function itself may be in another process.

    def definition_line(self) -> int | None:
        """The line of its last `def` or `class`, or None."""
        return source.line_of(self.source, self.name)

    def end_line(self, run: Run) -> int | None:
        """Where it came to its end in this run, else where it begins; None if neither is known."""
        ran = self.ran_in(run)
        return (ran and ran.end_line()) or self.definition_line()

    def line_of(self, name: str) -> int | None:
        """The line in which its cell defines the function or method `name`, or None."""
        return source.line_of(self.source, name)

    def method_line(self, method: str) -> int | None:
        """The line where this method of a class begins, or None."""
        return source.method_line(self.source, self.name, method)

    def deciding_line(self, line: int | None) -> int | None:
        """The line of the innermost `if` on which it depends whether `line` runs, or None."""
        return source.deciding_line(self.source, line) if line else None

    def as_line(self) -> int | None:
        """The line that decides what `as` gets of the manager that it is, or None."""
        return source.as_line(self.source)

    def return_line(self, method: str) -> int | None:
        """The last line of this method of a class that returns a value; where it begins if it
        returns none, None if there is no such method.
        """
        returns = source.return_line(self.source, self.name, method)
        return returns or self.method_line(method)

    def last_line(self) -> int | None:
        """The line of its last statement, if it never returns a value; else None."""
        return source.last_line(self.source, self.name)

    def line_with(self, text: str) -> int | None:
        """The first line of the cell that holds `text`, None if there is none."""
        lines = enumerate(self.source.split("\n"), 1)  # as Python counts: a form feed ends no line
        return next((number for number, line in lines if text in line), None)

    def last_line_with(self, text: str) -> int | None:
        """The last line of the cell that holds `text`, None if there is none."""
        lines = enumerate(self.source.split("\n"), 1)
        return next((number for number, line in reversed(list(lines)) if text in line), None)

    def quote(self, line: int | None) -> str:
        """The stripped text of a line of the cell, "" if there is no such line."""
        lines = self.source.split("\n")
        text = lines[line - 1].strip() if line and line <= len(lines) else ""
        return text if len(text) <= LONG_LINE else text[: LONG_LINE - 1] + "…"


def _written(function: Any, name: str) -> Any:
    """What the learner wrote under this name, where decorators have put something around it.

    Where nothing has that name, it is the outermost function that has code.
    """
    todo: list[Any] = [function]
    found: list[Any] = []
    while todo and len(found) < MOST_LAYERS:
        layer = todo.pop(0)
        if not callable(layer) or any(layer is other for other in found):
            continue
        found.append(layer)
        if getattr(layer, "__name__", "") == name and inspect.isclass(layer):
            return layer
        if getattr(getattr(layer, "__code__", None), "co_name", "") == name:
            return layer
        todo += [getattr(layer, link, None) for link in ("__wrapped__", "func", "__func__")]
        for cell in getattr(layer, "__closure__", None) or ():
            with contextlib.suppress(ValueError):  # it is empty
                todo.append(cell.cell_contents)
    coded = [layer for layer in found if hasattr(layer, "__code__")]
    return coded[0] if coded else function


def _outcome(run: Run) -> tuple[bool, str, str, int]:
    """How a run ended, as far as its time does not matter."""
    failed = run.failure.type if run.failure else ""
    # The loop closes a generator in a task of its own when Python finds it: not in each run.
    tasks = [task for task in run.own_tasks if task.name != "async_generator_athrow"]
    return run.returned, failed, run.stop.reason if run.stop else "", len(tasks)
