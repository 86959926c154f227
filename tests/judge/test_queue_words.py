"""What causes say of queues: who died before a `join`, what was dropped, what piled up."""

import asyncio

from checker.judge.unmet import PiledUp
from checker.lab import Pages
from tests.judge.test_causes import (
    THREE_AND_ONE,
    cancelled_after_a_second,
    leaves_nothing,
    returns,
)
from tests.support.answers import cause, found

FAILS = Pages({"a": 3, "b": 1}, {"b": "ValueError: bad"})

JOINS = """
async def answer(fetch):
    queue = asyncio.Queue()
    queue.put_nowait("b")

    async def worker():
        name = await queue.get()
        await fetch(name)
        {}

    task = asyncio.create_task(worker())
    await queue.join()
"""


def test_a_join_that_never_ends_names_the_worker_that_died():
    told = found(JOINS.format("queue.task_done()"), returns(None), FAILS)
    assert (told.cause.id, told.line) == ("deadlock", 11)
    assert told.text.endswith(
        "`worker` ended with ValueError: bad, at line 7, `await fetch(name)`."
    )


def test_a_join_that_never_ends_says_what_it_counts():
    told = found(JOINS.format("pass"), returns(None), THREE_AND_ONE)
    assert told.cause.id == "deadlock"
    assert "one `task_done()` for each item" in told.text
    assert told.text.endswith("Every worker has come to its end.")


def test_another_wait_that_never_ends_says_nothing_of_a_count():
    source = """
async def answer(fetch):
    await asyncio.Queue().get()
"""
    assert "task_done" not in found(source, returns(None), THREE_AND_ONE).text


PUTS = """
async def answer(fetch):
    queue = asyncio.Queue()
    {}
    return await queue.get()
"""


def test_what_a_statement_drops_is_the_cause_of_the_wait_that_comes_of_it():
    told = found(PUTS.format("queue.put('b')"), returns("b"), THREE_AND_ONE)
    assert (told.cause.id, told.line) == ("never_awaited", 3)
    # A coroutine that is kept waits for its turn; that it has not come is no fault of its own.
    assert cause(PUTS.format("kept = queue.put('b')"), returns("b"), THREE_AND_ONE) == "deadlock"


GROUP = """
async def answer(fetch):
    async with asyncio.TaskGroup() as group:
        group.create_task(fetch("a"))
        {}
"""


def test_who_ends_a_group_by_an_error_of_its_own_is_told_of_that_error():
    own = GROUP.format("asyncio.Queue().get_nowait()")
    assert cause(own, returns(None), THREE_AND_ONE) == "raised"
    told = found(GROUP.format("await fetch('b')"), returns(None), FAILS)
    assert told.cause.id == "cancelled_too_much"


KEEPS = """
async def answer(fetch):
    async def worker():
        while True:
            try:
                await fetch("a")
            except asyncio.CancelledError:
                {}

    task = asyncio.create_task(worker())
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()
"""


def test_a_worker_that_keeps_its_cancellation_is_told_of_the_clause():
    def expect(run):
        run.stops_work()
        run.left_nothing_behind()

    told = found(KEEPS.format("pass"), expect, FAILS, scenario=cancelled_after_a_second)
    assert told.cause.id == "cancellation_swallowed"
    assert "`except asyncio.CancelledError:`, catches the cancellation" in told.text


async def with_a_worker(answer):
    """The answer gets a task that somebody else has started."""
    task = asyncio.create_task(asyncio.sleep(9), name="worker 1")
    return await answer(task)


def test_a_task_that_was_handed_over_is_left_where_the_answer_ends():
    source = """
async def answer(task):
    await asyncio.sleep(1)
    return None
"""
    told = found(source, leaves_nothing, scenario=with_a_worker)
    assert (told.cause.id, told.line) == ("left_running", 3)
    text = "It returned at 1 s, at line 3, `return None`; the task `worker 1` had not ended."
    assert told.text == text


def test_what_piles_up_is_said_by_the_rule_that_has_counted_it():
    source = """
async def answer(fetch):
    kept = []
    kept.append(await fetch("b"))
"""

    def expect(run):
        run.ended()
        raise PiledUp(run, "one in memory", "there were more", line=3, why="2 of them wait")

    told = found(source, expect, THREE_AND_ONE)
    assert (told.cause.id, told.line) == ("piled_up", 3)
    assert told.text == '2 of them wait: line 3, `kept.append(await fetch("b"))`.'
