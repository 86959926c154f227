"""What `%load_ext checker` cures, shown in real kernels of the Python that runs the tests."""

import os
import sys
import time

import pytest
from jupyter_client import AsyncKernelManager

from tests.support.real_kernel import ROOT, Kernel, spec


@pytest.fixture(scope="module")
def kernel():
    started = Kernel()
    shown = started.run("%load_ext checker\nimport asyncio, time")
    assert (shown["status"], shown["stdout"], shown["stderr"]) == ("ok", "", "")
    yield started
    started.close()


@pytest.fixture(scope="module")
def first_cell():
    """A fresh kernel and the answer to its very first cell, which fails in a task group."""
    started = Kernel(JPY_SESSION_NAME="/home/ada/course/03_tasks.ipynb")
    yield (
        started,
        started.run(
            "%load_ext checker\nimport asyncio\n"
            "async def save():\n    raise ValueError('disk full')\n"
            "async with asyncio.TaskGroup() as group:\n    group.create_task(save())\n"
        ),
    )
    started.close()


def test_a_failing_task_group_is_a_real_error_even_in_the_first_cell(first_cell):
    _, shown = first_cell
    assert (shown["error"], shown["status"]) == ("ExceptionGroup", "error")
    assert shown["stderr"] == ""
    assert "ValueError: disk full" in shown["traceback"]


def test_the_traceback_of_a_group_starts_in_the_cell_and_names_it(first_cell):
    _, shown = first_cell
    files = [line.split('"')[1] for line in shown["traceback"].splitlines() if "File" in line]
    assert files[0] == "Cell In[1]"
    assert not any(name.startswith("/") for name in files)
    assert "raise ValueError('disk full')" in shown["traceback"]


def test_the_kernel_goes_on_after_a_failing_first_cell(first_cell):
    started, _ = first_cell
    assert started.run("await asyncio.sleep(0, 'here')")["result"] == "'here'"


def test_the_notebook_has_a_name_if_the_server_told_it(first_cell):
    started, _ = first_cell
    ask = "from checker.kernel import notebook_name\nnotebook_name()"
    assert started.run(ask)["result"] == "'03_tasks.ipynb'"


def test_an_error_that_passes_through_except_star_is_a_real_error(kernel):
    shown = kernel.run(
        "async def passes():\n    try:\n        await asyncio.sleep(0)\n        {}['key']\n"
        "    except* ValueError:\n        pass\nawait passes()"
    )
    assert (shown["error"], shown["status"], shown["stderr"]) == ("KeyError", "error", "")


def test_an_error_raised_from_a_group_shows_the_group(kernel):
    shown = kernel.run("raise OSError('no') from ExceptionGroup('all', [ValueError('inner')])")
    assert shown["error"] == "OSError"
    assert "ValueError: inner" in shown["traceback"]
    again = kernel.run("%tb")
    assert (again["error"], again["stderr"]) == ("OSError", "")
    assert "ValueError: inner" in again["traceback"]


def test_a_cancelled_cell_that_handled_a_group_is_a_real_error(kernel):
    shown = kernel.run(
        "try:\n    raise ExceptionGroup('all', [ValueError('inner')])\n"
        "except* ValueError:\n    await asyncio.sleep(0)\n    raise asyncio.CancelledError"
    )
    assert (shown["error"] in ("CancelledError", "BaseExceptionGroup")) and not shown["stderr"]


def test_other_errors_look_as_ipython_shows_them(kernel):
    shown = kernel.run("async def f():\n    1 / 0\nawait f()")
    assert shown["error"] == "ZeroDivisionError"
    assert "\x1b" in shown["traceback"]  # IPython colours its tracebacks, Python does not
    assert kernel.run("%tb")["error"] == "ZeroDivisionError"
    shown = kernel.run("1 +")
    assert shown["error"] == "SyntaxError" and "Cell" in shown["traceback"]
    assert "UsageError" in kernel.run("%no_such_magic")["stderr"]


def test_one_broken_repr_does_not_spoil_later_async_cells(kernel):
    kernel.run("class Bad:\n    def __repr__(self):\n        raise ValueError\nBad()")
    assert kernel.run("await asyncio.sleep(0)")["status"] == "ok"


@pytest.mark.parametrize(
    "waits", ["asyncio.sleep(60)", "asyncio.Queue().get()", "asyncio.create_task(spin())"]
)
def test_the_stop_button_stops_an_await(kernel, waits):
    kernel.run("async def spin():\n    while True:\n        pass")
    shown, took = kernel.stopped(f"await {waits}")
    assert (shown["error"], shown["status"]) == ("CancelledError", "error")
    assert took < 2
    assert kernel.run("await asyncio.sleep(0, 1)")["result"] == "1"


