"""Renewing chapters and bringing new ones: what a learner wrote is never lost."""

import datetime
import json
import subprocess

import pytest

from checker.files import notebooks, shipped, update
from checker.files.notebooks import NotebookError

TODAY = datetime.date(2026, 1, 31)
STUB = "async def both(): ..."


def chapter(path, *sources, ids=None, outputs=()):
    ids = ids or [f"cell-{number}" for number in range(len(sources))]
    cells = [
        {
            "cell_type": "code",
            "id": name,
            "metadata": {},
            "source": source,
            "outputs": list(outputs),
            "execution_count": None,
        }
        for name, source in zip(ids, sources, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def course(folder, **chapters):
    """A course of chapters with these cells; `shipped.json` is written."""
    for name, sources in chapters.items():
        chapter(folder / "notebooks" / f"{name}.ipynb", *sources)
    (folder / "checker").mkdir(exist_ok=True)
    shipped.write(folder)
    return folder


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "mine").mkdir()
    tasks, welcome = ["import asyncio", STUB], ["hello"]
    return course(tmp_path / "mine", **{"00_welcome": welcome, "03_tasks": tasks})


@pytest.fixture
def tasks(mine):
    return mine / "notebooks" / "03_tasks.ipynb"


@pytest.fixture(autouse=True)
def no_git_around(monkeypatch):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)


def git(folder, *args):
    who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    command = ["git", *who, "-c", "protocol.file.allow=always", *args]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a commit")


def files(folder):
    return {path.name: path.read_bytes() for path in (folder / "notebooks").iterdir()}


def edited(path, folder):
    return shipped.is_edited(notebooks.read(path), shipped.load(folder))


def test_the_manifest_holds_id_and_hash_of_each_cell_in_order(mine):
    manifest = shipped.load(mine)
    assert list(manifest) == ["00_welcome", "03_tasks"]
    assert list(manifest["03_tasks"]) == ["cell-0", "cell-1"]
    assert manifest["03_tasks"]["cell-1"] == shipped.digest(STUB)
    assert manifest == shipped.make(mine / "notebooks")
    assert STUB not in (mine / "checker" / "shipped.json").read_text()


def test_outputs_new_ids_line_ends_and_empty_cells_are_no_edits(mine, tasks):
    assert not edited(tasks, mine)
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    chapter(tasks, "import asyncio\r\n", "", STUB + "\n", ids=["x", "y", "z"], outputs=[output])
    assert not edited(tasks, mine)


@pytest.mark.parametrize(
    "cells", [["import asyncio", "mine"], ["import asyncio"], ["import asyncio", STUB, "mine"]]
)
def test_a_changed_a_missing_and_an_added_cell_are_edits(mine, tasks, cells):
    chapter(tasks, *cells)
    assert edited(tasks, mine)


def test_moved_cells_are_an_edit_and_an_unknown_notebook_counts_as_one(mine, tasks):
    chapter(tasks, STUB, "import asyncio")
    assert edited(tasks, mine)
    assert edited(chapter(tasks.with_name("04_more.ipynb"), "a"), mine)


def test_cells_without_an_id_of_their_own_are_refused(mine, tasks):
    chapter(tasks, "a", "b", ids=["same", "same"])
    with pytest.raises(NotebookError, match="'same' twice"):
        shipped.make(tasks.parent)


def test_a_damaged_manifest_is_named(mine):
    (mine / "checker" / "shipped.json").write_text('{"03_tasks": ')
    with pytest.raises(NotebookError, match="shipped.json is damaged"):
        shipped.load(mine)


@pytest.fixture(params=["git", "packed", "another copy"])
def origin(request, mine, tmp_path):
    """Where the fresh chapter comes from, as `reset`'s arguments."""
    if request.param == "git":
        git(mine, "init", "-q")
        commit(mine)
    if request.param == "packed":
        assert shipped.pack(mine) == ["00_welcome", "03_tasks"]
    if request.param == "another copy":
        other = tmp_path / "other"
        (other / "notebooks").mkdir(parents=True)
        return {"source": course(other, **{"03_tasks": ["import asyncio", STUB]})}
    return {}


