"""Which blocking calls count against an answer, and how they are told."""

from tests.support.answers import cause, found


def takes(seconds):
    return lambda run: run.took(seconds)


async def held_for_a_second(answer):
    import time

    time.sleep(1)
    return await answer()


def test_a_scene_that_holds_the_loop_is_no_blocking_call_of_the_answer():
    source = "async def answer():\n    await asyncio.sleep(1)\n    return 1"
    assert cause(source, takes(1), scenario=held_for_a_second) == "wrong_time"


def test_joining_the_threads_of_a_pool_is_one_block():
    source = """
import time
from concurrent.futures import ThreadPoolExecutor

async def answer():
    with ThreadPoolExecutor(2) as pool:
        pool.submit(time.sleep, 3)
        pool.submit(time.sleep, 5)
"""
    told = found(source, takes(0))
    assert told.cause.id == "blocked_the_loop"
    assert "held the loop for 5 s: line 5" in told.text


def test_a_figure_that_a_busy_machine_made_is_not_printed(no_cpu):
    source = """
import time
from concurrent.futures import ThreadPoolExecutor

def nap(begun):
    while time.perf_counter() - begun < 0.06:
        pass
    time.sleep(5)

async def answer():
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(nap, time.perf_counter())
        begun = time.thread_time()
        while time.thread_time() - begun < 0.1:
            pass
        future.result()
"""
    told = found(source, takes(0))
    assert told.cause.id == "blocked_the_loop"
    assert told.text.startswith("`Future.result` held the loop for more than 50 ms: line 15")
