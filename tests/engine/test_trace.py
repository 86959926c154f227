"""`observe(…, traced=True)`: which lines ran, what returned where, which exceptions passed."""

import sys
import threading

import pytest

from checker.engine import observe
from tests.support.answers import answer

SOURCE = """
import threading

async def answer(jobs):
    try:
        await asyncio.sleep(1)
        if jobs > 1:
            raise LookupError("gone")
    except ValueError:
        return "wrong"
    except LookupError:
        return "caught"
    def work():
        return 3
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return jobs
"""


def traced(source, *args):
    made = answer(source)
    run = observe(made.function, *args, own={made.file}, traced=True)
    assert run.trace is not None
    return run


def test_the_lines_that_ran_are_known_in_threads_too():
    trace = traced(SOURCE, 1).trace
    assert {13, 17} <= set(trace.lines)
    assert not {7, 9, 11} & set(trace.lines)
    assert [(r.function, r.line) for r in trace.returned] == [("work", 13), ("answer", 17)]


def test_an_exception_that_is_caught_is_followed_to_its_clause():
    trace = traced(SOURCE, 2).trace
    [passed] = trace.passed
    assert (passed.type, passed.line, passed.left) == ("LookupError", 7, False)
    assert passed.then == [8, 10, 11]


def test_an_await_after_a_caught_exception_is_no_end():
    source = """
async def answer():
    for error in (LookupError, OSError):
        try:
            await asyncio.sleep(1)
            raise error
        except (LookupError, OSError):
            await asyncio.sleep(0)
    return 1
"""
    trace = traced(source).trace
    assert [(p.type, p.left) for p in trace.passed] == [("LookupError", False), ("OSError", False)]
    assert [(r.line, r.before[-1]) for r in trace.returned] == [(8, 8)]


def test_a_cancellation_that_comes_to_an_await_leaves():
    source = """
async def waits():
    await asyncio.sleep(5)
async def answer():
    task = asyncio.create_task(waits())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
"""
    [passed] = traced(source).trace.passed
    assert (passed.type, passed.function, passed.left) == ("CancelledError", "waits", True)


def test_an_exception_that_comes_out_has_left():
    trace = traced("async def answer():\n    return 1 / 0").trace
    assert trace.passed[-1].left
    assert trace.returned == []


def test_a_run_is_not_traced_unless_that_is_asked_for():
    made = answer(SOURCE)
    assert observe(made.function, 1).trace is None


def test_the_tracer_from_before_is_there_afterwards():
    def tracer(frame, event, value):
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        traced(SOURCE, 1)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
    assert threading.gettrace() is None


@pytest.mark.parametrize("held", ["while True:\n        pass", "await asyncio.to_thread(spin)"])
def test_a_run_can_be_traced_after_one_that_was_stopped(held):
    source = f"def spin():\n    while True:\n        pass\nasync def answer():\n    {held}\n"
    assert observe(answer(source).function).stop is not None
    assert traced(SOURCE, 1).result == 1


def test_a_trace_is_plain_data():
    from checker.grade.record import run_of

    run = traced(SOURCE, 2)
    assert run_of(run.to_json()) == run