def test_the_stop_button_stops_a_blocking_call_in_an_async_cell(kernel):
    shown, took = kernel.stopped("await asyncio.sleep(0)\ntime.sleep(60)")
    assert shown["error"] == "KeyboardInterrupt" and took < 2
    assert kernel.run("await asyncio.sleep(0, 1)")["result"] == "1"


def test_the_stop_button_stops_a_blocking_callback(kernel):
    shown, took = kernel.stopped(
        "asyncio.get_running_loop().call_soon(time.sleep, 0)\n"
        "asyncio.get_running_loop().call_soon(lambda: time.sleep(60))\nawait asyncio.sleep(60)"
    )
    assert shown["error"] == "CancelledError" and took < 2


LOST = "asyncio: Task exception was never retrieved: ValueError('x') (task {})\n"


def test_a_lost_exception_is_shown_below_its_cell(kernel):
    shown = kernel.run(
        "async def save():\n    raise ValueError('x')\n"
        "asyncio.create_task(save())\nawait asyncio.sleep(0.01)\nprint('done')"
    )
    assert shown["stderr"] == LOST.format("'save'")
    assert shown["stdout"] == "done\n"


def test_a_lost_exception_of_an_earlier_cells_task_is_shown(kernel):
    kernel.run(
        "async def late():\n    await asyncio.sleep(0.2)\n    raise ValueError('x')\n"
        "asyncio.create_task(late(), name='mine')\nNone"
    )
    assert kernel.run("await asyncio.sleep(0.4)")["stderr"] == LOST.format("'mine'")


def test_a_lost_exception_between_two_cells_is_shown_below_the_second(kernel):
    kernel.run(
        "async def soon():\n    await asyncio.sleep(0.05)\n    raise ValueError('x')\n"
        "asyncio.create_task(soon())\nNone"
    )
    time.sleep(0.2)
    assert kernel.run("None")["stderr"] == LOST.format("'soon'")
    assert kernel.run("None")["stderr"] == ""


def test_lines_that_repeat_are_counted(kernel):
    shown = kernel.run(
        "for _ in range(3):\n    asyncio.create_task(save())\nawait asyncio.sleep(0.01)"
    )
    assert shown["stderr"] == LOST.format("'save'")[:-1] + " (3 times)\n"


def test_a_task_in_a_cycle_is_reported_in_the_same_cell(kernel):
    shown = kernel.run(
        "async def knot():\n    me = asyncio.current_task()\n    raise ValueError('x')\n"
        "asyncio.create_task(knot())\nawait asyncio.sleep(0.01)"
    )
    assert shown["stderr"] == LOST.format("'knot'")


def test_a_failing_callback_is_shown(kernel):
    shown = kernel.run(
        "def ring():\n    raise ValueError(object())\n"
        "asyncio.get_running_loop().call_soon(ring)\nawait asyncio.sleep(0.01)"
    )
    text = "asyncio: Exception in callback ring(): ValueError(<object object>)\n"
    assert shown["stderr"] == text


def test_slow_callbacks_are_shown_without_their_duration(kernel):
    shown = kernel.run(
        "async def busy():\n    time.sleep(0.15)\n"
        "def block():\n    time.sleep(0.15)\n"
        "def main():\n    async def outer():\n        await asyncio.create_task(busy())\n"
        "        asyncio.get_running_loop().call_soon(block)\n"
        "        await asyncio.sleep(0.01)\n    asyncio.run(outer(), debug=True)\n"
        "await asyncio.to_thread(main)"
    )
    assert shown["stderr"].splitlines() == [
        "asyncio: task 'busy' took longer than 0.1 seconds without a pause",
        "asyncio: callback 'block' took longer than 0.1 seconds without a pause",
    ]


def test_a_cell_that_holds_the_loop_in_debug_mode_is_shown(kernel):
    kernel.run("asyncio.get_running_loop().set_debug(True)")
    shown = kernel.run("time.sleep(0.15)\nawait asyncio.sleep(0)")
    kernel.run("asyncio.get_running_loop().set_debug(False)")
    assert shown["stderr"] == "asyncio: the cell took longer than 0.1 seconds without a pause\n"


def test_a_coroutine_never_awaited_is_shown_with_its_line_each_time(kernel):
    cell = "async def never():\n    pass\nnever()\nNone"
    text = "RuntimeWarning: coroutine 'never' was never awaited (line 3: never())\n"
    assert [kernel.run(cell)["stderr"] for _ in range(2)] == [text, text]


def test_a_warning_of_a_cells_syntax_is_shown_once_with_its_line(kernel):
    [line] = kernel.run("1 is 1\nNone")["stderr"].splitlines()
    assert line.startswith("SyntaxWarning: ")
    assert line.endswith(" (line 1: 1 is 1)")


