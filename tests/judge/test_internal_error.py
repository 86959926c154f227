"""An error of the checker's own is told as one: no answer is blamed for it, and none is passed."""

import asyncio

import pytest

from checker.engine import Absent
from checker.exercise import Rule, find
from checker.grade import Grader, Options, Submission
from checker.judge import InternalError, NoRun, UnknownQuestion, judge, observe, verdict_on
from checker.learner import check
from checker.maintain import prove
from tests.support import submitted
from tests.support.answers import answer

ONE = "async def answer():\n    return 1\n"


def fails(made, inputs):
    observe(made)
    return {}["no such key"]


@pytest.fixture
def failing(monkeypatch):
    """An exercise of the course, with a rule that fails."""
    exercise = find("fetch_all")
    monkeypatch.setattr(exercise, "rules", [Rule("It holds.", fails)])
    return exercise


def test_a_rule_that_fails_is_an_error_of_the_checker(failing):
    with pytest.raises(InternalError) as told:
        judge(failing, answer(ONE))
    assert isinstance(told.value.__cause__, KeyError)
    text = str(told.value)
    assert "`fetch_all` could not be judged" in text
    assert "no fault of your answer" in text
    first, second, third, fourth = told.value.report.splitlines()
    assert first == "fetch_all, in the rule 'It holds.'"
    assert second == "KeyError: 'no such key'"
    assert third.endswith(" fails") and "test_internal_error.py:" in third
    assert "/" not in third
    assert fourth.startswith("Python 3.")


def test_what_explains_a_broken_rule_may_fail_as_well(failing, monkeypatch):
    def returns_two(made, inputs):
        observe(made).returned(2)

    def breaks(unmet, made):
        raise RuntimeError("no cause at all")

    monkeypatch.setattr(failing, "rules", [Rule("It returns 2.", returns_two)])
    monkeypatch.setattr("checker.judge.verdict.diagnose", breaks)
    with pytest.raises(InternalError, match="RuntimeError: no cause at all"):
        judge(failing, answer(ONE))


@pytest.mark.parametrize("kind", [NoRun, Absent, KeyboardInterrupt])
def test_what_has_a_meaning_of_its_own_comes_out_as_it_is(failing, monkeypatch, kind):
    def ends(made, inputs):
        raise kind("no run")

    monkeypatch.setattr(failing, "rules", [Rule("It holds.", ends)])
    with pytest.raises(kind):
        judge(failing, answer(ONE))


def test_a_prediction_is_no_error_of_ours_whatever_it_says():
    exercise = find("morning")
    for said in ({"prints": 5}, {"takes": "3"}, {"returns": object()}, {"raises": 7}):
        verdict = verdict_on(exercise, answer(ONE), {"prints": [], "takes": 0} | said)
        assert (verdict.passed, verdict.cause in (None, "not_attempted")) == (False, False)
    told = verdict_on(exercise, answer(ONE), {"prints": 5, "takes": 0})
    assert told.message == '`prints` must be a list of lines, as in `prints=["A", "B"]`, not 5.'
    with pytest.raises(UnknownQuestion, match="not for 'print'"):
        verdict_on(exercise, answer(ONE), {"print": ["A"]})


def test_in_a_notebook_a_notice_says_what_to_report(failing, monkeypatch):
    noted = []
    monkeypatch.setattr(check, "note", noted.append)

    async def fetch_all(fetch, names):
        return []

    told = asyncio.run(check.checked(failing, fetch_all))
    assert isinstance(told, check.Notice)
    assert "KeyError: 'no such key'" in repr(told)
    assert noted == []


def test_in_grading_the_exercise_is_ungraded_and_the_instructor_is_told(failing):
    with Grader(Options()) as grader:
        graded = grader.grade(Submission("it", "it.ipynb", content=submitted.right()))
    [one] = [one for one in graded.exercises if one.id == "fetch_all"]
    assert (one.cause, one.points, one.passed) == ("ungraded", 0, False)
    assert "no fault of the answer" in one.text
    assert graded.notices == [
        notice for notice in graded.notices if "KeyError: 'no such key'" in notice
    ]
    assert len(graded.notices) == 1


def test_a_prediction_that_answers_another_question_is_broken_in_grading():
    program = "async def morning():\n    pass\n\nawait predict(morning, print=['A'])"
    with Grader(Options()) as grader:
        content = submitted.answering(morning=program)
        graded = grader.grade(Submission("it", "it.ipynb", content=content))
    [one] = [one for one in graded.exercises if one.id == "morning"]
    assert one.cause == "broken"
    assert "not for 'print'" in one.message
    assert "The checker has failed" not in " ".join(graded.notices)


@pytest.mark.solutions
def test_prove_names_the_cell_over_which_a_rule_fails(failing):
    problems, _ = prove.prove("03_tasks")
    told = [str(problem) for problem in problems if "a rule fails over it" in str(problem)]
    assert told
    assert all("KeyError: 'no such key'" in text for text in told)
