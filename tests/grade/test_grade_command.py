"""`python -m checker grade` as an instructor uses it, with crashes and on a cluster."""

import itertools
import os
import signal
import subprocess
import sys

import pytest

from checker.__main__ import main
from checker.grade import Options, cluster, find
from checker.maintain.handed_in import hand_in, right, solutions

pytestmark = pytest.mark.solutions

CHAPTER = "00_welcome"
NAMES = ("ada", "bob", "cyd", "dan", "eve", "fay")


@pytest.fixture
def handed_in(tmp_path):
    """Five notebooks, of which one has a wrong answer, and a file that is none."""
    folder = tmp_path / "class"
    folder.mkdir()
    answers = right(CHAPTER)
    for name in NAMES[:4]:
        hand_in(folder / f"{name}.ipynb", CHAPTER, answers, [f"name = {name!r}"])
    [(cause, wrong), *_] = [one for one in solutions(CHAPTER)["greet"] if one[0]]
    assert cause == "never_awaited"
    hand_in(folder / "eve.ipynb", CHAPTER, {**answers, "greet": wrong})
    (folder / "fay.ipynb").write_text("{")
    return folder


def grade(*arguments):
    return main(["grade", *map(str, arguments)])


def command(*arguments):
    return [sys.executable, "-m", "checker", "grade", *map(str, arguments)]


def test_the_summary_says_what_matters(handed_in, capsys):
    assert grade(handed_in, "--jobs", 1) == 0
    printed = capsys.readouterr().out
    assert "ada: 4 of 4; all solved\n" in printed
    assert "eve: 2 of 4; greet (never_awaited)\n" in printed
    assert f"{handed_in}/fay.ipynb is damaged" in printed
    assert "5 of 6 were graded.\n" in printed
    assert "greet: 4 of 5 solved it (1 never_awaited).\n" in printed


def test_the_files_and_pages_are_where_they_were_wanted(handed_in, tmp_path, capsys):
    pages = tmp_path / "feedback"
    assert grade(handed_in, "--jobs", 2, "-o", tmp_path / "grades.csv", "--pages", pages) == 0
    assert f"The grades are in {tmp_path}/grades.csv." in capsys.readouterr().out
    rows = (tmp_path / "grades.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["submission", *NAMES]
    assert not (tmp_path / "grades.csv.part").exists()
    eve = (pages / "submissions" / "eve.html").read_text()
    assert "An <code>await</code> is missing." in eve
    assert "data:image/svg+xml" in eve
    assert "1 × never_awaited" in (pages / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["class", "-o", "grades.xls"], "ends in one of .csv, .json, .xml"),
        (["class", "--resume"], "--resume needs the -o"),
        (["nowhere"], "There is nothing called nowhere"),
        (["empty"], "There is no notebook in empty"),
        (["class", "--scheduler", "tcp://127.0.0.1:9", "--timeout", "1"], "no Dask scheduler"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    handed_in, arguments, said, capsys, monkeypatch, tmp_path
):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "WAIT", 0.5)
    assert grade(*arguments) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert "Traceback" not in printed


def test_what_was_left_of_a_crash_is_not_lost_by_starting_anew(handed_in, tmp_path, capsys):
    (tmp_path / "grades.csv.part").write_text("something")
    assert grade(handed_in, "-o", tmp_path / "grades.csv") == 2
    assert "Add --resume" in capsys.readouterr().err
    assert (tmp_path / "grades.csv.part").read_text() == "something"


def killed_after(lines, journal, arguments):
    """Run the command and kill it when the journal has that many lines; whether it was killed."""
    child = subprocess.Popen(
        command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while child.poll() is None:
            if journal.exists() and journal.read_bytes().count(b"\n") >= lines:
                child.send_signal(signal.SIGKILL)
                break
    finally:
        child.wait(60)
    return child.returncode == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_a_killed_run_is_gone_on_with_and_gives_the_same_file(handed_in, tmp_path):
    whole, broken = tmp_path / "whole.json", tmp_path / "broken.json"
    assert grade(handed_in, "-o", whole, "--jobs", 1) == 0
    journal = tmp_path / "broken.json.part"
    arguments = [handed_in, "-o", broken, "--jobs", 1]
    kills = 0
    for lines in (1, 4):
        resume = ["--resume"] if journal.exists() else []
        kills += killed_after(lines, journal, [*arguments, *resume])
    assert kills
    if not broken.exists():
        assert grade(*arguments, "--resume") == 0
    assert broken.read_bytes() == whole.read_bytes()


def test_ctrl_c_says_how_far_it_came_and_how_to_go_on(handed_in, tmp_path, monkeypatch, capsys):
    from checker.grade import local

    whole = local.grade

    def interrupted(*args, **options):
        yield from itertools.islice(whole(*args, **options), 2)
        raise KeyboardInterrupt

    output = tmp_path / "grades.csv"
    monkeypatch.setattr(local, "grade", interrupted)
    assert grade(handed_in, "-o", output, "--jobs", 1) == 130
    assert "Stopped when 2 of 6 were graded. Add --resume" in capsys.readouterr().err
    monkeypatch.setattr(local, "grade", whole)
    assert grade(handed_in, "-o", output, "--jobs", 1, "--resume") == 0
    assert len(output.read_text().splitlines()) == 7


def test_only_what_has_changed_is_graded_again_after_a_crash(handed_in, tmp_path, monkeypatch):
    from checker.grade import local

    whole, asked = local.grade, []

    def broken_off(found, **options):
        asked.append([one.name for one in found])
        yield from itertools.islice(whole(found, **options), 3)
        raise KeyboardInterrupt

    output = tmp_path / "grades.csv"
    monkeypatch.setattr(local, "grade", broken_off)
    grade(handed_in, "-o", output, "--jobs", 1)
    hand_in(handed_in / "bob.ipynb", CHAPTER, {})
    grade(handed_in, "-o", output, "--jobs", 1, "--resume")
    assert asked == [list(NAMES), ["bob", "dan", "eve", "fay"]]


@pytest.fixture
def local_cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as made:
        yield made


@pytest.mark.full
def test_a_cluster_gives_the_same_grades_when_a_worker_dies(handed_in, tmp_path, local_cluster):
    answers = right(CHAPTER)
    for number in range(30):
        hand_in(handed_in / f"more-{number}.ipynb", CHAPTER, answers, [f"number = {number}"])
    expected = {one.name: one for one in map(without_time, _grade_here(handed_in))}
    graded = []
    for one in cluster.grade(local_cluster.scheduler_address, find([handed_in]), options=Options()):
        graded.append(one)
        if len(graded) == 5:
            worker = next(iter(local_cluster.workers.values()))
            os.kill(worker.pid, signal.SIGKILL)
    assert len(graded) == 36
    assert {one.name: without_time(one) for one in graded} == expected


def without_time(graded):
    graded.seconds = 0
    return graded


def _grade_here(folder):
    from checker.grade import grade as all_of

    return all_of([folder], jobs=1)
