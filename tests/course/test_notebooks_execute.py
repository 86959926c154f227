"""Every committed notebook runs from top to bottom, with a reply to each cell."""

import shutil

import pytest

from checker.maintain import committed, execute

pytestmark = pytest.mark.full


@pytest.mark.parametrize("name", committed.notebooks())
def test_runs_from_top_to_bottom(name, committed_tree, tmp_path):
    # A copy for each test, because chapters write files beside themselves.
    copy = tmp_path / "course"
    shutil.copytree(committed_tree, copy)
    answers = {"CHECKER_SOLUTIONS": str(copy / "solutions")} if name.startswith("sol") else {}
    assert execute.run_file(copy / name, tmp_path / "home", **answers) == []
