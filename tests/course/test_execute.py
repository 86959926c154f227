"""The second pass must notice what nbval overlooks. Each test runs a kernel of its own."""

import os

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from checker.maintain import execute
from checker.maintain.home import files_below

MUTE = """
session = get_ipython().kernel.session
send = session.send
def lose_replies(stream, msg_or_type, *args, **kwargs):
    if msg_or_type != "execute_reply":
        return send(stream, msg_or_type, *args, **kwargs)
session.send = lose_replies
"""
GROUP = """
raise ExceptionGroup("two failed", [ValueError("a"), KeyError("b")])
"""


@pytest.fixture
def run(tmp_path):
    def run_cells(*sources, tags=(), cell_timeout=30):
        cells = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
        cells[-1].metadata["tags"] = list(tags)
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        return execute.run(new_notebook(cells=cells), work, tmp_path / "home", cell_timeout)

    return run_cells


def test_a_sound_notebook_has_no_complaints(run):
    assert run("import asyncio", "await asyncio.sleep(0)\nprint('fine')") == []


def test_an_error_is_noticed(run):
    assert run("1 / 0") == ["cell-0: ZeroDivisionError: division by zero"]


def test_an_error_on_purpose_is_not(run):
    assert run("1 / 0", tags=["raises-exception"]) == []


def test_an_error_on_purpose_that_does_not_come_is_noticed(run):
    assert run("1", tags=["raises-exception"]) == ["cell-0: should raise an exception, and did not"]


def test_an_exception_group_that_was_only_printed_is_noticed(run):
    told = run("pass", GROUP)
    assert len(told) == 1
    assert told[0].startswith("cell-1: ")
    assert "ExceptionGroup" in told[0] or "Exception Group" in told[0]


def test_a_dead_kernel_is_noticed(run):
    assert run("1", "import os\nos._exit(3)") == ["cell-1: the kernel died"]


def test_a_lost_reply_is_noticed(run):
    assert run("1", MUTE, cell_timeout=3) == ["cell-1: no reply in 3 s"]


def test_a_cell_that_never_ends_is_noticed(run):
    source = "import asyncio\nawait asyncio.Event().wait()"
    assert run(source, cell_timeout=3) == ["cell-0: no reply in 3 s"]


def test_a_notebook_writes_only_into_the_home_that_it_was_given(run, tmp_path):
    assert run("%load_ext checker\nimport checker", "1 + 1") == []
    assert files_below(tmp_path / "work") == []
    tops = {name.split("/")[0] for name in files_below(tmp_path / "home")}
    assert tops <= {"ipython", "jupyter"}


def test_no_kernel_is_left_behind(run, tmp_path):
    source = "import os\nprint(os.getpid(), file=open('pid', 'w'))"
    assert run(source, MUTE, cell_timeout=3) == ["cell-1: no reply in 3 s"]
    pid = int((tmp_path / "work/pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
