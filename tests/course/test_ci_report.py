"""What `.ci/run` says at its end."""

import runpy

import pytest

from checker.maintain import committed

REPORT = committed.ROOT / ".ci" / "report"
PASSED = "a test printed: 7 failed\n21 passed, 1 skipped, 2 warnings in 9.00s"
pytestmark = pytest.mark.skipif(not REPORT.exists(), reason="a learner's copy comes without it")


@pytest.fixture
def measured(tmp_path):
    """A function that notes a stage as `.ci/run` does: which, its exit code, what it said."""
    (tmp_path / "missing").write_text("")
    (tmp_path / "broken").write_text("")

    def add(release, part, stage, seconds=60, code=0, said=PASSED):
        with (tmp_path / "stages").open("a") as file:
            file.write(f"{release} {part} {stage} {seconds} {code}\n")
        (tmp_path / f"{release}-{stage}").write_text(said)

    return add


@pytest.fixture
def report(tmp_path, capsys):
    """A function: (exit code, the report's lines) of a course of ten chapters."""

    def lines():
        code = runpy.run_path(str(REPORT))["main"](tmp_path, chapters=10)
        return code, capsys.readouterr().out.splitlines()

    return lines


def test_all_tests_are_added_up_once(measured, report):
    measured("3.11.2", "whole", "unit")
    measured("3.15.2", "full", "prove", said="14 chapters agree: 587 answers got their verdicts.")
    measured("3.15.2", "full", "handout", said="00_welcome.ipynb: ok\nhandout: 3 passed, 0 failed")
    code, lines = report()
    assert lines[-1] == "24 passed, 0 failed, 1 skipped"
    assert "Tested: Python 3.11.2 (whole), Python 3.15.2 (full)" in lines
    assert code == 0


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("2 failed, 19 passed in 9.00s", "40 passed, 2 failed, 1 skipped"),
        ("19 passed, 3 errors in 9.00s", "40 passed, 3 failed, 1 skipped"),
        ("No module named pip", "21 passed, 1 failed, 1 skipped"),
        (PASSED, "42 passed, 1 failed, 2 skipped"),
    ],
)
def test_a_stage_that_fails_is_named_and_counts_at_least_once(measured, report, said, last):
    measured("3.13.0", "light", "engine", code=2, said=said)
    measured("3.14.10", "full", "unit")
    code, lines = report()
    assert lines[-2:] == ["Broken: 3.13.0 engine", last]
    assert code == 1


def test_without_a_python_above_3_13_it_fails(measured, report, tmp_path):
    (tmp_path / "missing").write_text("Python 3.14\nPython 3.15\n")
    measured("3.13.0", "full", "unit")
    measured("3.14.10", "full", "install", code=2, said="no space left")
    code, lines = report()
    assert "Not here: Python 3.14, Python 3.15" in lines
    assert "Broken: 3.14.10 install, a Python above 3.13" in lines
    assert code == 1


def test_only_what_grows_with_the_chapters_grows_in_the_forecast(measured, report):
    measured("3.15.2", "full", "unit", seconds=600)
    measured("3.15.2", "full", "notebooks", seconds=600)
    _, lines = report()
    assert "20 min with 10 chapters. With 31 it will take about 41 min." in lines


def test_the_table_has_a_column_for_each_python(measured, report):
    measured("3.11.2", "whole", "install", seconds=40)
    measured("3.11.2", "whole", "unit", seconds=100)
    measured("3.14.10", "full", "install", seconds=8)
    rows = [line.split() for line in report()[1][:4]]
    assert rows == [
        ["seconds", "3.11.2", "3.14.10"],
        ["install", "40", "8"],
        ["unit", "100"],
        ["all", "140", "8"],
    ]
