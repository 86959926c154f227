"""One unmet expectation as the causes see it: the run, the answer, and how both are worded."""

import functools
import re

from checker.judge import source
from checker.judge.compare import same
from checker.judge.unmet import Returned
from checker.judge.wording import duration

_CALL = re.compile(r"[A-Za-z_][\w.]*\(")


class Case:
    """One unmet expectation, with the run and the answer that it speaks of.

    Attributes:
        unmet: the `Unmet` expectation.
        run: the run in which it does not hold.
        answer: the `Answer`.
        tasks: the answer's.
        point: where an audit has cancelled the answer, None if it is none.
        result: what the answer returned, or the part of it that counts as such.
    """

    def __init__(self, unmet, answer):
        self.unmet = unmet
        self.run = unmet.run
        self.answer = answer
        self.tasks = self.run.own_tasks
        self.point = self.run.point
        self.result = unmet.result if isinstance(unmet, Returned) else self.run.result

    @property
    def failure(self):
        """The exception that counts against the answer, or None."""
        if self.point is None:
            return self.run.failure
        return self.run.tasks[self.point.cancelled].failure

    def where(self):
        """The beginning of a message on an audit: at which point the answer was cancelled."""
        point = self.point
        if point is None:
            return ""
        who = "it" if point.task == point.cancelled else self.name_of(point.task)
        text = f"Cancelled{self.when(point.at)}, when {who} stood at {self.at(point.line)}"
        if point.visit > 1:
            text += f", for the {_nth(point.visit)} time"
        if point.over:
            text += ", and what it waited for had just happened"
        return f"{text}. "

    @functools.cached_property
    def ran(self):
        """What of the answer ran in this run, a `Ran`; None if that cannot be known."""
        return self.answer.ran_in(self.run)

    def has_run(self, line):
        """Whether a line that was read in the text ran in this run. One that did not is never
        named."""
        return bool(line) and self.ran is not None and self.ran.line(line)

    def line(self):
        """The line to name where the cause shows none: the rule's, or `usual_line`."""
        line = self.unmet.line
        return line if line and self.has_run(line) else self.usual_line()

    def usual_line(self):
        """Where the answer came to its end: by its `return`, or by an exception; else where it
        last gave an item, called a service or waited; None if it did nothing of this."""
        if self.ran is not None and (line := self.ran.end_line()):
            return line
        if self.ran is not None and (line := self.ran.last_yield()):
            return line
        calls = [c.line for c in self.run.calls if c.line]
        waits = [s.line for t in self.tasks for s in t.spans if s.line]
        return next(iter([*calls[-1:], *waits[-1:]]), self._only_line())

    def _only_line(self):
        """The `def` or `class` of the answer, which runs with its cell."""
        return self.answer.definition_line()

    def over_line(self):
        """Where an asynchronous iterator said that nothing comes any more: the `raise` of a class,
        or the line where a generator came to its end; None if that is not known."""
        said = self.line_with("raise StopAsyncIteration")
        if source.yields_of(self.answer.source, self.answer.name):
            said = None
        return said or (self.ran and self.ran.end_line())

    def made_at(self, line):
        """The line that ran last of those that made the value which this line returns, or None."""
        made = self.ran.made_lines(line, self._place()) if self.ran else []
        return made[-1] if made else None

    def _place(self):
        """Which of the values that were returned is the wrong one; None if it was one value."""
        if not isinstance(self.unmet, Returned):
            return None
        want, got, whole = self.unmet.value, self.unmet.result, self.run.result
        if type(want) is not list or not isinstance(whole, (list, tuple)) or list(whole) != got:
            return None
        pairs = enumerate(zip(got, want, strict=False))
        return next((n for n, (seen, wanted) in pairs if not same(seen, wanted)), None)

    def line_with(self, text):
        """The first line that ran and holds `text`, or None."""
        lines = enumerate(self.answer.source.splitlines(), 1)
        return next((n for n, line in lines if text in line and self.has_run(n)), None)

    def at(self, line):
        """ "line 4, `await first`", as far as it is known."""
        quote = self.answer.quote(line)
        return f"line {line}, `{quote}`" if quote else f"line {line}" if line else "your code"

    def when(self, seconds):
        """ " at 2 s"; nothing where real time was charged, because it is another one each time."""
        return "" if self.run.charged else f" at {duration(seconds)}"

    def name_of(self, number):
        return f"`{self.run.tasks[number].name}`"


def begins(text):
    """`text` as the beginning of a sentence. A call that it begins with stays as it is written."""
    if _CALL.match(text):
        return text
    return text[:1].upper() + text[1:]


def _nth(number):
    names = ("", "first", "second", "third", "fourth", "fifth")
    return names[number] if number < len(names) else f"{number}th"
