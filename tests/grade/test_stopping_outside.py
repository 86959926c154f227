"""What cannot be stopped in a kernel is stopped on the command line: the child is ended."""

import nbformat
import pytest

from checker.grade import remote, terminal

CATCHES_EVERYTHING = """\
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass"""
KEEPS_THE_INTERPRETER = "    return sum(range(10**12))"
WAITS_IN_C = """\
    import _thread
    lock = _thread.allocate_lock()
    lock.acquire()
    lock.acquire()"""


@pytest.mark.parametrize("body", [CATCHES_EVERYTHING, KEEPS_THE_INTERPRETER, WAITS_IN_C])
def test_the_command_line_ends_what_no_kernel_can(tmp_path, monkeypatch, capsys, body):
    setup = nbformat.v4.new_code_cell("import asyncio\nfrom checker import check")
    setup.metadata.tags = ["setup"]
    cell = nbformat.v4.new_code_cell(
        f"async def both(first, second):\n{body}\n\nawait check(both)", id="both"
    )
    cell.metadata.tags = ["exercise:both"]
    path = tmp_path / "03_tasks.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[setup, cell]), path)
    monkeypatch.setattr(remote, "REQUEST_SECONDS", 1)
    assert terminal.check(path) == 1
    assert "both: it did not come back, and was ended.\n" in capsys.readouterr().out
