"""The copy that learners get, and which of its notebooks are tried."""

import pytest

from checker.maintain import committed, handout
from checker.maintain.home import files_below


@pytest.mark.parametrize(
    ("many", "places"), [(0, []), (1, [0]), (2, [0, 1]), (14, [0, 7, 13]), (31, [0, 15, 30])]
)
def test_the_first_the_middle_and_the_last_are_tried(many, places):
    assert handout.tried(list(range(many))) == places


def test_the_copy_has_all_chapters_and_no_answer(tmp_path):
    count = handout.build(tmp_path / "copy")
    files = files_below(tmp_path / "copy")
    assert count == len(files)
    chapters = [name for name in committed.notebooks() if name.startswith("notebooks/")]
    assert [name for name in files if name.startswith("notebooks/")] == chapters
    assert [name for name in files if name.startswith(handout.LEFT_OUT)] == []
    tests = (tmp_path / "copy" / "checker" / "tests").rglob("test_*.py")
    assert [test for test in tests if handout.ANSWERS_INSIDE in test.read_text()] == []


def test_a_notebook_that_misses_something_is_told_of(tmp_path):
    handout.build(tmp_path / "copy")
    (tmp_path / "copy" / "checker" / "lab" / "__init__.py").unlink()
    path = tmp_path / "copy" / "notebooks" / "02_coroutines.ipynb"
    found = handout.trouble(path, tmp_path / "copy", tmp_path / "home")
    assert any("ModuleNotFoundError" in sentence or "ImportError" in sentence for sentence in found)
