"""In the course's own environment, kernels need no first cell; a missing name is told its cell."""

import json
import site
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from checker.kernel import names, ready
from tests.support.real_kernel import Kernel

SETUP = """%load_ext checker
import asyncio
from checker import check, hint, play, predict, progress, solution, timeline
"""


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """An environment of its own with the packages of the one that runs the tests."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    packages = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
    (Path(packages) / "tested.pth").write_text("\n".join(site.getsitepackages()))
    assert ready.write(str(folder)) == ""
    return folder


@pytest.fixture(scope="module")
def kernel(prefix, tmp_path_factory):
    """A kernel of that environment, in which the first cell was not run."""
    path = tmp_path_factory.mktemp("work") / "03_tasks.ipynb"
    cells = [
        {"cell_type": "markdown", "id": "text", "source": "# Tasks\n\n## One after the other"},
        {"cell_type": "code", "id": "delay", "source": "async def delay(name):\n    return name"},
        {"cell_type": "code", "id": "here", "source": "await delay('A')"},
        {"cell_type": "markdown", "id": "more", "source": "### Later"},
        {"cell_type": "code", "id": "later", "source": "later = 1"},
    ]
    cells = [{"metadata": {}, **cell} for cell in cells]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells}))
    python = str(prefix / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    data = str(tmp_path_factory.mktemp("data"))
    started = Kernel(python, JPY_SESSION_NAME=str(path), XDG_DATA_HOME=data)
    yield started
    started.close()


def test_the_names_are_there_without_a_first_cell(kernel):
    source = "print(check.__module__, asyncio.__name__)\nawait timeline(asyncio.sleep(1))"
    shown = kernel.run(source)
    assert (shown["status"], shown["stdout"]) == ("ok", "checker.learner.check asyncio\n")
    assert shown["result"].startswith("returned None after 1 s")
    shown = kernel.run("async def both(first, second):\n    return 1\nawait check(both)")
    assert shown["result"].startswith("both: not yet")
    shown = kernel.run("from checker import selftest\nawait selftest()")
    assert "ok   The checker is loaded" in shown["result"]
    shown = kernel.run("%who")
    assert "check" not in shown["stdout"]


def test_the_first_cell_does_no_harm(kernel):
    shown = kernel.run(SETUP)
    assert (shown["status"], shown["stdout"], shown["stderr"]) == ("ok", "", "")
    group = "raise ExceptionGroup('two', [ValueError(1), ValueError(2)])"
    assert kernel.run(group)["error"] == "ExceptionGroup"


MADE = "`delay` is made in the cell under “One after the other”: run it first"


@pytest.mark.parametrize(
    "source",
    [
        "await delay('A')",
        "print(delay)",
        "async def main():\n    await delay('A')\nawait timeline(main())",
        "async def main():\n    await delay('A')\nawait play(main())",
        "async with asyncio.TaskGroup() as group:\n    group.create_task(main())",
    ],
)
def test_a_missing_name_is_answered_by_the_heading_of_its_cell(kernel, source):
    shown = kernel.run(source, cellId="here")
    assert shown["stdout"] == f"{MADE} (Run > Run All Above Selected Cell).\n"


def test_a_verdict_says_it_too(kernel):
    body = "async def both(first, second):\n    return await delay(first)\nawait check(both)"
    assert MADE in kernel.run(body, cellId="here")["result"]


def test_what_is_made_further_down_is_said_so(kernel):
    shown = kernel.run("later", cellId="here")
    said = "`later` is made further down, in the cell under “Later”: run it first.\n"
    assert shown["stdout"] == said


@pytest.mark.parametrize("source", ["unknown", "later", "def f():\n    print(x)\n    x = 1\nf()"])
def test_a_name_that_no_other_cell_makes_is_left_to_python(kernel, source):
    shown = kernel.run(source, cellId="later")
    assert (shown["stdout"], shown["status"]) == ("", "error")


def test_names_are_found_in_groups_and_only_where_they_are_missing():
    error = NameError("name 'x' is not defined", name="x")
    group = ExceptionGroup("", [ValueError(), ExceptionGroup("", [error])])
    assert names.missing_name(group) == "x"
    assert names.missing_name(UnboundLocalError("x", name="x")) is None
    assert names.missing_name(None) is None


def test_a_file_of_ones_own_stays_and_a_python_of_all_is_left_alone(tmp_path):
    assert "is not the course's own" in ready.write(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "pyvenv.cfg").touch()
    assert ready.write(str(tmp_path)) == ready.write(str(tmp_path)) == ""
    [file] = tmp_path.glob("etc/ipython/*")
    file.write_text("c = get_config()")
    assert "is yours and was left alone" in ready.write(str(tmp_path))
    assert file.read_text() == "c = get_config()"
