"""What is written down of each task: its waits, who woke and who cancelled it, how it ended."""

import asyncio
import contextlib
import sys
import time

import pytest

from checker.engine import observe
from checker.lab.fakes.pages import Pages

_EAGER = pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with 3.12")


def shop():
    """A service: it is no code of the answer's, so it stands in a file of its own."""
    return Pages({"time": 1, "tea": 1, "milk": 1, "air": 1}, {"air": "LookupError"})


def line_of(function, offset):
    return function.__code__.co_firstlineno + offset


def spans(task):
    return [(span.state, span.start, span.end, span.what) for span in task.spans]


def test_a_task_has_a_name_a_parent_and_a_line():
    async def answer():
        async def inner():
            await asyncio.sleep(1)

        first = asyncio.create_task(inner())
        second = asyncio.create_task(inner(), name="second")
        await asyncio.wait([first, second])

    own, first, second = observe(answer).tasks
    assert (own.name, own.parent, own.number) == ("answer", None, 0)
    assert (first.name, first.parent, first.made_line) == ("inner", 0, line_of(answer, 4))
    assert (second.name, second.ended, second.ended_at) == ("second", "done", 1.0)


def test_a_name_that_is_given_later():
    async def answer():
        asyncio.current_task().set_name("myself")
        await asyncio.sleep(1)

    assert observe(answer).tasks[0].name == "myself"


def test_what_a_task_waits_for():
    async def answer():
        lock = asyncio.Lock()

        async def work():
            async with lock:
                await asyncio.sleep(1)

        await asyncio.gather(work(), work())

    own, first, second = observe(answer).tasks
    assert spans(first) == [("waits", 0, 1, "sleep(1)")]
    assert spans(second) == [("waits", 0, 1, "Lock.acquire"), ("waits", 1, 2, "sleep(1)")]
    assert second.spans[0].queue == "Lock 1"
    assert second.spans[0].line == line_of(answer, 4)
    assert own.spans[0].on == [1, 2]


def test_a_manager_of_another_cell_is_called_as_its_generator():
    made = {"asyncio": asyncio, "asynccontextmanager": contextlib.asynccontextmanager}
    cell = """
@asynccontextmanager
async def door():
    await asyncio.sleep(1)
    yield
    await asyncio.sleep(2)
"""
    exec(compile(cell, "<another cell>", "exec"), made)

    async def answer():
        async with made["door"]():
            pass

    (own,) = observe(answer).tasks
    assert spans(own) == [("waits", 0, 1, "door"), ("waits", 1, 3, "door")]


def test_behind_a_shield_stands_the_task_inside_alone():
    """Since 3.14 `shield` knows the task that called it as well."""

    async def answer():
        inside = asyncio.create_task(asyncio.sleep(1), name="inside")
        await asyncio.shield(inside)

    assert observe(answer).tasks[0].spans[0].on == [1]


def test_who_wakes_whom():
    async def answer():
        queue = asyncio.Queue()
        reader = asyncio.create_task(queue.get())
        await asyncio.sleep(2)
        queue.put_nowait(1)
        await reader

    own, reader = observe(answer).tasks
    assert reader.woken_by == [[2.0, 0]]
    assert not own.woken_by


def test_a_blocking_call_is_a_span_of_its_task():
    async def answer():
        async def block():
            time.sleep(2)

        await asyncio.gather(block(), asyncio.sleep(1))

    run = observe(answer)
    assert [(b.at, b.seconds, b.task, b.line) for b in run.blocked] == [
        (0, 2, 1, line_of(answer, 2))
    ]
    assert spans(run.tasks[1]) == [("blocked", 0, 2, "time.sleep")]


def test_a_failed_task():
    async def answer():
        async def fail():
            await asyncio.sleep(1)
            raise ValueError("no", 3)

        await fail()

    failure = observe(answer).failure
    assert (str(failure), failure.line, failure.args) == (
        "ValueError: ('no', 3)",
        line_of(answer, 3),
        ["no", 3],
    )
    assert [frame[0] for frame in failure.frames] == ["answer", "fail"]
    assert failure.frames[1][2] == 'raise ValueError("no", 3)'


