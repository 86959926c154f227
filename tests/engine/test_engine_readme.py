"""Every test that the engine's README names is there."""

import pathlib
import re

import pytest

import checker

HERE = pathlib.Path(checker.__file__).parent
README = (HERE / "engine" / "README.md").read_text(encoding="utf-8")
ROWS = [line for line in README.splitlines() if line.startswith("| ")]


def defined():
    """The names of all tests."""
    tests = (HERE.parent / "tests").rglob("test_*.py")
    sources = (file.read_text(encoding="utf-8") for file in tests)
    return {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.M)}


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"`(test_\w+)`", README))
    assert len(named) > 80
    assert named - defined() == set()


@pytest.mark.parametrize(
    "heading",
    [
        "The outside world",
        "The answer's clock",
        "Pythons",
        "Stopping",
        "Thirty-three situations",
    ],
)
def test_every_row_of_these_tables_names_a_test(heading):
    table = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [row for row in table.splitlines() if row.startswith("| ")][2:]
    assert rows
    assert [row for row in rows if not re.search(r"`test_\w+` \|$", row)] == []
