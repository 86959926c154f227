from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.old_code import FINE, OLD, in_order, program
from checker.lab.scenes import futures_and_callbacks as scenes

find_old = Exercise(
    "find_old",
    kind="build",
    is_async=False,
    hints=[
        "`ast.walk(ast.parse(source))` gives every node. Which kind of node is a call, and how "
        "does it hold its keywords?",
        "`ast.dump(ast.parse('asyncio.wait(a)'), indent=1)` shows how `asyncio.wait` looks in the "
        "tree. Which attributes do you have to compare?",
        "Nodes know their `lineno`. Do two finds in one line give one entry or two? Read the task.",
    ],
)


def _finds_what_is_old(answer, inputs, lines, outside=False, many=False):
    """In a program with these lines, exactly those of `OLD` are found.

    Args:
        outside: the lines stand outside of functions where they may; else inside.
        many: there are several; what is wrong with each alone is known.
    """
    source, line_numbers = program(inputs, lines, outside)
    expected = sorted((line_numbers[line], what) for line in lines for what in OLD.get(line, ()))
    run = observe(
        scenes.find_in, answer, source, call=f"find_old(source), where source is\n{source}"
    )
    found = in_order(run.value)
    run.shows(found, expected, why=None if many else _why_not(found, expected))


def _why_not(found, expected):
    """What is wrong with these finds: a sentence without its full stop, or None."""
    if type(found) is not list:
        return None
    missing = [find for find in expected if find not in found]
    if missing and not found:
        line, what = missing[0]
        return f"Nothing is found in the program, though its line {line} has a {what!r}"
    more = [find for find in found if find not in expected]
    if more and not missing and type(more[0]) in (list, tuple) and len(more[0]) == 2:
        return f"In line {more[0][0]} of the program, {more[0][1]!r} is found where none counts"
    return None


@find_old.rule("It finds each of the old forms, with its line.")
def finds_each(answer, inputs):
    for line in OLD:
        _finds_what_is_old(answer, inputs, [line, FINE[2]])


@find_old.rule("It finds what stands outside of functions, too.")
def finds_outside(answer, inputs):
    for line in OLD:
        _finds_what_is_old(answer, inputs, [line, FINE[2]], outside=True)


@find_old.rule("It finds them all, in the order of their lines.")
def finds_all(answer, inputs):
    _finds_what_is_old(answer, inputs, [*OLD, *FINE], many=True)


@find_old.rule("It is not deceived by strings, comments and names that only look alike.")
def not_deceived(answer, inputs):
    for outside in (False, True):
        _finds_what_is_old(answer, inputs, list(FINE), outside)
