"""Expectations on a run, the causes that explain a broken one, and the verdict."""

from checker.judge.causes import BY_ID, CAUSES
from checker.judge.draw import Draw
from checker.judge.expect import Answer, Unmet, observe
from checker.judge.verdict import Verdict, judge

__all__ = ["BY_ID", "CAUSES", "Answer", "Draw", "Unmet", "Verdict", "judge", "observe"]
