"""Expectations on a run, the causes that explain a broken one, and the verdict."""

from collections.abc import Mapping

from checker.exercise import Exercise
from checker.judge.answer import Answer, NoRun
from checker.judge.causes.table import BY_ID, CAUSES
from checker.judge.expect import Observed
from checker.judge.inputs import Inputs
from checker.judge.internal import InternalError
from checker.judge.observe import observe
from checker.judge.predict import UnknownQuestion, judge_prediction
from checker.judge.unmet import Unmet
from checker.judge.verdict import Verdict, judge
from checker.judge.wording import counted, duration, list_of_times

__all__ = [
    "BY_ID",
    "CAUSES",
    "Answer",
    "Inputs",
    "InternalError",
    "NoRun",
    "Observed",
    "UnknownQuestion",
    "Unmet",
    "Verdict",
    "counted",
    "duration",
    "judge",
    "list_of_times",
    "observe",
    "verdict_on",
]


def verdict_on(
    exercise: Exercise,
    answer: Answer,
    predicted: Mapping[str, object] | None,
    shipped: bool = False,
) -> Verdict:
    """The `Verdict` on an `Answer`.

    Args:
        exercise: what the answer is for; where it is a prediction, `answer` is the program.
        predicted: question → value, for a prediction.
        shipped: the answer is still the cell that the course shipped.

    Raises:
        InternalError: if the checker itself fails.
        UnknownQuestion: if the prediction answers a question that nobody asks.
        NoRun, checker.engine.Absent: if a run cannot be had.
    """
    if exercise.kind == "predict":
        return judge_prediction(exercise, answer, predicted)
    return judge(exercise, answer, shipped)
