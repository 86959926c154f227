"""`python -m checker check`: verdicts in a terminal, once or at each save."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from checker.files.notebooks import NotebookError
from checker.grade import terminal
from checker.maintain.handed_in import hand_in, right, solutions

pytestmark = pytest.mark.solutions

CHAPTER = "00_welcome"
ENDS_PYTHON = "import os\n\nasync def greet(name, seconds):\n    os._exit(0)\n"


@pytest.fixture
def notebook(tmp_path):
    return tmp_path / "mine.ipynb"


def test_all_that_is_solved_is_success(notebook, capsys):
    hand_in(notebook, CHAPTER, right(CHAPTER))
    assert terminal.check(notebook) == 0
    printed = capsys.readouterr().out
    assert "greet: solved, every rule holds." in printed
    assert printed.endswith("2 of 2 solved.\n")


def test_an_answer_that_ends_python_costs_itself_alone(notebook, capsys):
    hand_in(notebook, CHAPTER, {**right(CHAPTER), "greet": ENDS_PYTHON})
    assert terminal.check(notebook) == 1
    printed = capsys.readouterr().out
    assert "greet: it ended Python before there was a verdict" in printed
    assert "countdown: solved" in printed
    assert printed.endswith("1 of 2 solved.\n")


def test_what_was_left_out_is_said(notebook, capsys):
    hand_in(notebook, CHAPTER, right(CHAPTER), ["!ls"])
    assert terminal.check(notebook) == 0
    assert "`!ls`" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "{", '{"cells": []}'])
def test_what_is_no_notebook_is_said(notebook, content):
    if content is not None:
        notebook.write_text(content)
    with pytest.raises(NotebookError, match="mine.ipynb"):
        terminal.check(notebook)


class Watching:
    """`check --watch` in a child; `until(text)` returns the lines up to the one that has it."""

    def __init__(self, path):
        command = [sys.executable, "-m", "checker", "check", str(path), "--watch"]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def until(self, text):
        lines = []
        for line in self.child.stdout:
            lines.append(line)
            if text in line:
                return "".join(lines)
        raise AssertionError(f"it ended, and said: {''.join(lines)}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.child.stdout.close()


def save(path, answers, added=()):
    """As JupyterLab does: the file is replaced."""
    hand_in(path.with_suffix(".new"), CHAPTER, answers, added)
    os.replace(path.with_suffix(".new"), path)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent another way")
def test_each_save_is_judged_and_the_next_open_exercise_is_shown(notebook):
    [wrong, *_] = [source for cause, source in solutions(CHAPTER)["greet"] if cause]
    save(notebook, {})
    with Watching(notebook) as watching:
        assert "0 of 2 solved. Next: greet. It returns" in watching.until("0 of 2 solved")
        save(notebook, {"greet": wrong})
        assert "An `await` is missing." in watching.until("0 of 2 solved")
        save(notebook, {"greet": right(CHAPTER)["greet"]})
        said = watching.until("1 of 2 solved")
        assert "greet: solved" in said
        assert "Next: countdown. Predict" in said
        notebook.write_text("{")
        assert "is damaged" in watching.until("mine.ipynb")
        save(notebook, right(CHAPTER))
        said = watching.until("2 of 2 solved")
        assert "countdown: solved" in said
        assert "greet" not in said  # its cell is what it was
        watching.child.send_signal(signal.SIGINT)
        assert watching.child.wait(60) == 0


def test_an_answer_is_judged_anew_when_what_it_uses_has_changed(notebook):
    """Nothing of the answer itself is another, but the cell with its helper is."""
    greet = "async def greet(name, seconds):\n    return await pause(name, seconds)\n"
    pause = "    return await asyncio.sleep(seconds, 'Hello, ' + name)"
    works = f"async def pause(name, seconds):\n{pause}"
    save(notebook, {"greet": greet}, [works])
    with Watching(notebook) as watching:
        watching.until("1 of 2 solved")
        save(notebook, {"greet": greet}, [works.replace("seconds,", "0,")])
        assert "greet: not yet" in watching.until("0 of 2 solved")


def test_another_prediction_is_judged_although_the_program_of_the_course_runs(notebook):
    changed = f"number = 1\n{right(CHAPTER)['countdown']}".replace("print(", "print('',", 1)
    wrong = changed.replace("takes=", "takes=1 + ")
    save(notebook, {"countdown": wrong})
    with Watching(notebook) as watching:
        watching.until("0 of 2 solved")
        save(notebook, {"countdown": changed})
        assert "countdown: solved" in watching.until("1 of 2 solved")


def test_a_file_that_is_just_being_saved_is_not_called_damaged(notebook):
    hand_in(notebook, CHAPTER, right(CHAPTER))
    whole = notebook.read_text(encoding="utf-8")
    save(notebook, {})
    with Watching(notebook) as watching:
        watching.until("0 of 2 solved")
        notebook.write_text("", encoding="utf-8")  # as a program does that writes in place
        time.sleep(terminal.SETTLE / 2)
        notebook.write_text(whole[:1000], encoding="utf-8")
        time.sleep(terminal.SETTLE / 2)
        notebook.write_text(whole, encoding="utf-8")
        assert "damaged" not in watching.until("2 of 2 solved")


def test_a_file_that_is_just_being_saved_is_waited_for(notebook):
    notebook.write_text("", encoding="utf-8")
    timer = threading.Timer(terminal.SETTLE / 2, hand_in, (notebook, CHAPTER, right(CHAPTER)))
    timer.start()
    assert terminal.check(notebook) == 0
    timer.join()
