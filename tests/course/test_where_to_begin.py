"""What a newcomer is told to read is there, and is not too much."""

import re
from pathlib import Path

import pytest

import checker

HERE = Path(checker.__file__).parent
LINES = 400  # of each of the five files that `checker/__init__.py` names


def test_the_five_files_to_read_are_there_and_are_short():
    files = re.findall(r"`([\w/]+\.py)`", checker.__doc__)
    assert len(files) == 5
    assert all(len((HERE / file).read_text().splitlines()) < LINES for file in files)


def rows(readme, heading):
    """The cells of the table below a heading, row by row, without its head."""
    text = (HERE / readme).read_text(encoding="utf-8").partition(heading)[2]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


@pytest.mark.parametrize("where", [row[2] for row in rows("grade/README.md", "Where the limits")])
def test_a_limit_of_grading_stands_where_it_is_said(where):
    module, _, name = where.strip("`").rpartition(".")
    place = "grader" if module == "Options" else module
    source = (HERE / "grade" / f"{place.replace('.', '/')}.py").read_text()
    assert re.search(rf"^(?:class )?{name if place == module else module}\b", source, re.M)


@pytest.mark.parametrize("place", [row[0] for row in rows("engine/README.md", "put together")])
def test_a_place_in_the_engine_is_there(place):
    for name in re.findall(r"`([^`]+)`", place):
        assert (HERE / "engine" / name).exists()


@pytest.mark.parametrize("row", rows("engine/README.md", "though that is not ours"), ids=str)
def test_an_attribute_of_others_is_set_where_it_is_said(row):
    attribute, _, where, _ = row
    for place in re.findall(r"`([^`]+)`", where):
        folder = "patches" if place == "conditions.py" else ""
        file = "private.py" if place.startswith("private.") else place
        source = (HERE / "engine" / folder / file).read_text()
        assert re.search(rf"\.{attribute.strip('`')} = ", source)
