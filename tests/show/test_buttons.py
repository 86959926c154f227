"""What stands under a verdict: folded hints and answers, the run to play, the next link."""

import json
import re

import pytest

from checker import exercise
from checker.exercise import find
from checker.files import store
from checker.judge import Verdict, verdict_on
from checker.learner import help as learner_help
from checker.show import buttons, code, page
from tests.support.answers import answer

pytestmark = pytest.mark.solutions  # it tells answers

STUB = "async def both(first, second):\n    raise NotImplementedError\n"
WRONG = "async def both(first, second):\n    return [await first, await second]\n"
RIGHT = "async def both(first, second):\n    return list(await asyncio.gather(first, second))\n"


def verdict(source):
    """The verdict on `both`, as a notebook gets it, with the run to play."""
    made = verdict_on(find("both"), answer(source, "both"), None)
    if made.cause not in (None, "not_attempted"):
        made.played = made.replay()
    return made


def folded(html, name):
    """The labels of the folded parts with this mark."""
    return re.findall(rf"<details data-{name}><summary>(.*?)</summary>", html)


def test_a_wrong_answer_has_its_hints_the_solution_and_the_run():
    html = buttons.html(verdict(WRONG))
    assert folded(html, "hint") == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    assert folded(html, "answers") == ["Solution"]
    told = json.loads(re.search(r"stand\(place, (.*), start\);", html)[1])
    assert told["exercise"] == "both"
    assert told["play"]["run"]["source"] == WRONG.splitlines()
    assert told["play"]["run"]["steps"]
    assert "<div data-typed>" in html and "await play(both)" in html


def test_what_was_not_tried_has_its_solution_all_the_same_and_no_run():
    html = buttons.html(verdict(STUB))
    assert folded(html, "answers") == ["Solution anyway"]
    assert '"play": null' in html


def test_a_solved_one_has_the_other_right_answers_with_reasons_and_leads_on():
    html = buttons.html(verdict(RIGHT), find("fetch_all"))
    answers = learner_help.right_answers(find("both"))
    assert folded(html, "hint") == []
    assert folded(html, "answers") == [f"Other right answers ({len(answers)})"]
    for why, source in answers:
        assert page.code(why) in html and code.coloured(source) in html
    link = re.search(r'<a data-next href="([^"]*)">(.*?)</a>', html)
    assert link.groups() == ("03_tasks.ipynb#Exercise-3:-fetch_all", "Next: fetch_all")


def test_ones_own_answer_is_not_among_the_others():
    [_, (_, source), *_] = learner_help.right_answers(find("both"))
    shown = verdict(RIGHT)
    before = len(folded_answers(shown))
    shown.source = source
    assert len(folded_answers(shown)) == before - 1


def folded_answers(shown):
    return re.findall("<pre>", buttons.folded(shown))


def test_a_right_prediction_has_its_reason_and_no_other_answers():
    shown = Verdict("morning", "predict", passed=True)
    [(why, source)] = learner_help.right_answers(find("morning"))
    assert folded(buttons.html(shown), "answers") == ["Why"]
    below = buttons.folded(shown)
    assert page.code(why) in below and code.coloured(source) in below


def test_without_solutions_there_are_hints_alone(monkeypatch):
    monkeypatch.setattr(learner_help.notebooks, "solutions_dir", lambda: None)
    html = buttons.html(verdict(WRONG))
    assert folded(html, "answers") == [] and len(folded(html, "hint")) == 3


def test_a_run_that_is_too_large_is_typed_for(monkeypatch):
    monkeypatch.setattr(buttons, "MOST_PLAYED", 100)
    assert '"play": null' in buttons.html(verdict(WRONG))


def test_the_next_exercise_is_the_first_unsolved_one_that_follows(monkeypatch):
    kept = store.Store()
    monkeypatch.setattr(store, "store", lambda: kept)
    assert buttons.next_exercise("both").id == "fetch_all"
    kept.note("fetch_all", True, 4, 4)
    assert buttons.next_exercise("both").id == "save_all"
    assert buttons.next_exercise("drain").chapter == "04_cancellation"
    for one in exercise.exercises():
        if one.id != "greet":
            kept.note(one.id, True, 1, 1)
    assert buttons.next_exercise("both").id == "greet"
    kept.note("greet", True, 1, 1)
    assert buttons.next_exercise("both") is None


def test_read_again_is_a_link_where_the_chapters_are():
    shown = verdict(WRONG)
    link = '<a href="03_tasks.ipynb#The-classic-mistake">03_tasks: The classic mistake</a>'
    assert link in page.html(shown)
    assert "<a " not in page.html(shown, linked=False)


# ---------------------------------------------------------------- colours


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("await x", ["keyword"]),
        ("awaits = 1", ["number"]),
        ("def f(): pass", ["keyword", "def", "keyword"]),
        ("x = 'a # b'  # c", ["string", "comment"]),
        ('f"""a\n\'b\'"""', ["string"]),
        ("a < b", []),
    ],
)
def test_code_has_the_colours_of_the_editor(source, kinds):
    html = code.coloured(source)
    found = re.findall(r"--jp-mirror-editor-(\w+)-color", html)
    assert found == kinds
    text = re.sub(r"<[^>]*>", "", html)
    assert text.replace("&lt;", "<") == source
