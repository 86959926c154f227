"""Each Python is compared with what it should print, and nothing is stored in vain."""

import json
import sys

import pytest

from checker.files import notebooks
from checker.maintain import committed, other_outputs, outputs

NAME = "notebooks/03_tasks.ipynb"


def printed(text):
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def value(text, number=1, **more):
    data = {"text/plain": text, **more}
    return [
        {
            "output_type": "execute_result",
            "execution_count": number,
            "metadata": {},
            "data": data,
        }
    ]


def entry(text, *pythons):
    return {"pythons": list(pythons), "outputs": printed(text)}


def notebook(path, source, text, *tags):
    """A notebook of one code cell, `only`, that printed this text."""
    cell = {
        "cell_type": "code",
        "id": "only",
        "metadata": {"tags": list(tags)},
        "execution_count": 1,
        "source": source,
        "outputs": printed(text),
    }
    path.parent.mkdir(exist_ok=True)
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def text_in(path):
    [cell] = notebooks.read(path).cells
    return "".join(cell.outputs[0]["text"])


@pytest.fixture
def course(tmp_path):
    """A course of one cell, which prints other texts on 3.11.2, on 3.11, and from 3.14 on."""
    notebook(tmp_path / NAME, "print('usual')", "usual\n")
    (tmp_path / "solutions").mkdir()
    entries = [entry("first\n", "3.11.2"), entry("old\n", "3.11")]
    entries += [entry("new\n", "3.14", "3.15")]
    other_outputs.save(tmp_path / "solutions", {NAME: {"only": entries}})
    return tmp_path


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ((3, 11, 2, "final", 0), "first\n"),
        ((3, 11, 9), "old\n"),
        ((3, 12, 1), "usual\n"),
        ((3, 13, 0), "usual\n"),
        ((3, 14, 10), "new\n"),
        ((3, 15, 2), "new\n"),
        ((3, 16, 0), "new\n"),
    ],
)
def test_each_python_gets_its_own_outputs(course, version, text):
    other_outputs.put_in(course, version)
    assert text_in(course / NAME) == text


def test_without_the_file_nothing_is_put_in(tmp_path):
    path = notebook(tmp_path / NAME, "print('usual')", "usual\n")
    other_outputs.put_in(tmp_path, (3, 14))
    assert text_in(path) == "usual\n"


def test_what_differs_is_recorded_for_this_python_alone():
    entries = other_outputs.record([], printed("usual\n"), printed("two\nlines\n"), (3, 14, 1))
    [found] = entries
    assert found["pythons"] == ["3.14"]
    assert found["outputs"][0]["text"] == ["two\n", "lines\n"]


def test_pythons_that_print_the_same_share_an_entry():
    before = [entry("old\n", "3.11"), entry("new\n", "3.15")]
    entries = other_outputs.record(before, printed("usual\n"), printed("new\n"), (3, 14))
    assert [found["pythons"] for found in entries] == [["3.11"], ["3.14", "3.15"]]


def test_a_python_that_nobody_tests_with_any_more_does_not_stop_the_others():
    before = [entry("ancient\n", "3.9")]
    entries = other_outputs.record(before, printed("usual\n"), printed("new\n"), (3, 14))
    assert [found["pythons"] for found in entries] == [["3.14"]]


def test_a_python_that_prints_the_same_again_keeps_what_was_stored():
    before = [{"pythons": ["3.14"], "outputs": value("1", number=3)}]
    assert other_outputs.record(before, value("2"), value("1", number=9), (3, 14)) == before


def test_a_python_that_prints_what_the_notebook_says_is_taken_out():
    before = [entry("new\n", "3.14", "3.15")]
    [found] = other_outputs.record(before, printed("usual\n"), printed("usual\n"), (3, 14))
    assert found["pythons"] == ["3.15"]


def test_the_reference_python_takes_out_what_its_own_new_output_made_needless():
    before = [entry("old\n", "3.11"), entry("new\n", "3.14")]
    assert other_outputs.record(before, printed("new\n"), printed("new\n"), (3, 13)) == before[:1]


