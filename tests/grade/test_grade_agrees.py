"""What a class is told is what the notebook says; and a whole class gets the grades it deserves."""

import itertools
import json
import random

import pytest

from checker import exercise
from checker.exercise import CHAPTERS
from checker.files import cells, notebooks
from checker.grade import Grader, Options, Submission, grade
from checker.maintain import handed_in
from tests.support import submitted

pytestmark = pytest.mark.solutions


def variants(chapter):
    """The chapter's notebook with answers of `solutions/`: in the first one the first of each, …

    Yields (its bytes, id → (cause or None, source)).
    """
    known = handed_in.solutions(chapter)
    shipped = notebooks.notebooks_dir() / f"{chapter}.ipynb"
    for answers in itertools.zip_longest(*known.values()):
        chosen = {id: answer for id, answer in zip(known, answers, strict=True) if answer}
        content = json.loads(shipped.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            for tag in cell["metadata"].get("tags", ()):
                if tag.removeprefix("exercise:") in chosen:
                    _, cell["source"] = chosen[tag.removeprefix("exercise:")]
        yield json.dumps(content).encode(), chosen


@pytest.mark.chapters
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_answer_in_the_solutions_gets_its_verdict(chapter):
    with Grader(Options()) as grader:
        for content, chosen in variants(chapter):
            graded = grader.grade(Submission(chapter, "x", content=content))
            assert not graded.problem
            seen = {one.id: one.cause for one in graded.exercises if one.id in chosen}
            needs = {one.id for one in exercise.exercises(chapter) if one.needs}
            assert seen == {
                id: "ungraded" if id in needs else cause for id, (cause, _) in chosen.items()
            }
            assert all(one.passed == (one.cause is None) for one in graded.exercises)


def test_its_words_are_those_of_the_notebook():
    with Grader(Options()) as grader:
        for content, chosen in variants("03_tasks"):
            graded = grader.grade(Submission("it", "x", content=content))
            said = {one.id: one.text for one in graded.exercises}
            for id, (_, source) in chosen.items():
                assert said[id] == in_a_notebook(id, source)


@pytest.mark.chapters
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_rules_ask_the_source_and_not_the_function(chapter):
    # In grading the function is in another process; `Answer.name` and `line_of` are here.
    for path in exercise.rule_files(chapter):
        assert "answer.function" not in path.read_text(encoding="utf-8"), path


def in_a_notebook(id, source):
    """The text of the verdict where learner and rules share a process."""
    names = cells.namespace([submitted.SETUP])
    broken, asked = cells.run(source, names, f"<cell {id}>")
    assert broken is None
    return str(cells.verdict(next(a for a in asked if a.argument.__name__ == id)))


def a_class(draw, many, chapter="03_tasks"):
    """`many` submissions, each with what it must get: name → (Submission, points or None).

    None stands for one that cannot be read.
    """
    known = handed_in.solutions(chapter)
    right = {id: [s for cause, s in answers if cause is None] for id, answers in known.items()}
    wrong = {id: [s for cause, s in answers if cause] for id, answers in known.items()}
    hostile = sorted(submitted.HOSTILE.glob("*.py"))
    if many < LARGE:
        hostile = [path for path in hostile if path.stem in QUICK]
    made = {}
    for number in range(many):
        kind = draw.choice(["right", "right", "wrong", "wrong", "damaged", "hostile"])
        name, failing = f"{number:03} {kind}", set()
        if kind == "damaged":
            content = draw.choice([b"", b"{", b"\x00\xff", submitted.right()[:-40]])
            failing = None
        elif kind == "hostile":
            content, failing = submitted.hostile(draw.choice(hostile)), set(known)
        else:
            if kind == "wrong":
                failing = set(draw.sample(list(known), draw.randint(1, 3)))
            answers = {i: draw.choice((wrong if i in failing else right)[i]) for i in known}
            content = submitted.answering(**answers)
        made[name] = (Submission(name, name, content=content), failing)
    return made


LARGE = 200  # in a class as large as this there are those, too, that go on until their time is over
QUICK = (
    "becomes_a_daemon",
    "closes_everything",
    "constant_answer",
    "crashes",
    "exits_at_once",
    "exits_in_the_answer",
    "forges_a_verdict",
    "patches_builtins",
    "patches_sleep",
    "patches_the_clock",
    "returns_an_object_that_lies",
    "sends_too_much",
)


@pytest.mark.parametrize("many", [40, pytest.param(LARGE, marks=pytest.mark.long)])
def test_a_class_is_graded_exactly_as_it_was_made(many):
    made = a_class(random.Random(many), many)
    submissions, options = [one for one, _ in made.values()], Options(timeout=8)
    seen = {one.name: one for one in grade(submissions, jobs=2, options=options)}
    assert seen.keys() == made.keys()
    ids = {one.id for one in exercise.exercises("03_tasks")}
    for name, (_, failing) in made.items():
        graded = seen[name]
        assert bool(graded.problem) == (failing is None), name
        if failing is not None:
            assert {one.id for one in graded.exercises} == ids
            assert {one.id for one in graded.exercises if not one.passed} == failing, name
    json.dumps([one.to_json() for one in seen.values()], allow_nan=False)