def test_reset_renews_a_chapter_and_keeps_mine(mine, tasks, origin):
    fresh = tasks.read_bytes()
    chapter(tasks, "my work")
    work = tasks.read_bytes()
    said = shipped.reset("tasks", TODAY, mine, **origin)
    assert "03_tasks.mine-2026-01-31.ipynb" in said
    assert tasks.read_bytes() == fresh
    assert tasks.with_name("03_tasks.mine-2026-01-31.ipynb").read_bytes() == work
    assert set(files(mine)) == {
        "00_welcome.ipynb",
        "03_tasks.ipynb",
        "03_tasks.mine-2026-01-31.ipynb",
    }


def test_reset_never_overwrites_what_it_kept_before(mine, tasks, origin):
    for number in range(3):
        chapter(tasks, f"work {number}")
        shipped.reset("03", TODAY, mine, **origin)
    kept = [text for name, text in files(mine).items() if ".mine-" in name]
    assert len(kept) == 3
    for number in range(3):
        assert any(b"work %d" % number in text for text in kept)
    assert "03_tasks.mine-2026-01-31-3.ipynb" in files(mine)


def test_reset_of_a_fresh_chapter_keeps_nothing(mine, origin):
    before = files(mine)
    assert "nothing to do" in shipped.reset("03", TODAY, mine, **origin)
    assert files(mine) == before


def test_reset_brings_back_a_missing_and_a_damaged_chapter(mine, tasks, origin):
    fresh = tasks.read_bytes()
    tasks.unlink()
    assert "is back" in shipped.reset("03", TODAY, mine, **origin)
    assert tasks.read_bytes() == fresh
    tasks.write_bytes(b"broken")
    shipped.reset("03", TODAY, mine, **origin)
    assert tasks.read_bytes() == fresh
    assert b"broken" in files(mine).values()


def test_reset_finds_the_shipped_chapter_behind_the_learner_s_own_commits(mine, tasks):
    fresh = tasks.read_bytes()
    git(mine, "init", "-q")
    commit(mine)
    for number in range(2):
        chapter(tasks, f"work {number}")
        commit(mine)
    shipped.reset("03", TODAY, mine)
    assert tasks.read_bytes() == fresh


def test_without_any_source_reset_changes_nothing_and_says_how_to_go_on(mine, tasks):
    chapter(tasks, "my work")
    before = files(mine)
    with pytest.raises(NotebookError, match="--from FOLDER"):
        shipped.reset("03", TODAY, mine)
    assert files(mine) == before


