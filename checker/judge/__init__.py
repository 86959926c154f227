"""Expectations on a run, the causes that explain a broken one, and the verdict."""

from checker.judge.causes import BY_ID, CAUSES
from checker.judge.draw import Draw
from checker.judge.expect import Answer, Unmet, moments, observe
from checker.judge.predict import judge_prediction
from checker.judge.verdict import Verdict, judge

__all__ = [
    "BY_ID",
    "CAUSES",
    "Answer",
    "Draw",
    "Unmet",
    "Verdict",
    "judge",
    "moments",
    "observe",
    "verdict_on",
]


def verdict_on(exercise, answer, said):
    """The `Verdict` on an `Answer`; `said` is what was predicted, for a prediction."""
    if exercise.kind == "predict":
        return judge_prediction(exercise, answer, said)
    return judge(exercise, answer)
