"""What a rule may ask and expect of the calls of one service."""

from collections.abc import Sequence
from typing import overload

from checker.engine.record import Call
from checker.engine.values import Plain
from checker.judge.compare import difference, same
from checker.judge.observed import ObservedRun
from checker.judge.unmet import Checked, Returned


class Calls(Sequence[Call]):
    """The calls of one service in a run, in the order of their beginnings.

    Args:
        observed: the run.
        service: the name of the service: "work".
    """

    def __init__(self, observed: ObservedRun, service: str):
        self._observed = observed
        self._service = service
        self._calls = [call for call in observed.calls if call.service == service]

    def __len__(self) -> int:
        return len(self._calls)

    @overload
    def __getitem__(self, position: int) -> Call: ...
    @overload
    def __getitem__(self, position: slice) -> list[Call]: ...
    def __getitem__(self, position: int | slice) -> Call | list[Call]:
        return self._calls[position]

    @property
    def texts(self) -> list[str]:
        """How the calls are written: "work(3)"."""
        return [call.what for call in self._calls]

    @property
    def times(self) -> list[float]:
        """The seconds at which they began."""
        return [call.start for call in self._calls]

    @property
    def lines(self) -> list[int | None]:
        """The lines of the answer that made them; None for a call without one."""
        return [call.line for call in self._calls]

    @property
    def line(self) -> int | None:
        """The first line of the answer that made such a call, None if there is none."""
        return next((call.line for call in self._calls if call.line), None)

    @property
    def peak(self) -> int:
        """The largest number of them that were going on at once."""
        return self._observed.run.peak(self._service)

    def line_of(self, text: str | None) -> int | None:
        """The line of the first call that is written like `text`, None if there is none."""
        return next((call.line for call in self._calls if call.what == text), None)

    def are(self, texts: Sequence[str]) -> None:
        """They are written like `texts`, in this order, and there are no others.

        Raises:
            Returned: if not; it names the line of the first call that differs.
        """
        if not same(self.texts, list(texts)):
            expected, seen = difference(list(texts), self.texts)
            line = self.line_for(self.texts, texts)
            raise Returned(
                self._observed, expected, seen, value=list(texts), result=self.texts, line=line
            )

    def is_written(self, number: int, text: str, expected: str = "", seen: str = "") -> None:
        """The call with this number, from 1 on, is written like this.

        Args:
            expected: a text for the learner, `text` itself if it is not given.
            seen: what to say of another call, with {} for how that is written.

        Raises:
            Checked: if it is written in another way; it names the line of that call.
        """
        call = self._calls[number - 1]
        if call.what != text:
            seen = (seen or "it was {}").format(call.what)
            raise Checked(self._observed, expected or text, seen, line=call.line)

    def never(
        self,
        remark: str,
        expected: str,
        seen: str = "",
        why: str | None = None,
        line: int | None = None,
    ) -> None:
        """None of them has this remark: "in this process".

        Args:
            expected, why: as for `Observed.check`.
            line: the line to name where that of the call is not known.
            seen: the same; which call it was, if it is not given.

        Raises:
            Checked: if one has it; it names the line of the first.
        """
        for call in self._calls:
            if call.remark == remark:
                seen = seen or f"{call} was called"
                raise Checked(self._observed, expected, seen, line=call.line or line, why=why)

    def line_for(self, result: Sequence[Plain], value: Sequence[Plain]) -> int | None:
        """The line of the call that made the first item of `result` that is not as in `value`, if
        each call made one; None if there was no call.
        """
        if not self._calls:
            return None
        pairs = enumerate(zip(result, value, strict=False))
        first = next((n for n, (got, want) in pairs if not same(got, want)), len(value))
        return self._calls[min(first, len(self) - 1)].line
