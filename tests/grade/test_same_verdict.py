"""A notebook gets the same verdict where it is worked on, in a terminal, and when it is graded."""

import contextlib
import itertools
import re

import pytest

from checker import exercise
from checker.exercise import CHAPTERS
from checker.files import bindings, cells, notebooks
from checker.grade import Grader, Options, Submission, terminal
from checker.lab.magics import without_magics
from checker.lab.notebook import Notebook
from checker.learner import check
from checker.maintain import handed_in
from tests.support import submitted

pytestmark = pytest.mark.solutions

DEFINES = re.compile(r"def both|both = ")
SETUP = (submitted.SETUP, "setup")
BOTH = """
async def both(first, second):
    one, two = asyncio.create_task(first), asyncio.create_task(second)
    return [await one, await two]
"""
STARTED = """
async def both(first, second):
    one, two = start(first), start(second)
    return [await one, await two]

await check(both)
"""
TIMED = BOTH.replace("    one", "    begun = loop.time()\n    one")
GATED = BOTH.replace("    one", "    async with gate:\n        pass\n    one")
WRAPPED = """
def traced(function):
    async def wrapper(*arguments):
        return await function(*arguments)
    return wrapper

@traced"""
STATED = """
async def both(first, second):
    assert started == ["ready"]
    return list(await asyncio.gather(first, second))

await check(both)
"""
HELPED = "def start(awaitable):\n    return asyncio.create_task(awaitable)\n"
OTHER = "def start(awaitable):\n    raise RuntimeError('another start')\n"

# name: (the cells below the setup, the cause or None)
CASES = {
    "a later cell with the name of a helper": ([HELPED, STARTED, OTHER], None),
    "a helper in another cell": ([HELPED, STARTED], None),
    "a helper that was replaced above": ([HELPED, OTHER, STARTED], "raised"),
    "a helper below the check": ([STARTED, HELPED], "raised"),
    "a helper below the answer, above the check": (
        [STARTED.replace("await check(both)", ""), HELPED, "await check(both)"],
        None,
    ),
    "a loop that a cell asks for": (
        ["loop = asyncio.get_running_loop()", f"{TIMED}\nawait check(both)"],
        None,
    ),
    "a loop that an earlier function asks for": (
        ["def ask():\n    return asyncio.get_running_loop()", "loop = ask()"]
        + [f"{TIMED}\nawait check(both)"],
        None,
    ),
    "a task that a cell starts": (
        [
            "started = []\nasync def ready():\n    started.append('ready')\n"
            "waiting = asyncio.create_task(ready())",
            STATED,
        ],
        None,
    ),
    "a task that a later cell awaits": (
        [
            "async def ready():\n    await asyncio.sleep(1)\n    return 'ready'\n"
            "waiting = asyncio.create_task(ready())",
            "started = [await waiting]",
            STATED,
        ],
        None,
    ),
    "a loop that cannot be started within one": (
        ["async def ready():\n    return 'ready'\nstarted = [asyncio.run(ready())]", STATED],
        "raised",
    ),
    "a lock of a cell": (["gate = asyncio.Lock()", f"{GATED}\nawait check(both)"], None),
    "a future of another loop": (
        [
            "box = asyncio.get_running_loop().create_future()",
            BOTH.replace("    one", "    await box\n    one") + "\nawait check(both)",
        ],
        "other_loop",
    ),
    "a decorator without wraps": ([f"{WRAPPED}{BOTH}\nawait check(both)"], None),
    "a decorator without wraps, and a wrong answer": (
        [WRAPPED + "\nasync def both(first, second):\n    return first\n\nawait check(both)"],
        "never_awaited",
    ),
    "a partial": (
        [
            "import functools\nasync def wait(together, first, second):\n"
            "    return list(await together(first, second))\n"
            "both = functools.partial(wait, asyncio.gather)\n\nawait check(both)"
        ],
        None,
    ),
    "a string that ends in a question": (
        [
            "%precision 3\nasync def both(first, second):\n    '''Together?\n    %not magic\n"
            "    \x0c \u2028'''\n    return list(await asyncio.gather(first, second))\n"
            "await check(both)"
        ],
        None,
    ),
}


@pytest.fixture(scope="module")
def grader():
    with Grader(Options()) as one:
        yield one


@pytest.fixture
def in_terminal(grader, capsys, monkeypatch):
    """`in_terminal(path, id)` returns what the terminal says of an exercise."""
    monkeypatch.setattr(terminal, "Grader", lambda: contextlib.nullcontext(grader))

    def said(path):
        capsys.readouterr()
        terminal.check(path)
        texts = capsys.readouterr().out.split("\n\n")
        return {re.match(r"\w+", text)[0]: text for text in texts if text[:1].isalpha()}

    return said


def in_notebook(path, id):
    """The `Verdict` where all cells run, one after the other, and the check is asked for."""
    kernel = Notebook({"__name__": "__main__"})
    with contextlib.closing(kernel):
        for cell in notebooks.read(path).cells:
            if cell.type != "code":
                continue
            asked = []
            stop_listening = check.listen(asked.append)
            with contextlib.suppress(Exception):
                kernel.run(without_magics(cell.source).text, f"<kernel {path} {cell.number}>")
            stop_listening()
            for one in asked:
                if check.name_of(one.argument) == id:
                    return cells.verdict(one)
    raise AssertionError(f"nobody asks for a check of {id}")