def test_a_task_made_by_hand_is_no_harm():
    async def answer():
        loop = asyncio.get_running_loop()
        return await asyncio.Task(asyncio.sleep(1, "made"), loop=loop)

    assert observe(answer).result == "made"


def test_a_factory_of_the_answers_own():
    async def answer():
        class Mine(asyncio.Task):
            pass

        loop = asyncio.get_running_loop()
        loop.set_task_factory(lambda loop, coro, **options: Mine(coro, loop=loop, **options))
        task = asyncio.create_task(asyncio.sleep(1))
        await task
        return type(task).__name__

    run = observe(answer)
    assert (run.result, len(run.tasks), run.tasks[1].ended) == ("Mine", 2, "done")


async def asks_for_its_factory():
    loop = asyncio.get_running_loop()

    def mine(loop, coro, **options):
        return asyncio.Task(coro, loop=loop, **options)

    seen = [loop.get_task_factory() is None]
    for factory in (mine, getattr(asyncio, "eager_task_factory", mine), None):
        loop.set_task_factory(factory)
        seen.append(loop.get_task_factory() is factory)
    for no_factory in (7, "mine"):
        try:
            loop.set_task_factory(no_factory)
        except TypeError as error:
            seen.append((str(error), loop.get_task_factory() is None))
    await asyncio.create_task(asyncio.sleep(0))
    return seen


def test_the_factory_that_a_loop_names_is_the_one_that_was_set():
    run = observe(asks_for_its_factory)
    assert run.result == asyncio.run(asks_for_its_factory())
    assert len(run.tasks) == 2


def test_a_task_looks_like_a_task():
    async def answer():
        task = asyncio.create_task(asyncio.sleep(0), name="mine")
        shown, kind = repr(task), type(task)
        await task
        return shown, kind.__name__, kind.__module__, isinstance(task, asyncio.Task)

    shown, *kind = observe(answer).result
    assert shown.startswith("<Task pending name='mine' coro=<sleep()")
    assert kind == ["Task", asyncio.Task.__module__, True]


# ------------------------------------------------------------------ cancellation


def cancels(run, number):
    return [(c.at, c.by, c.undone) for c in run.tasks[number].cancels]


def test_a_cancellation_by_the_answer():
    async def answer():
        task = asyncio.create_task(asyncio.sleep(10))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])

    run = observe(answer)
    assert cancels(run, 1) == [(1, "answer", False)]
    assert run.tasks[1].cancels[0].line == line_of(answer, 3)
    assert (run.tasks[1].ended, run.tasks[1].ended_at) == ("cancelled", 1)


def test_a_cancellation_by_a_timer_of_the_answers():
    async def answer():
        task = asyncio.create_task(asyncio.sleep(10))
        asyncio.get_running_loop().call_later(1, task.cancel)
        await asyncio.wait([task])

    assert cancels(observe(answer), 1) == [(1, "answer", False)]


def test_a_cancellation_by_a_timeout_is_undone():
    async def answer():
        try:
            async with asyncio.timeout(1):
                await asyncio.sleep(10)
        except TimeoutError:
            pass

    assert cancels(observe(answer), 0) == [(1, "timeout", True)]


def test_a_cancellation_by_wait_for():
    async def answer():
        task = asyncio.create_task(asyncio.sleep(10))
        try:
            await asyncio.wait_for(task, 1)
        except TimeoutError:
            pass

    run = observe(answer)
    asked = [c.by for task in run.tasks for c in task.cancels]
    assert "timeout" in asked
    assert "answer" not in asked
    assert run.tasks[1].ended == "cancelled"


def test_wait_for_hands_a_cancellation_on():
    async def answer():
        async def wait():
            await asyncio.wait_for(asyncio.create_task(asyncio.sleep(10)), 100)

        outer = asyncio.create_task(wait())
        await asyncio.sleep(1)
        outer.cancel()
        await asyncio.wait([outer])

    run = observe(answer)
    assert [c.by for c in run.tasks[1].cancels] == ["answer"]
    assert [c.by for c in run.tasks[2].cancels] == ["await"]


