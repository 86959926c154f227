"""`queue.SimpleQueue`: the run's clock sees who waits for one."""

import asyncio
import pickle
import queue
import sys
import threading
import time
import types
from queue import SimpleQueue

import pytest

from checker.engine import observe
from tests.support.programs import line_of


async def made_by_its_module():
    return await filled_after_a_while(queue.SimpleQueue())


async def made_by_a_name_from_an_import():
    return await filled_after_a_while(SimpleQueue())


async def made_of_a_class_of_its_own():
    class Box(queue.SimpleQueue):
        pass

    return await filled_after_a_while(Box())


async def filled_after_a_while(box):
    def fill():
        time.sleep(2)
        box.put("news")

    threading.Thread(target=fill).start()
    return await asyncio.to_thread(box.get), isinstance(box, queue.SimpleQueue), box.empty()


@pytest.mark.parametrize(
    "answer",
    [made_by_its_module, made_by_a_name_from_an_import, made_of_a_class_of_its_own],
)
def test_a_simple_queue_is_on_the_clock(answer):
    for _ in range(5):  # not `five_times`: how often a thread wakes the loop is chance
        run = observe(answer)
        assert run.failure is None
        assert (tuple(run.result), run.took, run.charged) == (("news", True, True), 2, 0)


def test_a_library_that_was_imported_before():
    library = types.ModuleType("a_library")
    vars(library)["SimpleQueue"] = real = type(queue.SimpleQueue())
    exec("def open_box():\n    return SimpleQueue()", vars(library))
    sys.modules["a_library"] = library
    try:

        async def answer():
            box = library.open_box()
            worker = threading.Thread(target=lambda: list(iter(box.get, None)))
            worker.start()
            await asyncio.sleep(100)
            box.put(None)

        run = observe(answer)
        assert (run.stop, run.took, run.charged, run.left) == (None, 100, 0, [])
        assert library.SimpleQueue is real
    finally:
        del sys.modules["a_library"]


def test_a_simple_queue_that_nobody_fills_is_a_deadlock():
    async def answer():
        box = queue.SimpleQueue()
        await asyncio.to_thread(box.get)

    run = observe(answer)
    assert (run.stop.reason, run.stop.line, run.took) == ("deadlock", line_of(answer, 2), 0)


def test_a_simple_queue_does_what_the_real_one_does():
    async def answer():
        box = queue.SimpleQueue()
        said = []
        for call in (
            lambda: box.get(block=False),
            lambda: box.get_nowait(),
            lambda: box.get(timeout=0.5),
            lambda: box.get(timeout=-1),
            lambda: queue.SimpleQueue(1),
            lambda: pickle.dumps(box),
        ):
            try:
                call()
            except Exception as error:
                said.append(type(error).__name__)
        box.put(1)
        box.put_nowait(2)
        said += [box.qsize(), box.get(), box.get_nowait(), type(box).__name__]
        return said

    assert observe(answer).result == asyncio.run(answer())


def test_outside_a_run_a_library_gets_the_real_one():
    async def answer():
        pass

    observe(answer)
    assert type(queue.SimpleQueue()).__module__ == "_queue"
    assert isinstance(queue.SimpleQueue(), queue.SimpleQueue)
