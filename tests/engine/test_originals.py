"""Where somebody has replaced parts of asyncio, a run has asyncio's own, and says so."""

import asyncio
import subprocess
import sys

import pytest

from checker.engine import observe
from checker.engine.patches import originals
from tests.support import submitted
from tests.support.real_kernel import ROOT, Kernel

NESTED = """
import asyncio, threading
{imports}
async def main():
    async def work(n):
        await asyncio.sleep(n)
        return n
    tasks = [asyncio.create_task(work(n)) for n in (1, 2)]
    kinds = [isinstance(tasks[0], asyncio.Task), isinstance(tasks[0], asyncio.Future)]
    box = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(1.5, box.set_result, "box")
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        third = group.create_task(work(1))
    try:
        asyncio.run(work(1))
    except RuntimeError as error:
        nested = str(error)
    ends = []
    thread = threading.Thread(target=lambda: ends.append(asyncio.run(work(2))))
    thread.start()
    await asyncio.to_thread(thread.join)
    return [await asyncio.gather(*tasks), kinds, await box, third.result(), nested, ends]

import warnings
warnings.simplefilter("ignore")
theirs = asyncio.Task, asyncio.run, asyncio.get_event_loop
run = observe(main)
assert theirs == (asyncio.Task, asyncio.run, asyncio.get_event_loop)
print(run.result, run.took, run.failure, [t.ended for t in run.tasks], bool(originals.notice()))
"""
CHECKER = "from checker.engine import observe; from checker.engine.patches import originals"
APPLY = "import nest_asyncio; nest_asyncio.apply(asyncio.new_event_loop())"


def run(*imports):
    """What `NESTED` prints in a process of its own."""
    code = NESTED.replace("{imports}", "\n".join(imports))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("imports", [(CHECKER, APPLY), (APPLY, CHECKER)])
def test_a_run_is_the_same_where_nest_asyncio_was_applied(imports):
    pytest.importorskip("nest_asyncio")
    nested = run(*imports)
    assert nested == run(CHECKER).removesuffix("False") + "True"
    assert "cannot be called from a running event loop" in nested


def test_what_somebody_has_replaced_is_back_after_the_run(monkeypatch):
    class Other(asyncio.tasks._PyTask):
        pass

    Other.__module__ = "other_loops"
    monkeypatch.setattr(asyncio, "Task", Other)
    assert originals.notice().startswith("`other_loops` has replaced parts of asyncio here.")

    async def answer():
        task = asyncio.create_task(asyncio.sleep(1))
        await task
        return asyncio.Task is not Other and isinstance(task, asyncio.Task)

    assert observe(answer).result is True
    assert asyncio.Task is Other
    monkeypatch.undo()
    assert originals.notice() == ""


def test_what_an_answer_replaces_stays_replaced_by_it(monkeypatch):
    async def answer():
        asyncio.run = answer

    monkeypatch.setattr(asyncio, "run", lambda main: None)
    observe(answer)
    assert asyncio.run is answer


RIGHT = """
async def both(first, second):
    one, two = asyncio.create_task(first), asyncio.create_task(second)
    return [await one, await two]
"""


def test_in_a_kernel_one_line_says_so_and_right_answers_stay_right(tmp_path):
    pytest.importorskip("nest_asyncio")
    kernel = Kernel(XDG_DATA_HOME=str(tmp_path))
    try:
        kernel.run("%load_ext checker\nimport asyncio\nfrom checker import check, timeline")
        assert kernel.run("import nest_asyncio; nest_asyncio.apply()")["status"] == "ok"
        first = kernel.run(RIGHT + "await check(both)")
        assert "both: solved" in first["result"]
        assert first["stdout"].startswith("`nest_asyncio` has replaced parts of asyncio here.")
        again = kernel.run("await timeline(both(asyncio.sleep(1, 'a'), asyncio.sleep(2, 'b')))")
        assert again["result"].startswith("returned ['a', 'b'] after 2 s")
        assert again["stdout"] == ""
        assert kernel.run("print(asyncio.run(asyncio.sleep(0, 'nested')))")["stdout"] == "nested\n"
    finally:
        kernel.close()


def test_in_grading_too():
    pytest.importorskip("nest_asyncio")
    from checker.grade import Grader, Options, Submission

    apply = ("import nest_asyncio\nnest_asyncio.apply()", "")
    content = submitted.notebook(("import asyncio", ""), apply, (RIGHT, "exercise:both"))
    with Grader(Options()) as grader:
        graded = grader.grade(Submission("03_tasks", "x", content=content))
    assert [one.passed for one in graded.exercises if one.id == "both"] == [True]
    assert any("nest_asyncio" in line for line in graded.notices)
