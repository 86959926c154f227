"""Judging one answer: every rule is tried, the first that breaks is explained."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field

from checker.engine.record import Run
from checker.exercise import Exercise, Rule
from checker.judge.answer import Answer
from checker.judge.causes.table import Found, diagnose
from checker.judge.inputs import inputs_for
from checker.judge.internal import our_own
from checker.judge.ran import Ran
from checker.judge.unmet import Seen, Took, Unmet

REPEATS = 4  # charged time only ever adds: a charged failure counts if it comes back


@dataclass
class Verdict:
    """What the checker says of one answer. It shows itself in a notebook.

    Attributes:
        exercise: the id of the exercise.
        passed: whether every rule holds.
        points, max_points: one point a rule that holds.
        cause: the id of the cause, None if it passed.
        message: the evidence for the cause, in words.
        rules: (text, holds) of each rule, in order.
        runs: every `checker.engine.Run` that was made; run: the one that is shown, if any.
        broken: the number of the rule that is explained, None if it passed.
        call, expected, seen: of that rule; line: the line of the cell that the cause names.
        server: what a server saw of that run, in lines; "" if there is none.
        predicted: (seconds, line, whether it is right) of each line that was predicted.
        replay: a function that makes `run` again, with its snapshots; ran: one that makes it again
            to see which lines run; source: the answer's cell.
        played: `run` made again with its snapshots, where a notebook needs them; else None.
    """

    exercise: str
    kind: str
    passed: bool = False
    points: int = 0
    max_points: int = 1
    cause: str | None = None
    message: str = ""
    rules: list[tuple[str, bool]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    broken: int | None = None
    call: str = ""
    expected: str = ""
    seen: str = ""
    server: str = ""
    expected_seconds: float | None = None
    found: Found | None = None
    run: Run | None = None
    shipped: bool = False
    predicted: list[tuple[float, str, bool]] = field(default_factory=list)
    replay: Callable[[], Run] | None = field(default=None, repr=False)
    ran: Callable[[], Ran | None] | None = field(default=None, repr=False)
    source: str = field(default="", repr=False)
    played: Run | None = field(default=None, repr=False)

    @property
    def line(self) -> int | None:
        """The line of the cell that the cause names, or None."""
        return self.found.line if self.found else None

    def __repr__(self) -> str:
        from checker.show import words

        return words.text(self)

    def _repr_html_(self) -> str:
        from checker.show import page

        return page.html(self)

    def _ipython_display_(self) -> None:
        from checker.show import buttons

        buttons.show(self)


def judge(exercise: Exercise, answer: Answer, shipped: bool = False) -> Verdict:
    """Try every rule of an exercise on the answer.

    Args:
        exercise: any but one of the kind "predict".
        answer: its `runs` grow by those that are made now.
        shipped: the answer is still the cell that the course shipped: for its own cause it gets no
            points.

    Raises:
        InternalError: if a rule, or what explains it, fails in another way than by an `Unmet`.
        NoRun, checker.engine.Absent: if a run cannot be had.
    """
    verdict = Verdict(exercise.id, exercise.kind, max_points=exercise.max_points)
    for number, rule in enumerate(exercise.rules):
        unmet = _try(exercise, rule, answer)
        verdict.rules.append((rule.text, unmet is None))
        verdict.points += unmet is None
        if unmet is not None and verdict.broken is None:
            with our_own(exercise.id, rule.text):
                _explain(verdict, unmet, answer, number)
            if verdict.cause in ("not_attempted", "deadlock") or unmet.run.stop is not None:
                # The other rules would say the same, and a limit costs real time each time.
                verdict.rules += [(r.text, False) for r in exercise.rules[number + 1 :]]
                break
    verdict.runs = answer.runs
    verdict.passed = all(holds for _, holds in verdict.rules)
    # Where nothing is to be explained, the longest run shows most; the last one had often no input.
    verdict.run = verdict.run or max(answer.runs, key=lambda run: run.took, default=None)
    verdict.source = answer.source
    if verdict.run is not None:
        verdict.replay = answer.replay_of(verdict.run)
        verdict.ran = functools.partial(answer.ran_in, verdict.run)
    if shipped and verdict.cause and verdict.cause == exercise.shipped:
        verdict.shipped = True
        verdict.points = 0
    return verdict


def _explain(verdict: Verdict, unmet: Unmet, answer: Answer, number: int) -> None:
    found = diagnose(unmet, answer)
    verdict.found, verdict.cause, verdict.message = found, found.cause.id, found.text
    verdict.broken, verdict.run = number, unmet.run
    verdict.call, verdict.expected, verdict.seen = unmet.observed.call, unmet.expected, unmet.seen
    if isinstance(unmet, Took) and unmet.whole:
        verdict.expected_seconds = unmet.seconds
    if isinstance(unmet, Seen) and unmet.log:
        verdict.server = unmet.log.get("text", "")


def _try(exercise: Exercise, rule: Rule, answer: Answer) -> Unmet | None:
    """None if the rule holds, else what was not met."""
    for _ in range(REPEATS):
        made = len(answer.runs)
        inputs = inputs_for(exercise.id, rule.text, answer.source + answer.salt)
        try:
            with our_own(exercise.id, rule.text):
                rule.check(answer, inputs)
            return None
        except Unmet as unmet:
            failed = unmet
        exact = failed.observed.by_count or not any(run.charged for run in answer.runs[made:])
        if exact or failed.run.stop is not None:
            break
    return failed
