"""Which names of the course's own cells are bound without running them."""

import pytest

from checker.files import bindings
from checker.lab.notebook import Notebook


def bound(*sources, wanted):
    """The names that are made, with their values, when a text with the words `wanted` needs them.

    None of the sources may be run further than that: `run` stands for what they do.
    """
    notebook = Notebook({"ran": []})
    for number, text in enumerate(bindings.needed(sources, bindings.words(wanted))):
        if text:
            notebook.bind(text, f"<{number}>")
    assert notebook.names["ran"] == []
    return {name: v for name, v in notebook.names.items() if name == name.strip("_") != "ran"}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import ast", {"ast"}),
        ("import os.path", {"os"}),
        ("from ast import parse as read, walk\nran.append(1)", {"read"}),
        ("x = 1", {"x"}),
        ("x = -1.5 * 60", {"x"}),
        ("x: dict = {'a': [1, 2], 'b': ((), {3})}", {"x"}),
        ("x = y = None", {"x", "y"}),
        ("x, [y] = 1, [2]", {"x", "y"}),
        ("x = ran.append(1)", set()),
        ("x = [ran.append(1)]", set()),
        ("x = f'{ran.append(1)}'", set()),
        ("x = 1; ran.append(x)", set()),
        ("ran.append(1); x = 1", set()),
        ("ran[:] = 1, 2", set()),
        ("x: int", set()),
        ("for x in [1]: ran.append(x)", set()),
        ("%load_ext checker\nx = 1", {"x"}),
        ("not python", set()),
    ],
)
def test_a_statement_binds_without_running(source, names):
    made = bound(source, wanted="read x y ast os")
    assert made.keys() >= names and made.keys() <= names | {"walk"}


def test_what_a_definition_needs_is_bound_with_it_and_nothing_else():
    sources = (
        "import time, functools\nimport ast",
        "SECONDS = 3\nOTHER = 4",
        "def wait():\n    return time, SECONDS\n\nran.append(wait())",
        "class Unused:\n    pass",
    )
    made = bound(*sources, wanted="async def answer():\n    return wait()")
    assert made.keys() == {"time", "functools", "SECONDS", "wait"}
    assert made["wait"]()[1] == 3
    assert made["wait"].__code__.co_firstlineno == 1


def test_the_last_one_counts_and_lines_keep_their_numbers():
    made = bound("x = 1", "\n\ndef x():\n    pass", wanted="x")
    assert made["x"].__code__.co_firstlineno == 3


def test_a_statement_that_fails_costs_itself_alone():
    made = bound("import nothing_of_that_name\nimport ast\n", wanted="ast nothing_of_that_name")
    assert made.keys() == {"ast"}


def test_what_a_cell_makes_in_any_way():
    source = "a = f()\nfor b in a:\n    c = b\nwith d() as e:\n    pass\ndef g():\n    h = 1"
    assert bindings.made(source) == {"a", "b", "c", "e", "g"}
