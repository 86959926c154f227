"""Reading notebooks: what is in them, and what is said of those that are broken."""

import json

import pytest

from checker.files import notebooks
from checker.files.notebooks import NotebookError


def cell(source, name, *tags, kind="code", **more):
    return {
        "cell_type": kind,
        "id": name,
        "metadata": {"tags": list(tags)},
        "source": source,
        **more,
    }


def saved(path, *cells):
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": 1}, "cells": list(cells)}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_cell_has_its_text_tags_outputs_and_count(tmp_path):
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    path = saved(
        tmp_path / "03_tasks.ipynb",
        cell(["a = 1\n", "print(a)"], "first", "demo", outputs=[output], execution_count=7),
        {"cell_type": "markdown", "metadata": {}, "source": "Täsks"},
    )
    notebook = notebooks.read(path)
    first, second = notebook.cells
    assert (first.source, first.tags, first.id) == ("a = 1\nprint(a)", ("demo",), "first")
    assert (first.outputs, first.execution_count, first.number) == ([output], 7, 1)
    assert (second.source, second.tags, second.id, second.type) == ("Täsks", (), "", "markdown")
    assert (notebook.name, notebook.metadata) == ("03_tasks", {"a": 1})


def test_cells_are_found_by_exercise_and_as_setup(tmp_path):
    path = saved(
        tmp_path / "n.ipynb",
        cell("import asyncio", "setup", "setup"),
        cell("Set up", "words", "setup", kind="markdown"),
        cell("one", "one", "exercise:both", "answer"),
        cell("two", "two", "exercise:timed"),
        cell("three", "three", "exercise:both", "wrong:deadlock"),
    )
    notebook = notebooks.read(path)
    assert [c.id for c in notebook.cells_of("both")] == ["one", "three"]
    assert [c.id for c in notebook.setup_cells()] == ["setup"]
    assert notebook.exercise_ids() == ["both", "timed"]
    assert notebook.cells_of("nothing") == []


DAMAGED = {
    "empty": (b" \n", "empty"),
    "cut short": (b'{"cells": [{"cell_type"', "line 1 is not valid JSON"),
    "half merged": (b"{\n<<<<<<< ours\n=======\n>>>>>>> theirs\n}", "git merge"),
    "not text": (b"\xff\xfe\x00PNG", "not UTF-8"),
    "a list": (b"[]", "has no cells"),
    "no cells": (b'{"nbformat": 4}', "has no cells"),
    "a cell without source": (b'{"cells": [{"cell_type": "code"}]}', "'source' is missing"),
    "a cell that is a text": (b'{"cells": ["text"]}', "cell 1"),
    "an old format": (b'{"worksheets": [], "nbformat": 3}', "old format"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_notebook_is_named_with_the_reason_and_the_next_step(tmp_path, case):
    content, reason = DAMAGED[case]
    path = tmp_path / "03_tasks.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError) as caught:
        notebooks.read(path)
    said = str(caught.value)
    assert str(path) in said
    assert reason in said
    assert "\n" not in said
    assert "reset 03_tasks" in said or "JupyterLab" in said


def test_a_missing_notebook_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(NotebookError, match="There is no notebook"):
        notebooks.read(tmp_path / "x.ipynb")
    with pytest.raises(NotebookError, match="is a folder"):
        notebooks.read(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = saved(tmp_path / "n.ipynb", cell("a", "a"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert notebooks.read(path).cells[0].source == "a"


def test_solutions_are_looked_for_beside_the_package_then_where_the_variable_says(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(notebooks, "root", lambda: tmp_path)
    monkeypatch.delenv("CHECKER_SOLUTIONS", raising=False)
    assert notebooks.solutions_dir() is None
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("CHECKER_SOLUTIONS", str(elsewhere))
    assert notebooks.solutions_dir() is None
    elsewhere.mkdir()
    assert notebooks.solutions_dir() == elsewhere
    (tmp_path / "solutions").mkdir()
    assert notebooks.solutions_dir() == tmp_path / "solutions"


def test_the_root_holds_the_package():
    assert (notebooks.root() / "checker" / "exercise.py").is_file()
    assert notebooks.notebooks_dir() == notebooks.root() / "notebooks"
