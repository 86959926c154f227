"""The course agrees with itself, and `prove` notices when it does not."""

import json
import shutil

import pytest

from checker.exercise import CHAPTERS, Rule, find
from checker.files import notebooks, shipped
from checker.maintain import other_outputs, prove, unseen

pytestmark = pytest.mark.solutions


@pytest.fixture
def course(committed_tree, monkeypatch):
    """The committed notebooks, as the course that `prove` looks at."""
    monkeypatch.setattr(notebooks, "notebooks_dir", lambda: committed_tree / "notebooks")
    monkeypatch.setattr(notebooks, "solutions_dir", lambda: committed_tree / "solutions")
    return committed_tree


@pytest.fixture
def chapter(course, tmp_path, monkeypatch):
    """A copy of the course that a test may break; `chapter(folder, change)` changes a notebook."""
    for folder in ("notebooks", "solutions"):
        shutil.copytree(course / folder, tmp_path / folder)
    monkeypatch.setattr(notebooks, "notebooks_dir", lambda: tmp_path / "notebooks")
    monkeypatch.setattr(notebooks, "solutions_dir", lambda: tmp_path / "solutions")

    def change(folder, edit):
        path = tmp_path / folder / "03_tasks.ipynb"
        content = json.loads(path.read_text())
        edit({cell["id"]: cell for cell in content["cells"]}, content)
        path.write_text(json.dumps(content))
        return [str(problem) for problem in prove.prove("03_tasks")[0]]

    return change


@pytest.mark.chapters
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_agrees_with_itself(course, name):
    problems, judged = prove.prove(name)
    broken = [problem for problem in problems if problem.breaks]
    assert not broken, "\n".join(map(str, broken))
    assert judged > 0


def test_the_chapters_agree_with_one_another(course):
    assert [str(problem) for problem in prove.course()] == []


def test_an_unchanged_copy_has_no_problem(chapter):
    found = chapter("notebooks", lambda cells, content: None)
    assert [problem for problem in found if not problem.startswith("note: ")] == []


BREAKS = [
    (
        "notebooks",
        "both",
        {"source": "async def bth(first, second): ...\nawait check(bth)"},
        "check(both)",
    ),
    (
        "notebooks",
        "both-text",
        {"source": "### Exercise 2\n★ easy · 5 minutes"},
        "must name `both`",
    ),
    ("notebooks", "both-text", {"source": "### `both`"}, "how long it takes"),
    (
        "notebooks",
        "both",
        {"source": "async def both(a, b):\n    return [await a, await b]\nawait check(both)"},
        "as shipped",
    ),
    (
        "notebooks",
        "morning",
        {"source": "async def morning(): ...\nawait predict(morning, prints=...)"},
        "await predict(morning, prints=..., takes=...)",
    ),
    ("notebooks", "delay", {"execution_count": None}, "never run"),
    ("notebooks", "delay", {"metadata": {"tags": ["dmeo"]}}, "knows the tag"),
    ("notebooks", "delay", {"metadata": {"tags": ["demo"], "trusted": True}}, "one machine"),
    ("notebooks", "breakfast", {"execution_count": 7}, "it shows its output"),
    ("notebooks", "delay", {"metadata": {"tags": ["predict"]}}, "is not in solutions/unseen"),
    ("notebooks", "breakfast", {"metadata": {"tags": ["demo"]}}, "no cell with this id is tagged"),
    ("solutions", "both-answer", {"metadata": {"tags": ["predict"]}}, "nothing is to be guessed"),
    ("notebooks", "slow-first", {"source": "```python\nx = = 1\n```"}, "does not compile"),
    ("notebooks", "setup", {"metadata": {"tags": ["demo"]}}, "tagged `setup`"),
    (
        "solutions",
        "both-in-turn",
        {"metadata": {"tags": ["exercise:both", "wrong:deadlock"]}},
        "one_after_the_other, not deadlock",
    ),
    (
        "solutions",
        "both-gather",
        {"metadata": {"tags": ["exercise:both", "wrong:wrong_result"]}},
        "it gets None",
    ),
    (
        "solutions",
        "both-in-turn",
        {"metadata": {"tags": ["exercise:both", "also-right"]}},
        "right, but it gets",
    ),
    (
        "solutions",
        "both-answer",
        {"metadata": {"tags": ["exercise:both", "also-right"]}},
        "needs one cell tagged answer",
    ),
    (
        "solutions",
        "both-answer",
        {"metadata": {"tags": ["exercise:bth", "answer"]}},
        "has no exercise bth",
    ),
    ("solutions", "both-answer", {"source": "both = 1 +"}, "does not run"),
]


