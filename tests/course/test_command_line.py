"""`python -m checker`, and what `progress` shows. Chapters are made up here."""

import importlib
import os
import subprocess
import sys
import types

import pytest

from checker import __main__ as command_line
from checker import exercise, kernel
from checker.files import notebooks, store
from checker.show.progress import Progress, progress


def made_up(name, kind, chapter, *rules):
    asks = ("prints",) if kind == "predict" else ()
    one = exercise.Exercise(name, kind=kind, hints=["?"], asks=asks)
    one.chapter = chapter
    for text in rules:
        one.rule(text)(None)
    return one


def stand_in(monkeypatch, module, **functions):
    package, _, name = module.rpartition(".")
    package = importlib.import_module(package)
    monkeypatch.setattr(package, name, types.SimpleNamespace(**functions), raising=False)


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    monkeypatch.setattr(exercise, "CHAPTERS", ("00_welcome", "03_tasks"))
    monkeypatch.setattr(exercise, "_registry", {})
    monkeypatch.setattr(exercise, "_load", lambda: None)
    monkeypatch.setattr(store, "default_path", lambda: tmp_path / "progress.db")
    monkeypatch.setattr(store, "_stores", {})
    made_up("greet", "write", "00_welcome", "It returns a greeting.")
    made_up("countdown", "predict", "00_welcome")
    made_up("fetch_all", "rewrite", "03_tasks", "In order.", "At the same time.")
    made_up("drain", "build", "03_tasks", "Nothing is left.")


@pytest.fixture
def kept():
    return store.Store(store.default_path())


def test_list_gives_id_kind_points_and_first_rule_by_chapter(capsys):
    assert command_line.main(["list"]) == 0
    assert capsys.readouterr().out == (
        "00_welcome: 2 exercises, 2 points\n"
        "  greet      write    1 point   It returns a greeting.\n"
        "  countdown  predict  1 point   Predict what the program does.\n"
        "03_tasks: 2 exercises, 3 points\n"
        "  fetch_all  rewrite  2 points  In order.\n"
        "  drain      build    1 point   Nothing is left.\n"
    )


@pytest.mark.parametrize("name", ["03", "tasks", "03_tasks", "notebooks/03_tasks.ipynb"])
def test_a_chapter_is_found_under_each_of_its_names(capsys, name):
    assert command_line.main(["list", name]) == 0
    out = capsys.readouterr().out
    assert out.startswith("03_tasks")
    assert "greet" not in out


