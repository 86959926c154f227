"""Comparing a prediction with what really happens. Nothing of the outcome is written down."""

import functools
from collections.abc import Mapping

from checker.engine.values import short_repr
from checker.exercise import Exercise
from checker.judge.answer import Answer
from checker.judge.causes.table import BY_ID, Found
from checker.judge.compare import same
from checker.judge.expect import EXACT
from checker.judge.internal import our_own
from checker.judge.verdict import Verdict
from checker.judge.wording import duration

QUESTIONS = ("prints", "takes", "returns", "raises")


class UnknownQuestion(TypeError):
    """A prediction answers a question that nobody asks."""


def judge_prediction(
    exercise: Exercise, answer: Answer, said: Mapping[str, object] | None
) -> Verdict:
    """Run the program once and compare.

    Args:
        exercise: the `Exercise`, of the kind "predict".
        answer: the program, as an `Answer`.
        said: question → prediction; `...` where there is none yet.

    Returns:
        a `Verdict`; its message explains the first question that was answered wrongly.

    Raises:
        UnknownQuestion: if `said` has a key that is none of `QUESTIONS`.
        InternalError: if the checker itself fails.
        NoRun: if a run cannot be had.
    """
    verdict = Verdict(exercise.id, "predict")
    if not said or any(value is ... for value in said.values()):
        text = "Replace each `...` by what you expect, then run the cell again."
        return _found(verdict, "not_attempted", text)
    unknown = [question for question in said if question not in QUESTIONS]
    if unknown:
        asked = ", ".join(QUESTIONS)
        raise UnknownQuestion(f"predict() asks for {asked}, not for {unknown[0]!r}.")
    with our_own(exercise.id):
        return _compared(verdict, answer, said)


def _compared(verdict, answer, said):
    """The verdict, when the program has been run once."""
    again = functools.partial(
        answer.observe, answer.function, own={answer.file} if answer.file else None
    )
    run = again()
    verdict.run, verdict.runs = run, [run]
    verdict.source, verdict.replay = answer.source, functools.partial(again, snapshots=True)
    if _is_lines(said.get("prints")):
        verdict.said = _placed(run, said["prints"])
    if isinstance(said.get("takes"), (int, float)):
        verdict.expected_seconds = said["takes"]
    for question, value in said.items():
        problem = _CHECKS[question](run, value, answer)
        verdict.rules.append((f"{question}={short_repr(value, 100)}", problem is None))
        if problem and verdict.cause is None:
            verdict.broken = len(verdict.rules) - 1
            _found(verdict, *problem)
    verdict.passed = all(holds for _, holds in verdict.rules)
    verdict.points = int(verdict.passed)
    return verdict


def _found(verdict, cause, text, line=None, at=None, task=None):
    verdict.found = Found(BY_ID[cause], text, line, at, task)
    verdict.cause, verdict.message = cause, text
    return verdict


def _is_lines(said):
    """Whether a prediction of what is printed is one: a text, or a list of lines."""
    return isinstance(said, (str, list, tuple))


def _said_lines(said):
    return said.splitlines() if isinstance(said, str) else [str(line) for line in said]


def _placed(run, said):
    """The predicted lines where the printed ones stand; the first that differs is wrong."""
    printed, placed = _lines(run), []
    for number, line in enumerate(_said_lines(said)):
        there = number < len(printed)
        right = there and printed[number][0] == line
        placed.append((printed[number][1].at if there else run.took, line, right))
        if not right:
            break
    return placed


def _prints(run, said, answer):
    if not _is_lines(said):
        wanted = '`prints` must be a list of lines, as in `prints=["A", "B"]`'
        text = f"{wanted}, not {short_repr(said, 40)}."
        return "wrong_output", text, answer.usual_line()
    lines, printed = _said_lines(said), _lines(run)
    seen = [text for text, _ in printed]
    if lines == seen:
        return None
    cause = "wrong_order" if sorted(lines) == sorted(seen) else "wrong_output"
    same_so_far = sum(1 for _ in _common(lines, seen))
    if same_so_far == len(seen):
        text = f"You have {len(lines)} lines; it prints {len(seen)}."
        return cause, text, printed[-1][1].line if printed else answer.usual_line()
    text, moment = printed[same_so_far]
    where = (
        f"line {moment.line}, `{answer.quote(moment.line)}`, prints it"
        if moment.line
        else "it comes"
    )
    number = f"line {same_so_far + 1} of the output is {text!r}"
    first = f"Your list ends too soon: {number}"
    if same_so_far < len(lines):
        first = f"L{number[1:]}, not {lines[same_so_far]!r}"
    # Charged time differs from run to run: it is never printed.
    when = "" if run.charged else f" at {duration(moment.at)}"
    return cause, f"{first}: {where}{when}.", moment.line, moment.at, moment.task


def _common(lines, seen):
    for mine, theirs in zip(lines, seen, strict=False):
        if mine != theirs:
            return
        yield mine


def _lines(run):
    """The printed lines, each with the `Printed` in which it began."""
    found, open_line = [], False
    for printed in run.printed:
        if printed.stream == "stdout":
            for text in printed.text.splitlines(keepends=True):
                if open_line:
                    found[-1] = (found[-1][0] + text.rstrip("\n"), found[-1][1])
                else:
                    found.append((text.rstrip("\n"), printed))
                open_line = not text.endswith("\n")
    return found


def _takes(run, said, answer):
    if not isinstance(said, (int, float)):
        text = f"`takes` must be a number of seconds, as in `takes=3`, not {short_repr(said, 40)}."
        return "wrong_time", text, answer.usual_line()
    if -EXACT <= run.took - said <= run.charged + EXACT:  # charged time only ever adds
        return None
    waits = [(s, t) for t in run.own_tasks for s in t.spans if s.state == "waits" and s.line]
    text = f"It takes {duration(run.took)}, not {duration(said)}"
    if run.charged:
        text = f"It takes {'more' if run.took > said else 'less'} than {duration(said)}"
    if not waits:
        return "wrong_time", f"{text}.", answer.usual_line()
    span, task = max(waits, key=lambda w: (w[0].end, w[0].seconds))
    where = f"line {span.line}, `{answer.quote(span.line)}`"
    wait = "" if run.charged else f", from {duration(span.start)} to {duration(span.end)}"
    text = f"{text}: the last wait is that of `{task.name}` in {where}{wait}."
    return "wrong_time", text, span.line, span.end, task.number


def _returns(run, said, answer):
    if run.returned and same(run.result, said):
        return None
    seen = f"It returns {short_repr(run.result, 80)}" if run.returned else _ending(run)
    return "wrong_result", f"{seen}, not {short_repr(said, 80)}.", answer.usual_line()


def _raises(run, said, answer):
    name = said.__name__ if isinstance(said, type) else said and str(said)
    kind = run.failure.type if run.failure else None
    if kind == name:
        return None
    line = run.failure.line if run.failure else answer.usual_line()
    seen = "It raises nothing" if run.returned else _ending(run)
    return "wrong_error", f"{seen}, not {name or 'nothing'}.", line


def _ending(run):
    if run.failure:
        where = f" at line {run.failure.line}" if run.failure.line else ""
        return f"It raises {run.failure}{where}"
    return "It has to be stopped"


_CHECKS = {"prints": _prints, "takes": _takes, "returns": _returns, "raises": _raises}
