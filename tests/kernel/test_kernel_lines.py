"""The lines that the extension prints hold nothing that changes from run to run."""

import asyncio
import logging

import pytest

from checker.engine.current import working_for
from checker.kernel import leftovers, logs


def test_log_lines_of_a_checked_run_are_left_to_the_run():
    record = logging.makeLogRecord({"msg": "said"})
    handler = logs.Handler(logging.WARNING)
    with working_for(object()):
        handler.emit(record)
    assert not handler.take()
    handler.emit(record)
    assert handler.take() == {"asyncio: said": 1}


@pytest.mark.parametrize(
    "text, shown",
    [
        (
            "Task was destroyed but it is pending!\ntask: <Task pending name='Task-7' "
            "coro=<main.<locals>.save() running at /tmp/x/1.py:3> wait_for=<Future pending>>",
            "Task was destroyed but it is pending (task 'save')",
        ),
        (
            "an error occurred during closing of asynchronous generator "
            "<async_generator object pages at 0x7f02a>\nasyncgen: <async_generator>",
            "an error occurred during closing of asynchronous generator "
            "<async_generator object pages>",
        ),
        (
            "Executing <TimerHandle when=123.5 ring('a') at /tmp/x/1.py:7> took 0.213 seconds",
            "callback 'ring' took longer than 0.1 seconds without a pause",
        ),
        ("Unknown child process pid 4711, will wait", "Unknown child process pid, will wait"),
        ("socket.send() raised exception.", "socket.send() raised exception."),
    ],
)
def test_log_lines_hold_nothing_that_changes_from_run_to_run(text, shown):
    assert logs.line(logging.makeLogRecord({"msg": text})) == f"asyncio: {shown}"


def test_a_kernels_own_slow_task_is_not_shown():
    text = (
        "Executing <Task pending name='Task-3' coro=<Kernel.shell_main() running at "
        "/x/site-packages/ipykernel/kernelbase.py:678>> took 0.300 seconds"
    )
    assert logs.line(logging.makeLogRecord({"msg": text})) is None


def test_tasks_are_named_in_the_same_order_on_every_run():
    async def names():
        tasks = [asyncio.create_task(asyncio.sleep(0), name=name) for name in "fedcbag"]
        text = leftovers.describe(tasks, "one(sleep(1))\nawait asyncio.sleep(0)\n# sleep")
        await asyncio.gather(*tasks)
        return text

    lines = asyncio.run(names())
    assert lines[:2] == [f"Still running after this cell: task {name!r}" for name in "ab"]
    assert lines[-1] == "Still running after this cell: 2 other kinds of task"
