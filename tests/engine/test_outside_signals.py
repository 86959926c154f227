"""Signals reach a loop in the main thread; alarms are waited for as long as they really take."""

import asyncio
import os
import signal
import sys
import threading

import pytest

from checker.engine import Limits, observe
from tests.support.programs import near

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of UNIX")
PATIENT = Limits(real_seconds=20)  # on a busy machine a child starts late


def test_the_tests_run_in_the_main_thread():
    assert threading.current_thread() is threading.main_thread()


def test_a_signal_and_a_timer():
    async def answer():
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, heard.set)
        loop.call_later(10, os.kill, os.getpid(), signal.SIGUSR1)
        try:
            await asyncio.wait_for(heard.wait(), 50)
        finally:
            loop.remove_signal_handler(signal.SIGUSR1)
        await asyncio.sleep(10)

    run = observe(answer, limits=PATIENT)
    assert (run.returned, run.took, run.charged) == (True, 20, 0)


def test_a_busy_loop_hears_a_signal_at_its_next_turn():
    async def answer():
        loop, heard = asyncio.get_running_loop(), []
        loop.add_signal_handler(signal.SIGUSR1, heard.append, True)
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGUSR1)
        turns = 0
        while not heard:
            await asyncio.sleep(0)
            turns += 1
        loop.remove_signal_handler(signal.SIGUSR1)
        return turns

    assert observe(answer, limits=PATIENT).result == asyncio.run(answer())


def test_an_alarm_is_waited_for():
    async def answer():
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGALRM, heard.set)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            await asyncio.wait_for(heard.wait(), 50)
        finally:
            loop.remove_signal_handler(signal.SIGALRM)

    run = observe(answer, limits=PATIENT)
    assert (run.returned, run.took) == (True, near(0.05, 5))


def test_a_signal_that_nobody_sends_is_a_deadlock():
    async def answer():
        heard = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, heard.set)
        await heard.wait()

    run = observe(answer, limits=PATIENT)
    assert (run.stop.reason, run.stop.text) == ("deadlock", "answer: Event.wait")


def test_a_signal_from_a_child():
    async def answer():
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, heard.set)
        code = "import os, signal; os.kill(os.getppid(), signal.SIGUSR1)"
        child = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", code)
        try:
            await asyncio.wait_for(heard.wait(), 50)
        finally:
            loop.remove_signal_handler(signal.SIGUSR1)
        return await child.wait()

    assert observe(answer, limits=PATIENT).result == 0


def test_a_loop_in_another_thread_refuses_handlers_as_the_stock_loop_does():
    async def answer():
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, print)

    def failure():
        try:
            asyncio.run(answer())
        except (RuntimeError, ValueError) as error:
            found.append(type(error).__name__)

    found = []
    for check in (failure, lambda: found.append(observe(answer, limits=PATIENT).failure.type)):
        thread = threading.Thread(target=check)
        thread.start()
        thread.join()
    assert found == ["RuntimeError", "RuntimeError"]