def test_reset_takes_no_edited_chapter_from_another_copy(mine, tasks, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    course(other, **{"03_tasks": ["fresh"]})
    chapter(other / "notebooks" / "03_tasks.ipynb", "edited there")
    with pytest.raises(NotebookError, match="holds no unchanged 03_tasks"):
        shipped.reset("03", TODAY, mine, source=other)


def test_reset_names_the_chapters_where_there_is_no_such_one(mine):
    with pytest.raises(LookupError, match="03_tasks"):
        shipped.reset("99_nothing", TODAY, mine)


def test_an_edited_chapter_is_not_packed(mine, tasks):
    chapter(tasks, "my work")
    with pytest.raises(NotebookError, match="not as shipped"):
        shipped.pack(mine)


NEWER = {
    "00_welcome": ["hello, better"],
    "03_tasks": ["import asyncio", STUB, "one cell more"],
    "04_new": ["a new chapter"],
}


def newer_files(folder):
    (folder / "checker" / "new.py").write_text("new = True\n")
    (folder / "requirements.txt").write_text("more\n")
    (folder / "notebooks" / "03_tasks.mine-2026-01-01.ipynb").write_text("another's work")
    return folder


@pytest.fixture
def newer(tmp_path):
    (tmp_path / "newer").mkdir()
    return newer_files(course(tmp_path / "newer", **NEWER))


def test_update_replaces_what_nobody_edited_and_leaves_the_rest(mine, tasks, newer):
    chapter(tasks, "my work")
    work = tasks.read_bytes()
    lines = update.update(newer, mine)
    there, here = files(newer), files(mine)
    assert here["00_welcome.ipynb"] == there["00_welcome.ipynb"]
    assert here["04_new.ipynb"] == there["04_new.ipynb"]
    assert here["03_tasks.ipynb"] == work
    assert here["03_tasks.new.ipynb"] == there["03_tasks.ipynb"]
    assert len(here) == 4
    assert shipped.load(mine) == shipped.load(newer)
    assert (mine / "checker" / "new.py").exists()
    assert lines == [
        "00_welcome.ipynb: replaced by the newer one",
        "03_tasks.ipynb: yours is left alone; the newer one is 03_tasks.new.ipynb",
        "04_new.ipynb: new",
        "checker and other files: 3 brought up to date",
        "The requirements have changed: run `make lab`, or install them again.",
    ]


def test_updating_twice_changes_nothing_more(mine, tasks, newer):
    chapter(tasks, "my work")
    update.update(newer, mine)
    before = files(mine)
    lines = update.update(newer, mine)
    assert files(mine) == before
    assert lines[0] == "00_welcome.ipynb: as it was"
    assert "left alone" in lines[1]


def test_a_damaged_chapter_is_left_alone(mine, tasks, newer):
    tasks.write_bytes(b"broken")
    update.update(newer, mine)
    assert tasks.read_bytes() == b"broken"
    assert "03_tasks.new.ipynb" in files(mine)


def test_an_edited_chapter_that_the_course_did_not_change_gets_no_neighbour(mine, tasks, tmp_path):
    (tmp_path / "same").mkdir()
    same = course(tmp_path / "same", **{"03_tasks": ["import asyncio", STUB]})
    chapter(tasks, "my work")
    assert "has not changed it" in update.update(same, mine)[0]
    assert set(files(mine)) == {"00_welcome.ipynb", "03_tasks.ipynb"}


def test_a_folder_that_is_no_course_or_this_one_is_refused(mine, tmp_path):
    with pytest.raises(NotebookError, match="no copy of the course"):
        update.update(tmp_path, mine)
    with pytest.raises(NotebookError, match="this copy itself"):
        update.update(mine, mine)
    with pytest.raises(NotebookError, match="update FOLDER"):
        update.update(None, mine)


@pytest.fixture
def clone(mine, tmp_path):
    """A learner's clone of a course that has since become newer."""
    git(mine, "init", "-q")
    (mine / "checker" / "old.py").write_text("old = True\n")
    commit(mine)
    git(tmp_path, "clone", "-q", str(mine), "clone")
    course(mine, **NEWER)
    newer_files(mine)
    (mine / "notebooks" / "03_tasks.mine-2026-01-01.ipynb").unlink()
    (mine / "checker" / "old.py").unlink()
    commit(mine)
    return tmp_path / "clone"


def test_update_of_a_checkout_brings_the_upstream_and_keeps_edited_chapters(mine, clone):
    chapter(clone / "notebooks" / "03_tasks.ipynb", "my work")
    work = files(clone)["03_tasks.ipynb"]
    update.update(None, clone)
    assert files(clone)["03_tasks.ipynb"] == work
    assert files(clone)["03_tasks.new.ipynb"] == files(mine)["03_tasks.ipynb"]
    assert files(clone)["04_new.ipynb"] == files(mine)["04_new.ipynb"]
    assert not (clone / "checker" / "old.py").exists()
    status = shipped.git(clone, "status", "--porcelain").decode().splitlines()
    assert status == [" M notebooks/03_tasks.ipynb", "?? notebooks/03_tasks.new.ipynb"]
    assert update.update(None, clone) == ["The course is up to date."]


def test_update_of_a_checkout_with_changes_or_commits_of_its_own_changes_nothing(clone):
    before = files(clone)
    (clone / "checker" / "old.py").write_text("changed = True\n")
    with pytest.raises(NotebookError, match="You have changed checker/old.py"):
        update.update(None, clone)
    commit(clone)
    with pytest.raises(NotebookError, match="commits of your own"):
        update.update(None, clone)
    assert files(clone) == before