def test_a_task_left_running_is_named_once_below_its_cell(kernel):
    shown = kernel.run(
        "async def tick():\n    await asyncio.sleep(60)\n\nticking = asyncio.create_task(tick())"
    )
    assert shown["stdout"] == "Still running after this cell: task 'tick', line 4\n"
    assert kernel.run("await asyncio.sleep(0.01)")["stdout"] == ""
    assert kernel.run("ticking.cancel()\nNone")["stdout"] == ""


def test_many_tasks_left_running_are_counted(kernel):
    shown = kernel.run(
        "tasks = {asyncio.create_task(tick()) for _ in range(12)}\n"
        "tasks.add(asyncio.create_task(tick(), name='last'))\nawait asyncio.sleep(0)"
    )
    assert shown["stdout"] == (
        "Still running after this cell: task 'last'\n"
        "Still running after this cell: 12 tasks 'tick'\n"
    )
    kernel.run("for task in tasks:\n    task.cancel()")


def test_tasks_that_end_in_time_are_not_named(kernel):
    shown = kernel.run(
        "async with asyncio.TaskGroup() as group:\n    group.create_task(asyncio.sleep(0))\n"
        "gone = asyncio.create_task(tick())\nawait asyncio.sleep(0)\ngone.cancel()\n"
        "await asyncio.to_thread(asyncio.run, asyncio.sleep(0))"
    )
    assert shown["stdout"] == ""


def test_the_checkers_own_tasks_are_not_named(kernel):
    shown = kernel.run(
        "space = {'__name__': 'checker.somewhere', 'asyncio': asyncio}\n"
        "exec('async def work(): await asyncio.sleep(60)', space)\n"
        "own = asyncio.create_task(space['work']())\nawait asyncio.sleep(0)"
    )
    assert shown["stdout"] == ""
    kernel.run("own.cancel()")


def test_only_a_request_with_a_cell_id_is_live(kernel):
    ask = "from checker.kernel import live, cell_id, in_kernel\n(live(), cell_id(), in_kernel())"
    assert kernel.run(ask)["result"] == "(False, None, True)"
    assert kernel.run(ask, cellId="c1")["result"] == "(True, 'c1', True)"
    assert kernel.run(ask)["result"] == "(False, None, True)"


def test_nbclient_is_not_live(tmp_path):
    import nbclient
    import nbformat

    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell("from checker.kernel import live\nlive()")]
    manager = AsyncKernelManager()
    manager._kernel_spec = spec(sys.executable)
    client = nbclient.NotebookClient(book, km=manager, timeout=30)
    client.execute(env={**os.environ, "PYTHONPATH": ROOT})
    assert book.cells[0].outputs[0]["data"]["text/plain"] == "False"


def test_loading_twice_and_reloading_change_nothing(kernel):
    kernel.run("%load_ext checker\n%reload_ext checker")
    shown = kernel.run("asyncio.create_task(save())\nawait asyncio.sleep(0.01)")
    assert shown["stderr"] == LOST.format("'save'")
    counts = "ip = get_ipython()\n[len(ip.events.callbacks[e]) for e in "
    events = "('pre_run_cell', 'post_run_cell')]"
    before = kernel.run(counts + events)["result"]
    kernel.run("%reload_ext checker\n%reload_ext checker")
    assert kernel.run(counts + events)["result"] == before


def test_unloading_restores_ipython(kernel):
    kernel.run("%unload_ext checker")
    shown = kernel.run("asyncio.create_task(save())\nawait asyncio.sleep(0.01)")
    assert "asyncio: Task" not in shown["stderr"]
    assert kernel.run("%load_ext checker")["status"] == "ok"


def test_a_missing_private_name_is_said_in_one_line(kernel):
    shown = kernel.run(
        "class Odd:\n    pass\nodd = Odd()\nodd.kernel = Odd()\nodd.events = ip.events\n"
        "from checker import kernel\nkernel.load(odd)\nkernel.load(ip)"
    )
    parts = [
        "showing exception groups as errors",
        "going on without a service that is missing",
        "a short word for what was stopped",
        "the stop button on a cell that awaits",
    ]
    for line, what in zip(shown["stdout"].splitlines(), parts, strict=True):
        assert line.startswith(f"checker: {what} does not work")


def test_selftest_is_fine_in_a_healthy_kernel(kernel):
    shown = kernel.run("from checker import selftest\nawait selftest()")
    lines = [line for line in shown["result"].splitlines() if "solutions" not in line]
    assert lines == [
        "ok   Python is one that the course was tested with, 3.11 to 3.15",
        "ok   Cells can use `await`",
        "ok   The checker is loaded",
        "ok   asyncio is as Python ships it",
        "ok   Buttons can be shown",
        "ok   Pictures can be shown",
        "ok   Your progress can be saved",
        "",
        "Your set-up is ready for the course.",
    ]
