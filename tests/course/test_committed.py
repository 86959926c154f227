"""The copy that `make test` tests: a learner's own work must never turn it red."""

import subprocess

import pytest

from checker.maintain import committed, other_outputs


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A tiny course in a git checkout of its own, committed once."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/03_tasks.ipynb").write_text("shipped")
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions/03_tasks.ipynb").write_text("answers")
    (tmp_path / "README.md").write_text("read me")
    monkeypatch.setattr(committed, "ROOT", tmp_path.resolve())
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def commit(folder):
    who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "course"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def exported(folder):
    committed.export(committed.names(*committed.NOTEBOOK_FOLDERS), folder)
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*.ipynb")}


SHIPPED = {"notebooks/03_tasks.ipynb": "shipped", "solutions/03_tasks.ipynb": "answers"}


def test_edited_new_and_staged_notebooks_stay_out(course, tmp_path_factory):
    commit(course)
    (course / "notebooks/03_tasks.ipynb").write_text("my broken answer")
    (course / "notebooks/Untitled.ipynb").write_text("scratch")
    subprocess.run(["git", "add", "-A"], cwd=course, check=True)
    assert exported(tmp_path_factory.mktemp("copy")) == SHIPPED


def test_deleted_notebooks_come_back(course, tmp_path_factory):
    commit(course)
    (course / "notebooks/03_tasks.ipynb").unlink()
    assert exported(tmp_path_factory.mktemp("copy")) == SHIPPED
    assert committed.notebooks() == sorted(SHIPPED)


def test_without_a_checkout_the_folder_is_copied_as_it_is(course, tmp_path_factory):
    (course / "notebooks/03_tasks.mine-2026-01-01.ipynb").write_text("kept by reset")
    (course / "notebooks/.ipynb_checkpoints").mkdir()
    (course / "notebooks/.ipynb_checkpoints/03_tasks-checkpoint.ipynb").write_text("old")
    assert exported(tmp_path_factory.mktemp("copy")) == SHIPPED
    assert "README.md" in committed.names()


def test_this_folder_is_copied_as_it_is_if_asked_for(course, tmp_path_factory):
    commit(course)
    (course / "notebooks/03_tasks.ipynb").write_text("being written")
    copy = tmp_path_factory.mktemp("copy")
    committed.export(committed.names(*committed.NOTEBOOK_FOLDERS, here=True), copy, here=True)
    assert (copy / "notebooks/03_tasks.ipynb").read_text() == "being written"


def test_notebooks_with_other_outputs_are_those_that_vary(course, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy")
    assert committed.varying(copy) == []
    file = course / "solutions" / other_outputs.FILE
    file.write_text('{"notebooks/03_tasks.ipynb": {"eager": []}}')
    commit(course)
    committed.export(committed.names(*committed.NOTEBOOK_FOLDERS), copy)
    assert committed.varying(copy) == [copy / "notebooks/03_tasks.ipynb"]


def test_a_checkout_around_the_course_is_not_its_own(course, monkeypatch):
    commit(course)
    monkeypatch.setattr(committed, "ROOT", (course / "notebooks").resolve())
    assert not committed.is_checkout()


def test_a_checkout_without_a_commit_counts_as_a_folder(course):
    subprocess.run(["git", "init", "-q"], cwd=course, check=True)
    assert committed.notebooks() == sorted(SHIPPED)
