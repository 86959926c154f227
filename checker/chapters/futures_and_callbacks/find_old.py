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


def _finds(answer, inputs, lines):
    source, at = program(inputs, lines)
    expected = sorted((at[line], what) for line in lines for what in OLD.get(line, ()))
    call = f"find_old(source), where source is\n{source}"
    return observe(scenes.find_in, answer, source, call=call), expected


def _found(run, expected):
    run.shows(in_order(run.value), expected)


@find_old.rule("It finds each of the old forms, with its line.")
def finds_each(answer, inputs):
    for line in OLD:
        _found(*_finds(answer, inputs, [line, FINE[2]]))


@find_old.rule("It finds them all, in the order of their lines.")
def finds_all(answer, inputs):
    _found(*_finds(answer, inputs, [*OLD, *FINE]))


@find_old.rule("It is not deceived by strings, comments and names that only look alike.")
def not_deceived(answer, inputs):
    run, _ = _finds(answer, inputs, list(FINE))
    run.returned([])
