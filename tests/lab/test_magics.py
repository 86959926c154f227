"""What is left of a cell without its magics: Python alone, line for line."""

import pytest

from checker.lab.magics import without_magics


@pytest.mark.parametrize(
    ("source", "text", "skipped"),
    [
        ("x = 1", "x = 1\n", []),
        ("%load_ext checker\nx = 1", "pass\nx = 1\n", []),
        ("!pip install x\nx = 1", "pass\nx = 1\n", ["!pip install x"]),
        ("%run other.py", "pass\n", ["%run other.py"]),
        ("if True:\n    %time\nx = 1", "if True:\n    pass\nx = 1\n", []),
        ("files = !ls", "files = []\n", ["files = !ls"]),
        ("asyncio?\nx = 1", "pass\nx = 1\n", []),
        ("?print", "pass\n", []),
        ("%%time\nx = 1", "\nx = 1\n", []),
        ("\n%%time\nx = 1", "\n\nx = 1\n", []),
        ("%%bash\necho no", "\n", ["%%bash"]),
        ("%%html\n<b>no</b>", "\n", []),
        ("%%capture\n!ls\nx = 1", "\npass\nx = 1\n", ["!ls"]),
    ],
)
def test_magics_are_left_out_and_the_lines_keep_their_numbers(source, text, skipped):
    cell = without_magics(source)
    assert (cell.text, cell.skipped, cell.writes) == (text, skipped, None)


@pytest.mark.parametrize(
    "source",
    [
        "x = (7\n     % 2)\n",
        "x = '\u2028 and \x0c'\n",
        "text = '''\n%not a magic\n!nor this\n'''\n",
        "x = 1  # why?\n",
    ],
)
def test_what_is_python_stays_as_it_is(source):
    assert without_magics(source).text == source


def test_magics_beside_strings_and_brackets_that_look_like_them():
    inside = "def f():\n    '''Together?\n    %not this\n    '''\n    return (7\n    % 2)\n"
    cell = without_magics(f"%precision 3\n{inside}!ls\nprint?\n")
    assert cell.text == f"pass\n{inside}pass\npass\n"
    assert cell.skipped == ["!ls"]


def test_what_is_no_python_either_way_is_left_to_whoever_compiles_it():
    cell = without_magics("if True print('x')\n%time")
    assert cell.text == "if True print('x')\npass\n"


@pytest.mark.parametrize(("option", "appends"), [("", False), ("-a ", True)])
def test_a_cell_that_is_a_file(option, appends):
    cell = without_magics(f"%%writefile {option}'helper.py'\nfactor = 3\n")
    assert cell.text == "\n"
    assert cell.writes == ("helper.py", "factor = 3\n", appends)
