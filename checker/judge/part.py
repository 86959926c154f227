"""What a rule may expect of a part of what a scene returned."""

from dataclasses import dataclass

from checker.engine.values import Plain
from checker.judge.compare import difference, same
from checker.judge.observed import ObservedRun
from checker.judge.unmet import Checked, Returned


@dataclass(frozen=True)
class Part:
    """One part of what a scene returned: an item of its dict, list or tuple.

    Attributes:
        observed: the run of the scene.
        value: the part, as plain data.
    """

    observed: ObservedRun
    value: Plain

    def returned(
        self,
        value: Plain,
        expected: str = "",
        seen: str = "",
        *,
        line: int | None = None,
        why: str | None = None,
    ) -> None:
        """The answer returned exactly this, and the scene handed it on.

        Args:
            expected: a text for the learner, that of `value` if it is not given.
            seen: what to say of another value, with {} or {!r} for that; where the two differ, if
                it is not given.
            line, why: as for `Observed.check`.

        Raises:
            Returned: if it is another value, or one of another type.
        """
        if not same(self.value, value):
            wanted, shown = difference(value, self.value)
            raise Returned(
                self.observed,
                expected or wanted,
                seen.format(self.value) if seen else shown,
                value=value,
                result=self.value,
                line=line,
                why=why,
            )

    def equals(
        self,
        value: Plain,
        expected: str = "",
        seen: str = "it was {!r}",
        *,
        line: int | None = None,
        why: str | None = None,
        in_turn: bool = False,
        shared: str = "",
    ) -> None:
        """The scene has noticed exactly this.

        Args:
            expected: a text for the learner, that of `value` if it is not given.
            seen: what to say of another value, with {} or {!r} for that.
            line, why, in_turn, shared: as for `Observed.check`.

        Raises:
            Checked: if it is another value, or one of another type.
        """
        if not same(self.value, value):
            raise Checked(
                self.observed,
                expected or repr(value),
                seen.format(self.value),
                line=line,
                why=why,
                in_turn=in_turn,
                shared=shared,
            )
