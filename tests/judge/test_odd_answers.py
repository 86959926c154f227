"""No rule stumbles over an answer that returns something odd: it gets a verdict like any other."""

import pytest

from checker.exercise import exercises
from checker.files import cells, notebooks
from checker.judge import Answer, verdict_on

pytestmark = pytest.mark.solutions

ODD = ("None", "7", "'text'", "[[None], 2]", "{'a': 1}")
WRITTEN = [e for e in exercises() if e.kind != "predict"]

# A right answer, of which each function then returns something else.
AND_THEN = """
import functools, inspect

def returning(function):
    if inspect.iscoroutinefunction(function):
        @functools.wraps(function)
        async def changed(*args, **options):
            await function(*args, **options)
            return {odd}
    else:
        @functools.wraps(function)
        def changed(*args, **options):
            function(*args, **options)
            return {odd}
    return changed

if inspect.isclass({name}):
    for each, method in list(vars({name}).items()):
        if inspect.isfunction(method) and each != "__init__":
            setattr({name}, each, returning(method))
else:
    {name} = returning({name})
"""
AT_ONCE = "{kind} {name}(*args, **options):\n    return {odd}\n"


def judged(exercise, setup, source):
    names = cells.namespace(setup)
    broken, _ = cells.run(source, names, f"<{exercise.id}>")
    assert broken is None
    answer = Answer.of(names[exercise.id], exercise.is_async)
    return verdict_on(exercise, answer, None)


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda exercise: exercise.id)
def test_whatever_an_answer_returns_there_is_a_verdict(exercise):
    notebook = notebooks.read(notebooks.solutions_dir() / f"{exercise.chapter}.ipynb")
    setup = [cell.source for cell in notebook.setup_cells()]
    [right] = [cell for cell in notebook.cells_of(exercise.id) if "answer" in cell.tags]
    program = right.source.rpartition("await check(")[0]
    kind = "async def" if exercise.is_async else "def"
    for odd in ODD:
        after = AND_THEN.format(name=exercise.id, odd=odd)
        verdict = judged(exercise, setup, f"{program}\n{after}")
        assert verdict.passed == (verdict.cause is None)
        assert repr(verdict).startswith(exercise.id)
    verdict = judged(exercise, setup, AT_ONCE.format(kind=kind, name=exercise.id, odd=odd))
    assert not verdict.passed
