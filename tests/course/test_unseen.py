"""Cells that are to be predicted are shipped without output, and what they print is tested."""

import json

import nbformat
import pytest

from checker.files import notebooks
from checker.maintain import committed, other_outputs, outputs, unseen

NAME = "notebooks/03_tasks.ipynb"


def printed(text):
    return [{"output_type": "stream", "name": "stdout", "text": [text]}]


def cell(id, source, *tags, text=None):
    """A code cell that printed `text`, or was never run."""
    ran = {"execution_count": 1, "outputs": printed(text)} if text else {"execution_count": None}
    more = {"cell_type": "code", "id": id, "metadata": {"tags": list(tags)}, "source": source}
    return {"outputs": [], **more, **ran}


def chapter(folder, *cells):
    path = folder / NAME
    path.parent.mkdir(exist_ok=True)
    (folder / "solutions").mkdir(exist_ok=True)
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of three cells, whose outputs all stand in the notebook."""
    chapter(
        tmp_path,
        cell("shown", "print('shown')", "demo", text="shown\n"),
        cell("guess", "print('guess')", "predict", text="guess\n"),
        cell("test", "print('test')", "unseen", text="test\n"),
    )
    monkeypatch.setattr(notebooks, "notebooks_dir", lambda: tmp_path / "notebooks")
    monkeypatch.setattr(notebooks, "solutions_dir", lambda: tmp_path / "solutions")
    return tmp_path


def texts(path):
    cells = notebooks.read(path).cells
    return {cell.id: "".join("".join(out["text"]) for out in cell.outputs) for cell in cells}


def test_outputs_are_taken_out_and_put_in_again(course, capsys):
    assert unseen.main() == 0
    assert "2 outputs were taken out" in capsys.readouterr().out
    assert texts(course / NAME) == {"shown": "shown\n", "guess": "", "test": ""}
    counts = [cell.execution_count for cell in notebooks.read(course / NAME).cells]
    assert counts == [1, None, None]
    kept = unseen.outputs(course / "solutions", "03_tasks")
    assert kept == {"guess": printed("guess\n"), "test": printed("test\n")}

    whole = unseen.whole(notebooks.read(course / NAME), course / "solutions")
    assert [cell.outputs for cell in whole.cells[1:]] == [kept["guess"], kept["test"]]
    unseen.put_in(course)
    nbformat.validate(nbformat.read(course / NAME, as_version=4))
    assert texts(course / NAME) == {"shown": "shown\n", "guess": "guess\n", "test": "test\n"}


def test_taking_out_again_changes_nothing_and_a_new_output_replaces_the_old(course, capsys):
    unseen.main()
    before = (course / NAME).read_bytes()
    capsys.readouterr()
    unseen.main()
    assert (course / NAME).read_bytes() == before
    assert capsys.readouterr().out == ""
    chapter(course, cell("guess", "print('new')", "predict", text="new\n"))
    unseen.main()
    assert unseen.outputs(course / "solutions", "03_tasks") == {"guess": printed("new\n")}


def test_counts_of_results_are_not_kept(course):
    result = {"output_type": "execute_result", "execution_count": 7, "metadata": {}, "data": {}}
    chapter(course, {**cell("guess", "1", "predict", text="-"), "outputs": [result]})
    unseen.main()
    [kept] = unseen.outputs(course / "solutions", "03_tasks")["guess"]
    assert kept["execution_count"] is None


def test_a_run_is_stored_beside_the_solutions(course, monkeypatch):
    monkeypatch.setattr(other_outputs, "is_reference", lambda version=None: True)
    outputs.store(course / NAME, NAME, course / "solutions")
    assert texts(course / NAME) == {"shown": "shown\n", "guess": "", "test": ""}
    kept = unseen.outputs(course / "solutions", "03_tasks")
    assert kept == {"guess": printed("guess\n"), "test": printed("test\n")}


def test_what_another_python_prints_is_compared_with_what_is_kept(course, monkeypatch):
    unseen.main()
    monkeypatch.setattr(other_outputs, "is_reference", lambda version=None: False)
    outputs.store(course / NAME, NAME, course / "solutions")
    assert other_outputs.load(course / "solutions") == {}
    unseen.save(course / "solutions", "03_tasks", {"guess": printed("other\n")})
    outputs.store(course / NAME, NAME, course / "solutions")
    assert set(other_outputs.load(course / "solutions")[NAME]) == {"guess", "test"}


STALE = [
    ("guess\n", {"guess": printed("guess\n")}, ("guess", "it shows its output")),
    (None, {}, ("guess", "what it prints is not in solutions/unseen")),
    (None, {"guess": [], "gone": []}, ("gone", "no cell with this id is tagged")),
]


@pytest.mark.parametrize(("text", "kept", "said"), STALE)
def test_what_is_wrong_is_named_by_its_cell(tmp_path, text, kept, said):
    path = chapter(tmp_path, cell("guess", "print('guess')", "predict", text=text))
    [(name, sentence)] = unseen.stale(notebooks.read(path), kept)
    assert name == said[0]
    assert sentence.startswith(said[1])


def test_the_tested_copy_has_the_kept_outputs(course, monkeypatch):
    unseen.main()
    (course / "pyproject.toml").write_bytes((committed.ROOT / "pyproject.toml").read_bytes())
    sanitizer = "tests/support/sanitize.cfg"
    (course / sanitizer).parent.mkdir(parents=True)
    (course / sanitizer).write_bytes((committed.ROOT / sanitizer).read_bytes())
    monkeypatch.setenv("PYTHONPATH", str(committed.ROOT))
    monkeypatch.setattr(committed, "ROOT", course.resolve())
    assert committed.main(["-n", "0"]) == 0
    kept = {"guess": printed("another\n"), "test": printed("test\n")}
    unseen.save(course / "solutions", "03_tasks", kept)
    assert committed.main(["-n", "0"]) == 1
