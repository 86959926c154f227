"""What learners made with an earlier course goes on to work: their progress and their notebooks.

`earlier/` holds the progress and three edited notebooks of the course with 14 chapters, in which
`checker.lab` had no sub-folders.
"""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from checker.exercise import find
from checker.files.store import Store
from checker.grade import Options, Submission
from checker.grade.grader import Grader

EARLIER = Path(__file__).with_name("earlier")
NOTEBOOKS = sorted(EARLIER.glob("*.ipynb"))


@pytest.fixture
def store(tmp_path):
    """The progress as it was, in a file that may be changed."""
    path = tmp_path / "progress.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript((EARLIER / "progress.sql").read_text(encoding="utf-8"))
    return Store(path)


def test_progress_is_there_and_grows(store):
    assert store.solved("greet")
    assert store.get("both").hints == 1
    assert (store.tries("both"), store.tries("ask_line")) == (2, 1)
    store.note("ask_line", True, 3, 3)
    assert store.solved("ask_line")
    assert store.news() is None  # nothing was damaged, nothing set aside


def test_each_exercise_that_was_begun_is_still_there(store):
    assert {find(name).id for name in store.all()} == {"ask_line", "both", "fetch_all", "greet"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_edited_notebook_is_judged_as_before(path, tmp_path):
    mine = tmp_path / path.name
    shutil.copy(path, mine)
    with Grader(Options()) as grader:
        graded = grader.grade(Submission(mine.name, str(mine)))
    tried = {one.id: one.points for one in graded.exercises if one.cause != "missing"}
    assert tried, graded
    for name, points in tried.items():
        assert points == find(name).max_points, (name, graded)
