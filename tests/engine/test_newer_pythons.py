"""What 3.14 and 3.15 brought to asyncio and its pools is seen and on the clock, too."""

import asyncio
import concurrent.futures
import math
import sys
import threading
import time

import pytest

from checker.engine import observe
from checker.engine.clock.clock import real_sleep

since_3_14 = pytest.mark.skipif(sys.version_info < (3, 14), reason="it came with 3.14")
since_3_15 = pytest.mark.skipif(sys.version_info < (3, 15), reason="it came with 3.15")


def test_what_another_thread_schedules_is_a_step_of_the_player():
    """3.14 has its own handle for it, which `call_soon_threadsafe` makes."""

    async def answer():
        future = asyncio.get_running_loop().create_future()

        def work():
            time.sleep(1)
            future.get_loop().call_soon_threadsafe(future.set_result, "page")

        thread = threading.Thread(target=work)
        thread.start()
        page = await future
        thread.join()
        return page

    run = observe(answer, snapshots=True)
    assert (run.result, run.took) == ("page", 1)
    assert [None, "Future.set_result"] in [snapshot.step for snapshot in run.snapshots]


@since_3_14
def test_a_thread_that_cancels_a_step_waits_until_it_has_run():
    async def answer():
        happened, begun = [], threading.Event()

        def step():
            begun.set()
            real_sleep(0.1)
            happened.append("the step ends")

        def cancel(handle):
            begun.wait()
            handle.cancel()
            happened.append("cancelled")

        handle = asyncio.get_running_loop().call_soon_threadsafe(step)
        await asyncio.to_thread(cancel, handle)
        return happened

    assert observe(answer).result == ["the step ends", "cancelled"]


@since_3_14
def test_calls_in_a_pool_of_interpreters_are_waited_for():
    async def answer():
        loop = asyncio.get_running_loop()
        with concurrent.futures.InterpreterPoolExecutor(1) as pool:
            factorial = await loop.run_in_executor(pool, math.factorial, 5)
            return factorial, pool.submit(math.sqrt, 16).result()

    run = observe(answer)
    assert run.result == (120, 4)
    assert run.left == []


@since_3_14
def test_what_prepares_an_interpreter_is_called_there():
    async def answer():
        pool = concurrent.futures.InterpreterPoolExecutor(
            1, initializer=exec, initargs=("import math; math.answer = 42",)
        )
        with pool:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(pool, eval, "__import__('math').answer")

    assert observe(answer).result == 42


@since_3_14
def test_a_task_may_be_made_eager_by_itself():
    async def answer():
        happened = []

        async def job(name):
            happened.append(f"{name} begins in {asyncio.current_task().get_name()}")
            await asyncio.sleep(1)
            happened.append(f"{name} ends")

        first = asyncio.create_task(job("a"), eager_start=True, name="first")
        happened.append("first is made")
        async with asyncio.TaskGroup() as group:
            group.create_task(job("b"), eager_start=True, name="second")
            group.create_task(job("c"), name="third")
            happened.append("all are made")
        await first
        return happened

    run = observe(answer)
    assert run.result == [
        "a begins in first",
        "first is made",
        "b begins in second",
        "all are made",
        "c begins in third",
        "a ends",
        "b ends",
        "c ends",
    ]
    assert [(task.name, task.ended) for task in run.tasks[1:]] == [
        ("first", "done"),
        ("second", "done"),
        ("third", "done"),
    ]
    assert run.took == 1


@since_3_14
def test_asyncio_run_takes_any_awaitable():
    class Page:
        def __await__(self):
            yield from asyncio.sleep(2).__await__()
            return "page"

    async def answer():
        return await asyncio.to_thread(asyncio.run, Page())

    run = observe(answer)
    assert (run.result, run.took, run.charged) == ("page", 2, 0)


@since_3_15
def test_a_group_that_cancels_itself():
    async def answer():
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(10), name="nap")
            await asyncio.sleep(1)
            group.cancel()
            await asyncio.sleep(5)
        return "out"

    run = observe(answer)
    assert (run.result, run.took) == ("out", 1)
    assert [(task.name, task.ended) for task in run.tasks] == [
        ("answer", "done"),
        ("nap", "cancelled"),
    ]
    assert [[request.by for request in task.cancels] for task in run.tasks] == [
        ["group"],
        ["group"],
    ]


@since_3_15
def test_serving_for_ever_closes_its_clients_when_it_is_cancelled():
    async def answer():
        async def handle(reader, writer):
            await reader.read()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        serving = asyncio.create_task(server.serve_forever())
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await asyncio.sleep(1)
        serving.cancel()
        rest = await reader.read()
        writer.close()
        await asyncio.wait([serving])
        return rest

    run = observe(answer)
    assert (run.result, run.took, run.left) == (b"", 1, [])