def graded(grader, path, id):
    found = grader.grade(Submission("it", str(path), content=path.read_bytes()))
    assert not found.problem
    return next(one for one in found.exercises if one.id == id), found.notices


@pytest.mark.parametrize("name", CASES)
def test_the_same_verdict_everywhere(name, grader, in_terminal, tmp_path):
    own, cause = CASES[name]
    path = tmp_path / "it.ipynb"
    tagged = [(text, "exercise:both") if DEFINES.search(text) else text for text in own]
    path.write_bytes(submitted.notebook(SETUP, *tagged))
    seen, _ = graded(grader, path, "both")
    assert seen.cause == cause, seen.text
    assert in_terminal(path)["both"] == seen.text
    there = in_notebook(path, "both")
    assert (there.cause, there.message) == (cause, seen.message.partition(" Cell ")[0])


USES = {
    # A demo cell above imports it; setup and stub do not.
    "heartbeat": (
        "04_cancellation",
        """
async def heartbeat(send, close, every):
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(close)
        while True:
            await send()
            await asyncio.sleep(every)

await check(heartbeat)
""",
    ),
    "convert_few": (
        "08_keeping_the_loop_free",
        """
async def convert_few(convert, names, workers):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = [loop.run_in_executor(pool, convert, name) for name in names]
        return [await future for future in futures]

await check(convert_few)
""",
    ),
}


@pytest.mark.parametrize("id", USES)
def test_an_answer_may_use_what_the_chapter_made_above(id, grader, in_terminal, tmp_path):
    chapter, source = USES[id]
    path = tmp_path / f"{chapter}.ipynb"
    handed_in.hand_in(path, chapter, {id: source})
    seen, _ = graded(grader, path, id)
    assert in_terminal(path)[id] == seen.text
    names = cells.namespace([submitted.SETUP], _above(chapter, id), source)
    broken, asked = cells.run(source, names, f"<{id}>")
    assert broken is None
    assert str(cells.verdict(asked[-1])) == seen.text
    assert seen.cause is None, seen.text


def _above(chapter, id):
    notebook = notebooks.read(notebooks.notebooks_dir() / f"{chapter}.ipynb")
    [stub] = notebook.cells_of(id)
    return [c.source for c in notebook.cells if c.type == "code" and c.number < stub.number]


@pytest.mark.chapters
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_right_answer_is_solved_everywhere(chapter, grader, in_terminal, tmp_path):
    known = {
        id: [source for cause, source in answers if cause is None]
        for id, answers in handed_in.solutions(chapter).items()
    }
    needy = {one.id for one in exercise.exercises(chapter) if one.needs}
    course = notebooks.read(notebooks.notebooks_dir() / f"{chapter}.ipynb")
    setup = [cell.source for cell in course.setup_cells()]
    for number, answers in enumerate(itertools.zip_longest(*known.values())):
        path = tmp_path / f"{number}.ipynb"
        chosen = {id: source for id, source in zip(known, answers, strict=True) if source}
        handed_in.hand_in(path, chapter, chosen)
        said = in_terminal(path)
        for id, source in chosen.items():
            if id in needy:
                assert "needs" in said[id]
                continue
            assert f"{id}: solved" in said[id]
            names = cells.namespace(setup, _above(chapter, id), source)
            _, asked = cells.run(source, names, f"<{chapter} {id} {number}>")
            assert str(cells.verdict(asked[-1])) == said[id]


def test_what_is_missing_is_said_with_the_cell_that_makes_it(grader, in_terminal, tmp_path):
    path = tmp_path / "it.ipynb"
    answer = STARTED.replace("start(first)", "late(first)")
    path.write_bytes(
        submitted.notebook(SETUP, (answer, "exercise:both"), HELPED.replace("start", "late"))
    )
    seen, notices = graded(grader, path, "both")
    assert "NameError: name 'late' is not defined" in seen.message
    assert seen.message.endswith("Cell 3 (cell-2) makes `late`, and stands below: move it up.")
    assert notices == ["both: Cell 3 (cell-2) makes `late`, and stands below: move it up."]
    assert seen.message in in_terminal(path)["both"]


def test_a_name_that_a_cell_of_the_course_makes_by_what_it_does(grader, in_terminal, tmp_path):
    path = tmp_path / "08_keeping_the_loop_free.ipynb"
    course = notebooks.read(notebooks.notebooks_dir() / path.name)
    code = [cell.source for cell in course.cells if cell.type == "code"]
    assert any("loop" in bindings.made(source) for source in code)
    last = exercise.exercises("08_keeping_the_loop_free")[-1].id
    answer = f"async def {last}(*arguments):\n    return loop\n\nawait check({last})"
    handed_in.hand_in(path, "08_keeping_the_loop_free", {last: answer})
    seen, notices = graded(grader, path, last)
    assert seen.cause == "raised"
    assert "makes `loop` by what it does" in seen.message
    assert any(notice.startswith(f"{last}: Cell ") for notice in notices)
    bare = tmp_path / "bare.ipynb"
    bare.write_bytes(submitted.notebook((answer, f"exercise:{last}")))
    seen, _ = graded(grader, bare, last)
    assert "This notebook lacks what makes `loop`: in the course's, cell " in seen.message
