"""What a rule may expect of a run's end: what it returned, raised and printed."""

from checker.engine.values import Plain, short_repr
from checker.judge.calls import Calls
from checker.judge.compare import difference, same
from checker.judge.observed import ObservedRun
from checker.judge.part import Part
from checker.judge.unmet import Ended, Printed, Raised, Returned


class ObservedEnd(ObservedRun):
    """A run, and the sentences that a rule can say about its end; see `Observed`."""

    @property
    def value(self) -> Plain:
        """What the answer or the scene returned, as plain data.

        Raises:
            Ended: if it did not return.
        """
        self.ended()
        return self.run.result

    def part(self, key: str | int) -> Part:
        """The part of what a scene returned that it calls `key`, or that stands in this place.

        Raises:
            Ended: if the scene did not return.
        """
        return Part(self, self.value[key])

    @property
    def whole(self) -> Part:
        """All that a scene returned, for what can be expected of a `Part`.

        Raises:
            Ended: if the scene did not return.
        """
        return Part(self, self.value)

    def ended(self) -> None:
        """It came to its end and returned something.

        Raises:
            Ended: if it raised, was stopped, or gave nothing to await.
        """
        run = self.run
        if run.returned and run.awaitable:
            return
        if run.stop is not None:
            raise Ended(self, "a result", "it did not end, and was stopped")
        if run.failure is not None:
            raise Ended(self, "a result", f"it raised {run.failure}")
        raise Ended(self, "something to await", f"it gave {short_repr(run.result, 60)}")

    def returned(self, value: Plain) -> None:
        """It returned exactly `value`: the same values of the same types in the same order."""
        self.shows(self.value, value)

    def shows(
        self,
        result: Plain,
        value: Plain,
        service: str | None = None,
        *,
        line: int | None = None,
        why: str | None = None,
    ) -> None:
        """What was made of the run's result is exactly `value`.

        Args:
            result: it counts as what the answer returned.
            service: the one whose calls made the items of `result`, one each; their lines are
                named then.
            line, why: as for `check`.
        """
        if not same(result, value):
            expected, seen = difference(value, result)
            if service:
                line = Calls(self, service).line_for(result, value) or line
            raise Returned(self, expected, seen, value=value, result=result, line=line, why=why)

    def raised(
        self,
        kind: str,
        text: str | None = None,
        *,
        part: str | None = None,
        line: int | None = None,
        why: str | None = None,
    ) -> None:
        """It ended with an exception.

        A group that holds such an exception will do, as from a `TaskGroup`, and a group within
        one: the welcome says so for the whole course.

        Args:
            kind: the name of its type, or of a base of that: "LookupError".
            text: what it says; None if that is open.
            part: the part of a scene's dict that is what the answer returned, to be told if it
                returned; all that the run returned, if it is not given.
            line, why: as for `check`, told if it returned.
        """
        failure = self.run.failure
        if failure is not None and failure.of:
            fitting = [f for f in failure.leaves() if kind in (f.type, *f.bases)]
            fitting.sort(key=lambda f: text not in (None, f.text))
            failure = fitting[0] if fitting else failure
        expected = f"{f'{kind}: {text}' if text else kind} to be raised"
        if self.run.returned:
            result = self.run.result if part is None else self.part(part).value
            seen = f"it returned {short_repr(result, 60)}"
            raise Raised(self, expected, seen, line=line, why=why)
        if failure is None:
            self.ended()
            return  # no run gets here: without a value and an exception, it has not ended
        named = kind == failure.type or kind in failure.bases
        if not named or text not in (None, failure.text):
            raise Raised(self, expected, f"it raised {failure}")

    def printed(self, *lines: str) -> None:
        """It printed exactly these `lines`, which have no ends."""
        self.ended()
        seen = self.output.splitlines()
        if seen != list(lines):
            expected, shown = difference(list(lines), seen)
            raise Printed(self, expected, shown, lines=list(lines))
