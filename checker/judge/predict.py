"""Comparing a prediction with what really happens. Nothing of the outcome is written down."""

import functools
from collections.abc import Mapping

from checker.engine.values import short_repr
from checker.exercise import QUESTIONS, Exercise
from checker.judge.answer import Answer
from checker.judge.causes.table import BY_ID, Found
from checker.judge.compare import same
from checker.judge.expect import EXACT
from checker.judge.internal import our_own
from checker.judge.verdict import Verdict
from checker.judge.wording import duration


class UnknownQuestion(TypeError):
    """A prediction answers a question that nobody asks."""


def judge_prediction(
    exercise: Exercise, answer: Answer, predicted: Mapping[str, object] | None
) -> Verdict:
    """Run the program once and compare.

    Args:
        exercise: the `Exercise`, of the kind "predict".
        answer: the program, as an `Answer`.
        predicted: question → prediction; `...` where there is none yet. More may be answered
            than the exercise asks.

    Returns:
        a `Verdict`; its message explains the first question that was answered wrongly.

    Raises:
        UnknownQuestion: if `predicted` has a key that is none of `QUESTIONS`.
        InternalError: if the checker itself fails.
        NoRun: if a run cannot be had.
    """
    verdict = Verdict(exercise.id, "predict")
    predicted = predicted or {}
    unknown = [question for question in predicted if question not in QUESTIONS]
    if unknown:
        asked = ", ".join(QUESTIONS)
        raise UnknownQuestion(f"predict() asks for {asked}, not for {unknown[0]!r}.")
    missing = [question for question in exercise.asks if question not in predicted]
    if missing:
        text = f"Say also {' and '.join(f'`{question}=`' for question in missing)}."
        return _explained(verdict, "not_attempted", text)
    if any(map(_is_open, predicted.values())):
        text = "Replace each `...` by what you expect, then run the cell again."
        return _explained(verdict, "not_attempted", text)
    with our_own(exercise.id):
        return _compared(verdict, answer, predicted)


def _is_open(value):
    """Whether a prediction is still `...`, or a part of it is."""
    return value is ... or (isinstance(value, (list, tuple)) and any(v is ... for v in value))


def _compared(verdict, answer, predicted):
    """The verdict, when the program has been run once."""
    again = functools.partial(
        answer.observe, answer.function, own={answer.file} if answer.file else None
    )
    run = again()
    answer.note(run, again)
    verdict.run, verdict.runs = run, [run]
    verdict.source, verdict.replay = answer.source, answer.replay_of(run)
    if _is_lines(predicted.get("prints")):
        verdict.predicted = _placed(run, predicted["prints"])
    if isinstance(predicted.get("takes"), (int, float)):
        verdict.expected_seconds = predicted["takes"]
    for question, value in predicted.items():
        problem = _CHECKS[question](run, value, answer)
        verdict.rules.append((f"{question}={short_repr(value, 100)}", problem is None))
        if problem and verdict.cause is None:
            verdict.broken = len(verdict.rules) - 1
            _explained(verdict, *problem)
    verdict.passed = all(holds for _, holds in verdict.rules)
    verdict.points = int(verdict.passed)
    return verdict


def _explained(verdict, cause, text, line=None, at=None, task=None):
    verdict.found = Found(BY_ID[cause], text, line, at, task)
    verdict.cause, verdict.message = cause, text
    return verdict


def _is_lines(predicted):
    """Whether a prediction of what is printed is one: a text, or a list of lines."""
    return isinstance(predicted, (str, list, tuple))


def _predicted_lines(predicted):
    if isinstance(predicted, str):
        return predicted.splitlines()
    return [str(line) for line in predicted]


def _placed(run, predicted):
    """The predicted lines where the printed ones stand; the first that differs is wrong."""
    printed, placed = _lines(run), []
    for number, line in enumerate(_predicted_lines(predicted)):
        there = number < len(printed)
        right = there and printed[number][0] == line
        placed.append((printed[number][1].at if there else run.took, line, right))
        if not right:
            break
    return placed


def _prints(run, predicted, answer):
    if not _is_lines(predicted):
        wanted = '`prints` must be a list of lines, as in `prints=["A", "B"]`'
        text = f"{wanted}, not {short_repr(predicted, 40)}."
        return "wrong_output", text, answer.end_line(run)
    lines, printed = _predicted_lines(predicted), _lines(run)
    output = [text for text, _ in printed]
    if lines == output:
        return None
    cause = "wrong_order" if sorted(lines) == sorted(output) else "wrong_output"
    same_so_far = sum(1 for _ in _common(lines, output))
    if same_so_far == len(output):
        text = f"You have {len(lines)} lines; it prints {len(output)}."
        return cause, text, printed[-1][1].line if printed else answer.end_line(run)
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
    lines, open_line = [], False
    for printed in run.printed:
        if printed.stream == "stdout":
            for text in printed.text.splitlines(keepends=True):
                if open_line:
                    lines[-1] = (lines[-1][0] + text.rstrip("\n"), lines[-1][1])
                else:
                    lines.append((text.rstrip("\n"), printed))
                open_line = not text.endswith("\n")
    return lines


def _takes(run, predicted, answer):
    if not isinstance(predicted, (int, float)):
        text = "`takes` must be a number of seconds, as in `takes=3`"
        return "wrong_time", f"{text}, not {short_repr(predicted, 40)}.", answer.end_line(run)
    if -EXACT <= run.took - predicted <= run.charged + EXACT:  # charged time only ever adds
        return None
    waits = [(s, t) for t in run.own_tasks for s in t.spans if s.state == "waits" and s.line]
    text = f"It takes {duration(run.took)}, not {duration(predicted)}"
    if run.charged:
        text = f"It takes {'more' if run.took > predicted else 'less'} than {duration(predicted)}"
    if not waits:
        return "wrong_time", f"{text}.", answer.end_line(run)
    span, task = max(waits, key=lambda w: (w[0].end, w[0].seconds))
    where = f"line {span.line}, `{answer.quote(span.line)}`"
    wait = "" if run.charged else f", from {duration(span.start)} to {duration(span.end)}"
    text = f"{text}: the last wait is that of `{task.name}` in {where}{wait}."
    return "wrong_time", text, span.line, span.end, task.number


def _returns(run, predicted, answer):
    if run.returned and same(run.result, predicted):
        return None
    outcome = f"It returns {short_repr(run.result, 80)}" if run.returned else _ending(run)
    return "wrong_result", f"{outcome}, not {short_repr(predicted, 80)}.", answer.end_line(run)


def _raises(run, predicted, answer):
    name = predicted.__name__ if isinstance(predicted, type) else predicted and str(predicted)
    kind = run.failure.type if run.failure else None
    if kind == name:
        return None
    line = run.failure.line if run.failure else answer.end_line(run)
    outcome = "It raises nothing" if run.returned else _ending(run)
    return "wrong_error", f"{outcome}, not {name or 'nothing'}.", line


def _ending(run):
    if run.failure:
        where = f" at line {run.failure.line}" if run.failure.line else ""
        return f"It raises {run.failure}{where}"
    return "It has to be stopped"


_CHECKS = {"prints": _prints, "takes": _takes, "returns": _returns, "raises": _raises}
