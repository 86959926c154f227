"""Delays without an end, beyond all numbers, and not a number: as on a stock loop."""

import asyncio
import json
import math
import queue
import threading
from concurrent.futures import Future

import pytest

from checker.engine import observe
from checker.engine.service import Service
from tests.support.programs import line_of

ENDLESS = [math.inf, float("1e400"), 1e300]


async def cut_short(delay):
    sleeper = asyncio.create_task(asyncio.sleep(delay))
    await asyncio.sleep(1)
    return sleeper.cancel()


async def within_a_timeout(delay):
    async with asyncio.timeout(delay):
        await asyncio.sleep(1)
    return "done"


async def within_a_timeout_that_is_set_later(delay):
    async with asyncio.timeout(0) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + delay)
        await asyncio.sleep(1)
    return "done"


async def waited_for(delay):
    return await asyncio.wait_for(asyncio.sleep(1, "done"), delay)


async def waited_for_together(delay):
    tasks = [asyncio.create_task(asyncio.sleep(seconds, seconds)) for seconds in (2, 1)]
    done, pending = await asyncio.wait(tasks, timeout=delay)
    return len(done), len(pending)


async def as_they_come(delay):
    jobs = [asyncio.sleep(seconds, seconds) for seconds in (2, 1)]
    return [await job for job in asyncio.as_completed(jobs, timeout=delay)]


async def a_limit_that_is_cut(delay):
    async with asyncio.timeout(delay) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + 1)
        try:
            await asyncio.sleep(delay)
        except asyncio.CancelledError:
            return limit.when() == asyncio.get_running_loop().time()


async def a_timer_called_off(delay):
    loop = asyncio.get_running_loop()
    timer = loop.call_later(delay, print, "never")
    before = timer.when()
    loop.call_later(1, timer.cancel)
    await asyncio.sleep(2)
    return before, timer.cancelled()


@pytest.mark.parametrize("delay", ENDLESS)
@pytest.mark.parametrize("snapshots", [False, True])
@pytest.mark.parametrize(
    ("answer", "result", "took"),
    [
        (cut_short, True, 1),
        (within_a_timeout, "done", 1),
        (within_a_timeout_that_is_set_later, "done", 1),
        (waited_for, "done", 1),
        (waited_for_together, [2, 0], 2),
        (as_they_come, [1, 2], 2),
        (a_limit_that_is_cut, True, 1),
    ],
)
def test_a_delay_without_end_is_never_over(answer, result, took, delay, snapshots):
    run = observe(answer, delay, snapshots=snapshots)
    assert (run.failure, run.stop) == (None, None)
    assert (json.loads(json.dumps(run.result)), run.took) == (result, took)
    json.dumps([snapshot.timers for snapshot in run.snapshots], allow_nan=False)


@pytest.mark.parametrize("delay", ENDLESS)
def test_a_timer_without_end_has_its_moment(delay):
    run = observe(a_timer_called_off, delay)
    assert run.result == (delay, True) or run.result == [delay, True]


@pytest.mark.parametrize("delay", ENDLESS)
def test_a_sleep_without_end_alone_is_a_deadlock(delay):
    async def answer():
        await asyncio.sleep(delay)

    run = observe(answer)
    assert (run.stop.reason, run.stop.line, run.took) == ("deadlock", line_of(answer, 1), 0)


def test_a_loop_in_a_thread_that_sleeps_without_end():
    async def answer():
        await asyncio.to_thread(asyncio.run, asyncio.sleep(math.inf))

    run = observe(answer)
    assert (run.stop.reason, run.took) == ("deadlock", 0)


def test_a_service_that_takes_for_ever_in_every_order():
    class Silent(Service):
        async def ask(self):
            await asyncio.sleep(math.inf)

    async def answer(silent):
        try:
            async with asyncio.timeout(5):
                await silent.ask()
        except TimeoutError:
            return "given up"

    runs = observe(answer, Silent(), schedules=5)
    assert [(run.result, run.took) for run in runs] == [("given up", 5)] * 5


async def not_a_number():
    return await asyncio.sleep(math.nan, "over")


async def a_limit_that_is_not_a_number():
    async with asyncio.timeout(math.nan):
        await asyncio.sleep(0.01)
    return "over"


async def a_timer_that_is_not_a_number():
    loop, fired = asyncio.get_running_loop(), []
    loop.call_later(math.nan, fired.append, 1)
    await asyncio.sleep(0.01)
    return fired


async def more_than_a_float():
    await asyncio.sleep(10**400)


@pytest.mark.parametrize(
    "answer",
    [
        not_a_number,
        a_limit_that_is_not_a_number,
        a_timer_that_is_not_a_number,
        more_than_a_float,
    ],
)
def test_what_is_no_delay_does_as_on_a_stock_loop(answer):
    try:
        stock = asyncio.run(answer())
    except Exception as error:
        stock = type(error).__name__
    run = observe(answer)
    assert (run.failure.type if run.failure else run.result) == stock
    assert run.took < 1


@pytest.mark.parametrize("delay", [math.inf, 1e300])
@pytest.mark.parametrize(
    "wait",
    [
        lambda delay: threading.Event().wait(delay),
        lambda delay: queue.Queue().get(timeout=delay),
        lambda delay: Future().result(delay),
        lambda delay: threading.Semaphore(0).acquire(timeout=delay),
        lambda delay: threading.Thread(target=threading.Event().wait, daemon=True).join(delay),
    ],
)
def test_a_wait_of_a_thread_refuses_what_a_real_one_refuses(wait, delay):
    async def answer():
        await asyncio.to_thread(wait, delay)

    with pytest.raises((OverflowError, ValueError, RuntimeError)) as stock:
        wait(delay)
    run = observe(answer)
    assert run.failure.type == stock.type.__name__