def test_pictures_counts_and_the_cut_into_lines_make_no_difference():
    one = value(["a\n", "b"], 1, **{"text/html": '<img src="data:image/svg+xml;one">'})
    other = value("a\nb", 7, **{"text/html": '<img src="data:image/svg+xml;two">'})
    assert other_outputs.same(one, other)
    assert not other_outputs.same(one, value("a\nb"))
    assert not other_outputs.same(printed("a"), printed("a") + printed("b"))


STALE = [
    ({"gone": [entry("a", "3.14")]}, "gone", "no cell with this id is compared"),
    ({"only": [entry("a", "3.13")]}, "only", "what Python 3.13 prints belongs into the notebook"),
    ({"only": [entry("a", "3.9")]}, "only", "nobody tests with Python 3.9"),
    ({"only": [entry("a", "3.14"), entry("b", "3.14")]}, "only", "two outputs for Python 3.14"),
    ({"only": [entry("usual\n", "3.14", "3.15")]}, "only", "for Python 3.14, 3.15 it has what"),
]


@pytest.mark.parametrize(("cells", "cell", "said"), STALE)
def test_what_nobody_needs_is_named_by_its_cell(tmp_path, cells, cell, said):
    path = notebook(tmp_path / NAME, "print('usual')", "usual\n")
    [(named, sentence)] = other_outputs.stale(notebooks.read(path), cells)
    assert named == cell
    assert said in sentence


def test_an_output_that_nobody_compares_needs_no_other(tmp_path):
    path = notebook(tmp_path / NAME, "print('usual')", "usual\n", "nbval-ignore-output")
    [(named, _)] = other_outputs.stale(notebooks.read(path), {"only": [entry("a", "3.14")]})
    assert named == "only"


def test_what_is_needed_is_not_named(course):
    cells = other_outputs.load(course / "solutions")[NAME]
    assert list(other_outputs.stale(notebooks.read(course / NAME), cells)) == []


def test_a_file_without_content_goes(course):
    other_outputs.save(course / "solutions", {NAME: {"only": []}})
    assert not (course / "solutions" / other_outputs.FILE).exists()
    assert other_outputs.load(course / "solutions") == {}


@pytest.mark.parametrize("reference", [True, False])
def test_a_run_is_stored_in_the_notebook_or_beside_it(tmp_path, monkeypatch, reference):
    path = notebook(tmp_path / NAME, "print('now')", "before\n")
    solutions = tmp_path / "solutions"
    solutions.mkdir()
    monkeypatch.setattr(other_outputs, "is_reference", lambda version=None: reference)
    outputs.store(path, NAME, solutions)
    assert text_in(path) == ("now\n" if reference else "before\n")
    content = other_outputs.load(solutions)
    if reference:
        assert content == {}
    else:
        [found] = content[NAME]["only"]
        assert found["pythons"] == [other_outputs.python_name()]
        assert found["outputs"] == [{**printed("")[0], "text": ["now\n"]}]


def test_the_tested_copy_has_the_outputs_of_the_python_that_runs(tmp_path, monkeypatch):
    """The one cell prints the Python that it runs on, and no such text is in the notebook."""
    source = "import sys\nprint(sys.version_info[:2])"
    here = other_outputs.python_name()
    notebook(tmp_path / NAME, source, "(3, 0)\n")
    (tmp_path / "solutions").mkdir()
    now = entry(f"{sys.version_info[:2]}\n", here)
    entries = {"only": [now, entry("(2, 7)\n", "2.7")]}
    other_outputs.save(tmp_path / "solutions", {NAME: entries})
    (tmp_path / "pyproject.toml").write_bytes((committed.ROOT / "pyproject.toml").read_bytes())
    sanitizer = "tests/support/sanitize.cfg"
    (tmp_path / sanitizer).parent.mkdir(parents=True)
    (tmp_path / sanitizer).write_bytes((committed.ROOT / sanitizer).read_bytes())
    monkeypatch.setenv("PYTHONPATH", str(committed.ROOT))
    monkeypatch.setattr(committed, "ROOT", tmp_path.resolve())
    assert committed.main(["-n", "0"]) == 0
    other_outputs.save(tmp_path / "solutions", {NAME: {"only": [entry("(2, 7)\n", here)]}})
    assert committed.main(["--varying", "-n", "0"]) == 1