def test_a_cancellation_by_a_group():
    async def answer():
        async def fail():
            await asyncio.sleep(1)
            raise ValueError

        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(asyncio.sleep(10))

    assert cancels(observe(answer), 2) == [(1, "group", False)]


@pytest.mark.parametrize("through", ["gather", "await"])
def test_a_cancellation_that_is_handed_on(through):
    async def answer():
        async def wait():
            inner = asyncio.create_task(asyncio.sleep(10))
            await (asyncio.gather(inner) if through == "gather" else inner)

        outer = asyncio.create_task(wait())
        await asyncio.sleep(1)
        outer.cancel()
        await asyncio.wait([outer])

    run = observe(answer)
    assert (cancels(run, 1), cancels(run, 2)) == ([(1, "answer", False)], [(1, "await", False)])


def test_a_cancellation_that_is_taken_back():
    async def answer():
        asyncio.current_task().cancel()
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            asyncio.current_task().uncancel()

    assert cancels(observe(answer), 0) == [(0, "answer", True)]


# ------------------------------------------------------------------ output and services


def test_output_has_its_time_its_task_and_its_line():
    async def answer():
        async def say():
            await asyncio.sleep(1)
            print("one", "two")

        print("zero")
        await asyncio.create_task(say())
        print("bad", file=sys.stderr)

    printed = observe(answer).printed
    assert [(p.at, p.text, p.task, p.stream) for p in printed] == [
        (0, "zero\n", 0, "stdout"),
        (1, "one two\n", 1, "stdout"),
        (1, "bad\n", 0, "stderr"),
    ]
    assert printed[1].line == line_of(answer, 3)


def test_calls_to_a_service():
    async def answer(fetch):
        slow = asyncio.create_task(fetch("time"))
        await fetch("tea")
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(0.5):
                await fetch("milk")
        except TimeoutError:
            pass
        try:
            await fetch("air")
        except LookupError:
            await slow

    run = observe(answer, shop())
    seen = {c.what: (c.start, c.end, c.outcome, c.task) for c in run.calls}
    assert seen == {
        "fetch('time')": (0, 1, "ok", 1),
        "fetch('tea')": (0, 1, "ok", 0),
        "fetch('milk')": (1, 1.5, "cancelled", 0),
        "fetch('air')": (1.5, 2.5, "failed", 0),
    }
    assert run.peak("fetch") == 2
    assert run.tasks[1].name == "fetch('time')"
    assert run.tasks[0].spans[0].what == "fetch('tea')"
    assert run.calls[0].line == line_of(answer, 2)


def test_a_call_that_does_not_end_is_open():
    async def answer(fetch):
        answer.task = asyncio.create_task(fetch("tea"))
        await asyncio.sleep(0.5)

    run = observe(answer, shop())
    assert [(c.end, c.outcome) for c in run.calls] == [(None, "open")]


# ------------------------------------------------------------------ eager tasks


@_EAGER
def test_an_eager_task_is_recorded_like_any_other():
    async def answer():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)

        async def work(seconds):
            print(asyncio.current_task().get_name())
            if seconds:
                await asyncio.sleep(seconds)

        quick = asyncio.create_task(work(0), name="quick")
        done_at_once = quick.done()
        slow = asyncio.create_task(work(1), name="slow")
        await slow
        return done_at_once

    run = observe(answer)
    own, quick, slow = run.tasks
    assert (run.result, run.took) == (True, 1)
    assert (quick.ended, quick.ended_at, quick.steps) == ("done", 0, 1)
    assert (slow.ended, slow.parent, spans(slow)) == ("done", 0, [("waits", 0, 1, "sleep(1)")])
    assert [p.task for p in run.printed] == [1, 2]


@_EAGER
def test_an_eager_task_that_blocks():
    async def answer():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)

        async def block():
            time.sleep(2)

        time.sleep(1)
        await asyncio.create_task(block())

    run = observe(answer)
    assert [(b.task, b.seconds) for b in run.blocked] == [(0, 1), (1, 2)]
    assert spans(run.tasks[0]) == [("blocked", 0, 1, "time.sleep")]
    assert spans(run.tasks[1]) == [("blocked", 1, 3, "time.sleep")]
