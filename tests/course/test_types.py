"""The types of what learners type and of what authors use. That they are right is for mypy to say,
in `make style`; here: that they are there, mean something on this Python, and tell the truth.
"""

import inspect
import shutil
import sys
import tomllib
import typing
from pathlib import Path

import aiohttp
import pytest

import checker
from checker import engine, exercise, judge, lab
from checker.judge import verdict_on
from checker.judge.calls import Calls
from checker.judge.part import Part
from checker.judge.several import ObservedAudit, ObservedSchedules
from checker.learner.check import Notice
from checker.learner.help import Help
from checker.maintain.committed import ROOT
from checker.show.player import Player
from checker.show.timeline import Timeline
from tests.support.answers import answer

# Named in annotations, and imported only where they are used: that takes its time, or the lab
# would need the judge.
LATE = {"Player": Player, "Timeline": Timeline, "Inputs": judge.Inputs, "aiohttp": aiohttp}

PUBLIC = [
    *(getattr(checker, name) for name in checker.__all__),
    *(getattr(engine, name) for name in engine.__all__),
    *(getattr(judge, name) for name in judge.__all__),
    *(getattr(lab, name) for name in lab.__all__),
    *(exercise.Exercise, exercise.Rule, exercise.exercises, exercise.find, exercise.add_rules),
    *(Calls, Part, ObservedAudit, ObservedSchedules, Notice, Help, Player, Timeline),
]


def functions_of(thing):
    """The functions that the text of a class defines, properties and class methods included,
    under a public name or one that Python calls by itself.
    """
    file = sys.modules[thing.__module__].__file__
    for name, member in vars(thing).items():
        member = inspect.unwrap(getattr(member, "fget", getattr(member, "__func__", member)))
        is_public = not name.startswith("_") or name.startswith("__")
        is_public = is_public and not name.startswith("__annotate")  # the compiler's, since 3.14
        if is_public and inspect.isfunction(member) and member.__code__.co_filename == file:
            yield member


def named(things):
    return [pytest.param(t, id=f"{t.__module__}.{t.__qualname__}") for t in dict.fromkeys(things)]


@pytest.mark.parametrize("function", named(filter(inspect.isfunction, PUBLIC)))
def test_a_public_function_says_what_it_takes_and_returns(function):
    function = inspect.unwrap(function)
    hints = typing.get_type_hints(function, localns=LATE)
    assert hints.keys() == {*inspect.signature(function).parameters, "return"}


@pytest.mark.parametrize("kind", named(filter(inspect.isclass, PUBLIC)))
def test_the_annotations_of_a_public_class_mean_something(kind):
    typing.get_type_hints(kind, localns=LATE)
    for function in functions_of(kind):
        hints = typing.get_type_hints(function, localns=LATE)
        names = set(inspect.signature(function).parameters) - {"self", "cls"}
        assert hints.keys() - {"return", "self"} == names, function


@pytest.fixture
def authors_exercise(monkeypatch, tmp_path):
    """`tests/typed/author.py` as rules of an instructor's own."""
    exercise.exercises()  # first: what is loaded later would be gone with the copies
    monkeypatch.setattr(exercise, "_registry", dict(exercise._registry))
    monkeypatch.setattr(exercise, "_places", dict(exercise._places))
    shutil.copy(Path(__file__).parents[1] / "typed" / "author.py", tmp_path)
    exercise.add_rules(tmp_path)
    return exercise.find("type_pair")


def test_the_rules_that_mypy_has_checked_judge_answers(authors_exercise):
    right = """
        async def type_pair(fetch, one, two):
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(fetch(name)) for name in (one, two)]
            return [task.result() for task in tasks]"""
    wrong = """
        async def type_pair(fetch, one, two):
            return [await fetch(one), await fetch(two)]"""
    verdicts = [
        verdict_on(authors_exercise, answer(inspect.cleandoc(text), "type_pair"), None)
        for text in (right, wrong)
    ]
    assert [holds for _, holds in verdicts[0].rules] == [True, True, True]
    assert [holds for _, holds in verdicts[1].rules] == [True, False, False]


def test_the_wheel_says_that_the_package_has_types():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "py.typed" in settings["tool"]["setuptools"]["package-data"]["checker"]
    assert (ROOT / "checker" / "py.typed").is_file()
