"""What was handed in may be anything: each gets its grade or one line, and costs nobody else."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from checker.grade import Grader, Options, Submission, find
from checker.grade.submissions import MOST_BYTES, Unreadable
from tests.support import submitted


@pytest.fixture(scope="module")
def grader():
    with Grader(Options()) as one:
        yield one


def old_format():
    cells = [{"cell_type": "code", "input": "1", "language": "python", "outputs": []}]
    return json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()


RIGHT = submitted.right()
DAMAGED = {
    "nothing": (b"", "it is empty"),
    "half": (RIGHT[: len(RIGHT) // 2], "is not valid JSON"),
    "text": (b"I could not do it.", "is not valid JSON"),
    "utf-16": (RIGHT.decode().encode("utf-16"), "not UTF-8"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
    "merged": (b"<<<<<<< mine\n{}\n=======\n{}\n>>>>>>> theirs\n", "git merge"),
    "old": (old_format(), "old format"),
    "list": (b"[1, 2, 3]", "it has no cells"),
    "cells of another kind": (b'{"cells": [1, "two", null]}', "cell 1 is not a cell"),
    "no cells": (submitted.notebook(), "it has no code"),
    "nested": (b'{"cells": ' + b"[" * 200_000, "nested too deeply"),
    "of another course": (submitted.notebook("print('hello')"), "of none of the chapters"),
    "much code": (submitted.notebook("x = 1\n" * 60_000), "more than 300,000 characters"),
    "huge": (b" " * (MOST_BYTES + 1), "larger than 20 MB"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_read_gets_one_line(name, tmp_path, grader):
    content, why = DAMAGED[name]
    (tmp_path / f"{name}.ipynb").write_bytes(content)
    (tmp_path / "right.ipynb").write_bytes(RIGHT)
    graded = {one.name: grader.grade(one) for one in find([tmp_path])}
    assert why in graded[name].problem
    assert "\n" not in graded[name].problem
    assert graded[name].exercises == []
    assert graded["right"].points == 4


def test_a_folder_a_file_and_a_zip_file(tmp_path):
    (tmp_path / "class" / "group b").mkdir(parents=True)
    (tmp_path / "class" / "ada.ipynb").write_bytes(RIGHT)
    (tmp_path / "class" / "group b" / "ada.ipynb").write_bytes(RIGHT)
    (tmp_path / "class" / "notes.txt").write_text("nothing")
    (tmp_path / "class" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "class" / ".ipynb_checkpoints" / "ada-checkpoint.ipynb").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "class" / "more.zip", "w") as packed:
        packed.writestr("ben/03_tasks.ipynb", RIGHT)
        packed.writestr("__MACOSX/ben/._03_tasks.ipynb", b"\x00")
        packed.writestr("ben/readme.txt", "nothing")
    found = find([tmp_path / "class", tmp_path / "class" / "ada.ipynb"])
    assert [one.name for one in found] == [
        "ada",
        "more/ben/03_tasks",
        "group b/ada",
        "ada-2",
    ]
    assert all(one.load() == RIGHT for one in found)


def test_a_name_from_a_zip_file_is_never_used_as_a_path(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as packed:
        packed.writestr("../../../etc/evil.ipynb", RIGHT)
        packed.writestr("/absolute.ipynb", RIGHT)
    before = sorted(tmp_path.rglob("*"))
    found = find([tmp_path / "z.zip"])
    assert [one.load() == RIGHT for one in found] == [True, True]
    assert [one.name for one in found] == ["z/etc/evil", "z/absolute"]
    assert sorted(tmp_path.rglob("*")) == before


def test_zip_files_that_are_none(tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    found = {one.name: one for one in find([tmp_path])}
    assert "no zip file" in found["broken"].problem
    assert "no notebook" in found["empty"].problem


def test_a_zip_bomb_is_unpacked_no_further_than_a_notebook_may_be_large(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.ipynb", b" " * (MOST_BYTES * 4))
    [bomb] = find([tmp_path])
    with pytest.raises(Unreadable, match="larger than"):
        bomb.load()


def test_a_member_that_does_not_unpack(tmp_path):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.ipynb", RIGHT)
    data = bytearray(written.getvalue())
    data[60:70] = b"\xff" * 10
    (tmp_path / "z.zip").write_bytes(data)
    [one] = find([tmp_path])
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        one.load()


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
def test_links_and_pipes_are_not_followed(tmp_path, grader):
    (tmp_path / "real.ipynb").write_bytes(RIGHT)
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    graded = {one.name: grader.grade(one) for one in find([tmp_path])}
    assert "is a link" in graded["link"].problem
    assert "it is no file" in graded["pipe"].problem
    assert graded["real"].points == 4


def test_a_file_that_is_gone_by_the_time_it_is_read(tmp_path, grader):
    path = tmp_path / "ada.ipynb"
    path.write_bytes(RIGHT)
    [one] = find([tmp_path])
    path.unlink()
    assert "may not be read" in grader.grade(one).problem


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(Unreadable, match="There is nothing called"):
        find([tmp_path / "nowhere"])


def test_names_that_a_terminal_would_take_amiss(tmp_path, grader):
    strange = b"a\x1b[2Jb\xff.ipynb" if os.name == "posix" else b"ab.ipynb"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + strange)).write_bytes(b"")
    [one] = find([tmp_path])
    graded = grader.grade(one)
    shown = json.dumps(graded.to_json())
    assert "\\u001b" not in shown and "\\udc" not in shown
    assert graded.problem


def test_the_chapter_is_known_without_its_name_and_without_tags(grader):
    plain = submitted.notebook(submitted.SETUP, submitted.RIGHT)
    graded = grader.grade(Submission("renamed", "final (2).ipynb", content=plain))
    assert graded.chapter == "03_tasks"
    assert {one.id: one.passed for one in graded.exercises}["fetch_all"]


def test_a_notebook_of_a_later_version_of_the_format(grader):
    content = {**json.loads(RIGHT), "nbformat": 5, "nbformat_minor": 9, "more": [1]}
    graded = grader.grade(Submission("later", "x", content=json.dumps(content).encode()))
    assert graded.points == 4


def test_a_byte_order_mark_and_windows_line_ends(grader):
    cell = submitted.RIGHT.replace("\n", "\r\n")
    content = b"\xef\xbb\xbf" + submitted.answering(fetch_all=cell)
    assert grader.grade(Submission("windows", "x", content=content)).points == 4


def test_without_its_setup_cell_it_gets_that_of_the_course(grader):
    content = submitted.notebook((submitted.RIGHT, "exercise:fetch_all"))
    assert grader.grade(Submission("bare", "x", content=content)).points == 4