@pytest.mark.parametrize("command", ["list", "prove", "reset"])
def test_an_unknown_chapter_is_one_clear_line(capsys, command):
    assert command_line.main([command, "99_nothing"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "99_nothing" in said.err
    assert "03_tasks" in said.err


def test_a_notebook_that_cannot_be_read_is_one_clear_line(capsys, monkeypatch, tmp_path):
    stand_in(monkeypatch, "checker.grade.terminal", check=notebooks.read)
    assert command_line.main(["check", str(tmp_path / "missing.ipynb")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("checker: There is no notebook")
    assert said.count("\n") == 1


def test_prove_check_reset_and_update_are_handed_on(capsys, monkeypatch):
    calls = []
    stand_in(monkeypatch, "checker.maintain.prove", main=lambda *given: calls.append(given) or 1)
    stand_in(monkeypatch, "checker.grade.terminal", check=calls.append)
    stand_in(monkeypatch, "checker.files.shipped", reset=lambda *all, **more: f"reset {all} {more}")
    stand_in(monkeypatch, "checker.files.update", update=lambda folder: ["brought", str(folder)])
    assert command_line.main(["prove", "tasks", "--update"]) == 1
    assert command_line.main(["prove"]) == 1
    assert command_line.main(["check", "a.ipynb"]) == 0
    assert calls == [("03_tasks", True), (None, False), "a.ipynb"]
    assert command_line.main(["reset", "tasks", "--from", "there"]) == 0
    assert command_line.main(["update"]) == 0
    out = "reset ('tasks',) {'source': 'there'}\nbrought\nNone\n"
    assert capsys.readouterr().out == out


def test_a_wrong_command_shows_the_usage_and_none_the_progress(capsys):
    with pytest.raises(SystemExit) as caught:
        command_line.main(["nonsense"])
    assert caught.value.code == 2
    assert "usage: python -m checker" in capsys.readouterr().err
    assert command_line.main([]) == 0
    assert capsys.readouterr().out == NOTHING_YET + "\n"


@pytest.mark.parametrize("said", ["03_tasks", "tasks", "03", "3"])
def test_a_chapter_is_checked_by_its_name(monkeypatch, said):
    seen = []
    stand_in(monkeypatch, "checker.grade.terminal", check=seen.append)
    assert command_line.main(["check", said]) == 0
    assert seen == [str(notebooks.notebooks_dir() / "03_tasks.ipynb")]
    command_line.main(["check", "elsewhere/03_tasks.ipynb"])
    command_line.main(["check", "nonsense"])
    assert seen[1:] == ["elsewhere/03_tasks.ipynb", "nonsense"]


@pytest.mark.skipif(os.name != "posix", reason="pipes as in a shell")
def test_who_has_seen_enough_gets_no_traceback():
    command = f"{sys.executable} -u -m checker list | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("00_welcome")
    assert done.stderr == ""


def test_it_starts_as_a_module_without_what_only_kernels_need():
    code = "import sys, checker.__main__; print({'IPython', 'nbformat'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
    done = subprocess.run(
        [sys.executable, "-m", "checker", "--help"], capture_output=True, text=True, check=True
    )
    assert "progress" in done.stdout


NOTHING_YET = """\
00_welcome   ░░░░░░░░░░   0 of 2 points
  ○ greet   ○ countdown
03_tasks     ░░░░░░░░░░   0 of 3 points
  ○ fetch_all   ○ drain

Next: greet, in 00_welcome.ipynb
✓ solved, ◐ tried, ○ not tried"""


def test_progress_before_anything_was_tried(capsys):
    assert command_line.main(["progress"]) == 0
    assert capsys.readouterr().out == NOTHING_YET + "\n"


def test_progress_in_a_program_s_kernel_does_not_look_at_the_file(kept, monkeypatch):
    kept.note("greet", True, 1, 1)
    monkeypatch.setattr(kernel, "live", lambda: False)
    assert repr(progress()) == NOTHING_YET
    monkeypatch.setattr(kernel, "live", lambda: True)
    assert "✓ greet" in repr(progress())


def test_progress_shows_what_is_solved_tried_and_next(kept, capsys):
    kept.note("greet", True, 1, 1)
    kept.note("fetch_all", False, 1, 2)
    kept.saw_hint("drain")
    kept.note("an_exercise_that_is_gone", True, 9, 9)
    command_line.main(["progress"])
    out = capsys.readouterr().out
    assert "✓ greet   ○ countdown" in out
    assert "◐ fetch_all   ○ drain" in out
    assert "03_tasks     ███░░░░░░░   1 of 3 points" in out
    assert "Next: countdown, in 00_welcome.ipynb" in out
    assert "gone" not in out


def test_next_goes_on_behind_the_last_solved_then_comes_back_to_what_was_skipped(kept):
    kept.note("fetch_all", True, 2, 2)
    assert Progress(kept.all()).next == ("03_tasks", "drain")
    kept.note("drain", True, 1, 1)
    assert Progress(kept.all()).next == ("00_welcome", "greet")
    kept.note("greet", True, 1, 1)
    kept.note("countdown", True, 1, 1)
    assert Progress(kept.all()).next is None
    assert "All solved." in repr(Progress(kept.all()))


def test_points_follow_the_rules_as_they_are_now(kept):
    kept.note("fetch_all", True, 5, 5)
    kept.note("drain", False, 4, 5)
    assert "3 of 3 points" in repr(Progress(kept.all()))


def test_the_html_links_notebooks_and_cells_and_marks_the_same(kept):
    kept.note("greet", True, 1, 1)
    page = Progress(kept.all(), news="set aside as <a>")._repr_html_()
    solved = '<span role="img" aria-label="solved:">✓</span>'
    assert f'{solved}&nbsp;<a href="00_welcome.ipynb#Exercise:-greet">greet</a>' in page
    assert '<a href="03_tasks.ipynb#Exercise-3:-fetch_all">fetch_all</a>' in page
    assert page.count("<th ") == 3
    assert "width: 50%" in page and "1 of 2 points" in page
    assert "set aside as &lt;a&gt;" in page


def test_a_damaged_file_is_told_with_the_progress(capsys):
    store.default_path().write_bytes(b"broken " * 200)
    command_line.main(["progress"])
    assert "damaged" in capsys.readouterr().out
    command_line.main(["progress"])
    assert capsys.readouterr().out == NOTHING_YET + "\n"


def test_long_chapters_are_wrapped_between_exercises():
    for number in range(20):
        made_up(f"exercise_{number}", "write", "03_tasks", "It works.")
    lines = repr(Progress({})).splitlines()
    assert max(map(len, lines)) <= 80
    assert not any(line.endswith("○") for line in lines)


def test_a_bar_shows_the_first_point_and_is_full_at_the_end_alone(kept):
    for number in range(98):
        made_up(f"exercise_{number}", "predict", "03_tasks")
    kept.note("drain", True, 1, 1)
    assert "█░░░░░░░░░   1 of 101 points" in repr(Progress(kept.all()))
    kept.note("fetch_all", True, 2, 2)
    for number in range(97):
        kept.note(f"exercise_{number}", True, 1, 1)
    assert "█████████░   100 of 101 points" in repr(Progress(kept.all()))
    kept.note("exercise_97", True, 1, 1)
    assert "██████████   101 of 101 points" in repr(Progress(kept.all()))


def test_a_console_says_once_that_it_forgets(monkeypatch):
    monkeypatch.setattr(kernel, "live", lambda: False)
    monkeypatch.setattr(kernel, "in_console", lambda: True)
    monkeypatch.setattr(store, "_stores", {})
    assert repr(progress()).startswith(store.FORGETS)
    assert store.FORGETS not in repr(progress())