@pytest.mark.parametrize(("folder", "cell", "change", "said"), BREAKS)
def test_a_broken_point_is_named_with_its_file_and_cell(chapter, folder, cell, change, said):
    problems = chapter(folder, lambda cells, content: cells[cell].update(change))
    assert any(said in problem and f"{folder}/03_tasks.ipynb" in problem for problem in problems)


LINKS = {
    "a link to a chapter that is gone": ("[gone](99_gone.ipynb)", "leads nowhere"),
    "a link to a heading that is gone": ("[gone](#Gone)", "which this notebook does not have"),
}


@pytest.mark.parametrize("case", LINKS)
def test_a_link_that_leads_nowhere_is_named_with_its_cell(chapter, case):
    text, said = LINKS[case]
    problems = chapter("notebooks", lambda cells, content: cells["slow-first"].update(source=text))
    [problem] = [one for one in problems if said in one]
    assert problem.startswith("notebooks/03_tasks.ipynb [slow-first]: its link")


LONG = {
    "delay": ({"source": "x = 1\n" * 16}, "16 lines of code"),
    "slow-first": ({"source": "word " * 81}, "81 words"),
}


@pytest.mark.parametrize("cell", LONG)
def test_what_is_longer_than_usual_is_noted_and_breaks_nothing(chapter, capsys, cell):
    change, text = LONG[cell]
    problems = chapter("notebooks", lambda cells, content: cells[cell].update(change))
    assert f"note: notebooks/03_tasks.ipynb [{cell}]: {text}" in problems
    assert prove.main("03_tasks") == 0
    assert text in capsys.readouterr().out


def test_an_output_for_another_python_that_nobody_needs_is_named(chapter, tmp_path):
    entries = {"gone": [{"pythons": ["3.14"], "outputs": []}]}
    other_outputs.save(tmp_path / "solutions", {"notebooks/03_tasks.ipynb": entries})
    found = chapter("notebooks", lambda cells, content: None)
    [problem] = [problem for problem in found if not problem.startswith("note: ")]
    file = "solutions/other-outputs.json [notebooks/03_tasks.ipynb gone]"
    assert problem == f"{file}: no cell with this id is compared; remove its other outputs"


def test_other_outputs_of_no_chapter_are_named(chapter, tmp_path):
    entries = {"first": [{"pythons": ["3.14"], "outputs": []}]}
    other_outputs.save(tmp_path / "solutions", {"notebooks/99_moon.ipynb": entries})
    problems = [str(problem) for problem in prove.course()]
    named = "solutions/other-outputs.json [notebooks/99_moon.ipynb]"
    assert f"{named}: no chapter; remove it" in problems


def test_what_unseen_cells_of_no_chapter_print_is_named(chapter, tmp_path):
    unseen.save(tmp_path / "solutions", "99_moon", {"first": []})
    problems = [str(problem) for problem in prove.course()]
    assert "solutions/unseen/99_moon.json: no chapter has this name; remove it" in problems


def test_a_rule_that_breaks_off_is_named(course, monkeypatch):
    both = find("both")
    monkeypatch.setattr(both, "rules", [Rule("It returns ", both.rules[0].check), both.rules[1]])
    problems = [str(problem) for problem in prove.prove("03_tasks")[0]]
    assert "checker/chapters/tasks/both.py: a rule is a sentence: 'It returns '" in problems


def test_a_missing_notebook_is_named(course, monkeypatch, tmp_path):
    monkeypatch.setattr(notebooks, "notebooks_dir", lambda: tmp_path)
    [problem], _ = prove.prove("03_tasks")
    assert "There is no notebook" in str(problem)


def test_shipped_cells_are_known_by_their_hash(course):
    assert shipped.load() == shipped.make(course / "notebooks")
