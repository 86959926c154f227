"""What a submission needs to see of the disk: the folders that its Python lies in; what if not."""

import os
import sys

import pytest

from checker.grade import Grader, Options, Submission, sandbox
from tests.support import submitted


def test_every_folder_with_a_link_to_python_is_seen(tmp_path, monkeypatch):
    for folder in ("venv/bin", "links", "python/usr/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "python/usr/bin/python3").write_text("")
    os.symlink("../python/usr/bin/python3", tmp_path / "links/python")
    os.symlink(tmp_path / "links/python", tmp_path / "venv/bin/python")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv/bin/python"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    seen = sandbox.prefixes()
    assert {str(tmp_path / folder) for folder in ("venv", "links", "python/usr")} <= set(seen)
    assert str(tmp_path / "venv/bin") not in seen  # it is seen with the whole of `venv`


def test_python_itself_is_seen():
    folders = [*sandbox.prefixes(), "/usr"]
    real = os.path.realpath(sys.executable)
    assert any(real.startswith(f"{folder}/") for folder in folders)


@pytest.mark.parametrize(("readable", "said"), [(False, 1), (True, 0)])
def test_a_python_that_a_submission_cannot_read_is_told_in_one_line(readable, said):
    source = f"import no_such_module\n{submitted.RIGHT}"
    with Grader(Options(method="limits" if os.name == "posix" else "spawn")) as grader:
        grader._warm.modules = readable
        content = submitted.answering(fetch_all=source)
        graded = grader.grade(Submission("a", "a", content=content))
    assert sum("can import only what is loaded already" in line for line in graded.notices) == said
