"""Chapters as packages, and exercises of an instructor's own: what is loaded, what is refused."""

import sys

import pytest

import checker.chapters
from checker import exercise
from checker.maintain import prove

DECLARED = """
from checker.exercise import Exercise

{name} = Exercise("{id}", kind="write", hints=["?"])


@{name}.rule("It holds.")
def holds(answer, inputs):
    pass
"""
LISTED = "EXERCISES = ({})\n"


def declared(id, name="it"):
    """The text of a file that declares an exercise."""
    return DECLARED.format(id=id, name=name)


def write(folder, **files):
    """A package; `files`: name without .py → text. Returns its folder."""
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


@pytest.fixture
def course(monkeypatch, tmp_path):
    """A course of one chapter, `00_pets`, that a test writes into this folder as `pets`."""
    monkeypatch.setattr(exercise, "CHAPTERS", ("00_pets",))
    monkeypatch.setattr(exercise, "_registry", {})
    monkeypatch.setattr(exercise, "_places", {})
    monkeypatch.setattr(checker.chapters, "__path__", [str(tmp_path / "chapters")])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "chapters").mkdir()
    before = set(sys.modules)
    yield tmp_path / "chapters"
    for name in set(sys.modules) - before:
        if name.startswith(("checker.chapters.", "rules_")):
            del sys.modules[name]


def test_exercises_come_in_the_order_of_the_list(course):
    files = {"walk": declared("walk"), "Feed": declared("Feed", "feed")}
    helpers = {"shared": "KINDS = 2\n", "expect": "def is_fed(run): ...\n"}
    write(course / "pets", __init__=LISTED.format('"walk", "Feed"'), **files, **helpers)
    assert [(e.id, e.chapter) for e in exercise.exercises()] == [
        ("walk", "00_pets"),
        ("Feed", "00_pets"),
    ]
    assert exercise.find("Feed").rules[0].text == "It holds."
    names = [path.name for path in exercise.rule_files("00_pets")]
    assert names == ["Feed.py", "__init__.py", "expect.py", "shared.py", "walk.py"]


BROKEN = {
    "an id without a file": (
        {"__init__": LISTED.format('"feed", "walk"'), "feed": declared("feed")},
        "pets/__init__.py lists walk, and there is no walk.py",
    ),
    "a file without an id": (
        {"__init__": LISTED.format('"feed",'), "feed": declared("feed"), "walk": declared("walk")},
        "pets/walk.py is not in EXERCISES of its __init__.py",
    ),
    "an id that is listed twice": (
        {"__init__": LISTED.format('"feed", "feed"'), "feed": declared("feed")},
        "pets/__init__.py lists feed twice",
    ),
    "no list": (
        {"__init__": "", "feed": declared("feed")},
        "pets/__init__.py has no EXERCISES",
    ),
    "another id in the file": (
        {"__init__": LISTED.format('"feed",'), "feed": declared("fed")},
        "pets/feed.py is to declare one exercise, and to call it feed",
    ),
    "two exercises in a file": (
        {
            "__init__": LISTED.format('"feed",'),
            "feed": declared("feed", "one") + declared("walk", "two"),
        },
        "pets/feed.py is to declare one exercise, and to call it feed",
    ),
    "nothing in the file": (
        {"__init__": LISTED.format('"feed",'), "feed": "N = 1\n"},
        "pets/feed.py is to declare one exercise, and to call it feed",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_chapter_whose_list_and_files_differ_is_refused(course, case):
    files, said = BROKEN[case]
    write(course / "pets", **files)
    with pytest.raises(LookupError, match=said):
        exercise.exercises()


def test_prove_names_an_id_without_a_file(course, capsys):
    files, said = BROKEN["an id without a file"]
    write(course / "pets", **files)
    assert prove.main() == 1
    assert f"checker/chapters: {said}" in capsys.readouterr().out


@pytest.fixture
def rules(course, tmp_path):
    """An empty folder for an instructor's rules; the course has one exercise, `walk`."""
    write(course / "pets", __init__=LISTED.format('"walk",'), walk=declared("walk"))
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def test_a_file_of_an_instructors_own_is_a_chapter(rules):
    (rules / "birds.py").write_text(declared("sing", "one") + declared("fly", "two"))
    exercise.add_rules(rules)
    exercise.add_rules(rules)  # a second time is no trouble
    assert [e.id for e in exercise.exercises("birds")] == ["sing", "fly"]
    assert [e.id for e in exercise.exercises("pets")] == ["walk"]
    assert exercise.rule_files("birds") == [rules / "birds.py"]


def test_a_package_of_an_instructors_own_is_a_chapter(rules):
    text = "from .shared import WORDS\n" + declared("sing")
    files = {"sing": text.replace("It holds.", '" + WORDS + "'), "fly": declared("fly")}
    shared = 'WORDS = "It sings."\n'
    write(rules / "birds", __init__=LISTED.format('"sing", "fly"'), shared=shared, **files)
    exercise.add_rules(rules)
    assert [e.id for e in exercise.exercises("birds")] == ["sing", "fly"]
    assert exercise.find("sing").rules[0].text == "It sings."
    assert exercise.chapter_name("handed-in/birds.ipynb") == "birds"


def test_rules_that_cannot_be_used_are_named(rules):
    with pytest.raises(LookupError, match="There are no rules in"):
        exercise.add_rules(rules)
    (rules / "birds.py").write_text(declared("walk"))
    with pytest.raises(LookupError, match=r"birds\.py cannot be used: .*two exercises are called"):
        exercise.add_rules(rules)


def test_a_chapter_of_the_same_name_is_refused(rules, tmp_path):
    (rules / "birds.py").write_text(declared("sing"))
    other = tmp_path / "other"
    write(other, birds=declared("fly"))
    exercise.add_rules(rules)
    with pytest.raises(LookupError, match="there is a chapter birds already"):
        exercise.add_rules(other)
