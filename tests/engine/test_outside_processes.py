"""Child processes of every kind are waited for as long as they really work, and then ended."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from checker.engine import Limits, observe
from tests.support.programs import line_of

PATIENT = Limits(real_seconds=20)  # on a busy machine a child starts late
WORK = [sys.executable, "-S", "-c", "import time; time.sleep(0.05); print('done')"]
SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
FORKS = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def is_real(seconds):
    """Whether a child's work of 0.05 s, and its start, were counted; up to 0.05 s are free."""
    return 0.005 < seconds < 20


def square(number):
    time.sleep(0.02)
    return number * number


def clock_of_a_child(_):
    before = time.monotonic()
    time.sleep(0.02)
    return time.monotonic() - before


def test_a_child_that_is_run_in_a_thread():
    async def answer():
        done = asyncio.to_thread(subprocess.run, WORK, capture_output=True, text=True)
        return (await asyncio.wait_for(done, 50)).stdout

    run = observe(answer, limits=PATIENT)
    assert (run.result, run.left) == ("done\n", [])
    assert is_real(run.took)


def test_a_child_with_a_limit_that_is_run_in_a_thread():
    async def answer():
        done = asyncio.to_thread(subprocess.run, WORK, timeout=50, stdout=subprocess.DEVNULL)
        return (await asyncio.wait_for(done, 50)).returncode

    run = observe(answer, limits=PATIENT)
    assert run.result == 0
    assert is_real(run.took)


def test_a_child_that_takes_too_long_for_its_limit():
    async def answer():
        try:
            await asyncio.to_thread(subprocess.run, SLEEP, timeout=0.05)
        except subprocess.TimeoutExpired:
            return "late"

    run = observe(answer, limits=PATIENT)
    assert (run.result, run.left) == ("late", [])


def test_a_child_that_holds_the_loop():
    async def answer():
        return subprocess.run(WORK, capture_output=True, text=True, timeout=50).stdout

    run = observe(answer, limits=PATIENT)
    assert run.result == "done\n"
    assert is_real(run.took)


def test_a_child_that_is_asked_again_and_again():
    async def answer():
        child = subprocess.Popen(WORK, stdout=subprocess.DEVNULL)
        while child.poll() is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(100)
        return child.returncode

    run = observe(answer, limits=PATIENT)
    assert run.result == 0
    assert is_real(run.took - 100)


def test_a_child_that_is_asked_with_time_sleep():
    async def answer():
        child = subprocess.Popen(WORK, stdout=subprocess.DEVNULL)
        while child.poll() is None:
            time.sleep(0.01)
        return child.returncode

    run = observe(answer, limits=PATIENT)
    assert run.result == 0
    assert is_real(run.took)


def test_a_child_in_a_loop_of_another_thread():
    async def child():
        process = await asyncio.create_subprocess_exec(*WORK, stdout=subprocess.PIPE)
        return (await asyncio.wait_for(process.communicate(), 50))[0]

    async def answer():
        return await asyncio.wait_for(asyncio.to_thread(asyncio.run, child()), 60)

    run = observe(answer, limits=PATIENT)
    assert run.result == b"done\n"
    assert is_real(run.took)


def test_two_ways_through_a_childs_pipes():
    code = "import sys; print(sys.stdin.readline().upper(), end='')"

    async def answer():
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-S", "-c", code, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        child.stdin.write(b"hello\n")
        line = await asyncio.wait_for(child.stdout.readline(), 50)
        await child.wait()
        return line

    run = observe(answer, limits=PATIENT)
    assert (run.result, run.left) == (b"HELLO\n", [])


def test_a_child_that_is_left_is_named_once_and_ended():
    async def answer():
        answer.child = subprocess.Popen(SLEEP)

    run = observe(answer, limits=PATIENT)
    assert [(left.kind, left.what, left.line) for left in run.left] == [
        ("process", "a child process", line_of(answer, 1))
    ]
    assert answer.child.returncode == -9


def test_a_process_of_multiprocessing():
    async def answer():
        process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(0.05,))
        process.start()
        while process.is_alive():
            await asyncio.sleep(0.01)
        return process.exitcode

    run = observe(answer, limits=PATIENT)
    assert (run.result, run.left) == (0, [])
    assert is_real(run.took)


@FORKS
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_pool_of_forked_processes():
    async def answer():
        loop = asyncio.get_running_loop()
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            async with asyncio.timeout(50):
                squares = await asyncio.gather(
                    *(loop.run_in_executor(pool, square, n) for n in range(3))
                )
            await asyncio.sleep(100)
            seconds = await asyncio.wrap_future(pool.submit(clock_of_a_child, 0))
        return squares, seconds

    run = observe(answer, limits=PATIENT)
    squares, seconds = run.result
    assert (squares, run.left) == ([0, 1, 4], [])
    assert 0.02 <= seconds < 20
    assert 100 <= run.took < 140


@FORKS
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_pool_of_processes_that_is_older_than_the_run():
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        pool.submit(square, 1).result()

        async def answer():
            await asyncio.sleep(100)
            return await asyncio.wait_for(asyncio.wrap_future(pool.submit(square, 7)), 50)

        run = observe(answer, limits=PATIENT)
    assert run.result == 49
    assert 100 <= run.took < 140
