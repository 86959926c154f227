"""Which answers a child is asked for at once: those whose cells no earlier answer can tell of."""

import pytest

from checker.grade import selection
from tests.support import submitted

ONE = "async def both(first, second):\n    return helper(first, second)\n\nawait check(both)\n"
TWO = "async def fetch_all(fetch, names):\n    return []\n\nawait check(fetch_all)\n"
HELPER = "def helper(*these):\n    return these\n"


@pytest.mark.parametrize(
    ("between", "groups"),
    [
        ("def other(x):\n    return x\n", [["both", "fetch_all"]]),
        ("", [["both", "fetch_all"]]),
        (HELPER, [["both"], ["fetch_all"]]),  # the first answer speaks of it
        ("fetched = []\n", [["both"], ["fetch_all"]]),  # it does more than define functions
        ("print('between')\n", [["both"], ["fetch_all"]]),
    ],
)
def test_answers_are_made_at_once_where_nobody_can_tell(between, groups):
    cells = [(ONE, "exercise:both"), between, (TWO, "exercise:fetch_all")]
    setup = (submitted.SETUP, "setup")
    content = submitted.notebook(setup, *(cell for cell in cells if cell))
    prepared = selection.prepare(content, "mine")
    assert selection.groups(prepared, ["both", "fetch_all"]) == groups
