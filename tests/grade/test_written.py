"""What a prediction says is read off its text: in every form that one would write, and safely."""

import ast

import pytest

from checker.grade import predictions
from checker.grade.written import Computed, Reader

LINES = ["a", "b", "c"]
WRITTEN = [
    '["a", "b", "c"]',
    '("a", "b", "c")',
    '"a\\nb\\nc"',
    '"""a\nb\nc"""',
    '"a b c".split()',
    '"a,b,c".split(",")',
    '"a\\nb\\nc".splitlines()',
    '"""\na\nb\nc\n""".strip().splitlines()',
    '"""\na\nb\nc\n""".split("\\n")[1:-1]',
    '["a"] + ["b"] + ["c"]',
    '["a", *["b", "c"]]',
    '[*"abc"]',
    'list("abc")',
    '[f"a", "b", f"{\'c\'}"]',
    'list(("a", "b", "c"))',
    'sorted(["c", "a", "b"])',
    'sorted("cba")',
    'list(reversed(["c", "b", "a"]))',
    'sorted(["a", "b", "c"], reverse=True)[::-1]',
    '[letter for letter in "abc"]',
    "list(letter.lower() for letter in 'ABC')",
    '" ".join(["a", "b", "c"]).split()',
    '["A".lower(), "b", "xc".removeprefix("x")]',
]


def read(text, **names):
    return Reader(names).value(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", WRITTEN)
def test_lines_may_be_written_as_one_likes(text):
    value = read(text)
    assert value == eval(text)  # in the notebook it is what Python makes of it
    assert (value.splitlines() if isinstance(value, str) else list(value)) == LINES


@pytest.mark.parametrize(
    "text",
    [
        '[f"tick {n}" for n in range(3)]',
        '[f"{n}: {word!r}" for n, word in enumerate(["x", "y"])]',
        "[str(n) for n in range(3, 0, -1)]",
        "list(map(str, range(3)))",
        '["x"] * 3 + 2 * ["y"]',
        'f"{1 / 4:.2f} s"',
        "[f'{[1, 2]}', str([1, 4]), repr('x')]",
        "3 * 2 + 1 - 0.5",
        "-7 // 2 % 5",
        "sum([0.5, 0.25, 3]) + max(1, 2) + len('abc')",
        "{'a': 1, 'b': [None, True]}",
        "{1, 2}",
        "('a', 'b')[0]",
        "...",
    ],
)
def test_other_values_are_those_of_python(text):
    assert read(text) == eval(text)


@pytest.mark.parametrize(
    "text",
    [
        "run()",
        "unknown",
        "run.took",
        "[run.took]",
        "__import__('os')",
        "().__class__",
        "(lambda: 1)()",
        "'{0.__class__}'.format(1)",
        "open('x').read()",
        "eval('1')",
        "map(str, [1])",
        "(n for n in [1])",
        "[await x for x in [1]]",
        "'a' if 1 else 'b'",
        "1 / 0",
        "[1][5]",
        "len(1)",
        "int('x')",
        "'%1000000000d' % 1",
    ],
)
def test_anything_else_is_computed(text):
    with pytest.raises(Computed):
        read(text)


HUGE = [
    "10 ** 10",
    "['x'] * 10 ** 4",
    "'x' * 1000000",
    "[[['x'] * 900] * 900] * 900",
    "list(range(10 ** 9))",
    "range(10 ** 9)",
    "['x' for a in range(1000) for b in range(1000)]",
    "[[n for n in range(1000)] for m in range(1000)]",
    "999999999999999 * 999999999999999 * 999999999999999",
    "f'{1:100000000}'",
    "f'{1:.99999999f}'",
    "('x' * 99999).replace('x', 'y' * 99999)",
    "('x' * 99999).join(list(range(1000)))",
    "('x' * 99999).join(['a'] * 999)",
    "+".join(["1"] * 5000),
]


@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
def test_nothing_becomes_large(text):
    try:
        tree = ast.parse(text, mode="eval")
    except RecursionError:  # the parser of Python 3.11 refuses the deepest one itself
        return
    with pytest.raises(Computed):
        Reader({}).value(tree.body)


def test_lists_of_lists_do_not_grow_by_being_named():
    lines = ["v0 = ['x', 'x']", *(f"v{n + 1} = [v{n}, v{n}]" for n in range(60))]
    source = "\n".join([*lines, "await predict(shop, returns=v60)"])
    said = predictions.predicted([source], "shop")
    assert predictions.is_computed(said)
    lines = ["a = ['x']", *["a += a"] * 60, "t = 'x'", *["t += t"] * 60, "n = 9"]
    source = "\n".join([*lines, *["n = n * n"] * 60, "await predict(shop, prints=a, takes=n)"])
    said = predictions.predicted([source], "shop")
    assert said == {"prints": predictions.COMPUTED, "takes": predictions.COMPUTED}


SAID = [
    ("lines = other = ['a']\nother.append('b')\nlines += ['c']", "lines", LINES),
    ("lines, seconds = ['a', 'b', 'c'], 3", "lines", LINES),
    ("lines = []\nlines.extend(('a', 'b', 'c'))", "lines", LINES),
    ("text = 'a\\nb'\ntext += '\\nc'", "text.splitlines()", LINES),
    ("lines = compute()", "lines", predictions.COMPUTED),
    ("lines = ['a']\nlines.append(compute())", "lines", predictions.COMPUTED),
    ("lines = ['a']\nother = lines\nother.insert(0, 'b')", "lines", predictions.COMPUTED),
    ("lines = ['a']\nfirst = lines.pop()", "lines", predictions.COMPUTED),
    ("lines = ['a']\nfor _ in range(3): lines.append('b')", "lines", predictions.COMPUTED),
    ("lines = ['a']\ndef lines(): pass", "lines", predictions.COMPUTED),
]


@pytest.mark.parametrize(("above", "prints", "value"), SAID)
def test_names_have_what_the_cell_gives_them(above, prints, value):
    source = f"{above}\nawait predict(shop, prints={prints})"
    assert predictions.predicted([source], "shop") == {"prints": value}


def test_an_exception_is_said_by_its_name_and_keywords_may_come_in_a_dict():
    source = "await predict(shop, raises=asyncio.TimeoutError, **{'takes': 3})"
    assert predictions.predicted([source], "shop") == {"raises": "TimeoutError", "takes": 3}
    said = predictions.predicted(["await predict(shop, prints=unknown)"], "shop")
    assert said == {"prints": predictions.COMPUTED}
