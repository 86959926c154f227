"""What a submission needs to see of the disk: the folders that its Python lies in."""

import os
import sys

from checker.grade import sandbox


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
