"""The clock of a run skips idle waits, counts real work, and never hurries what is outside."""

import asyncio
import threading
import time

import pytest

from checker.engine import Limits, observe
from checker.engine.clock.clock import FREE, Clock
from checker.engine.clock.cpu import Reading
from tests.support.programs import near

_PATIENT = Limits(turns=10**7, still_turns=10**7, steps=10**7, tasks=20_000, real_seconds=30)


async def _sleep(seconds, value=None):
    await asyncio.sleep(seconds)
    return value


def test_sleeps_at_once_take_as_long_as_the_longest():
    async def answer():
        return await asyncio.gather(*(_sleep(d, d) for d in (1, 2, 3)))

    run = observe(answer)
    assert (run.result, run.took, run.charged) == ([1, 2, 3], 3.0, 0)


def test_two_at_a_time():
    async def answer():
        two = asyncio.Semaphore(2)

        async def job():
            async with two:
                await asyncio.sleep(0.5)

        await asyncio.gather(*(job() for _ in range(6)))

    assert observe(answer).took == 1.5


@pytest.mark.parametrize("how", ["timeout", "wait_for"])
def test_a_timeout_ends_a_long_wait(how):
    async def answer():
        try:
            if how == "timeout":
                async with asyncio.timeout(1):
                    await asyncio.sleep(10)
            await asyncio.wait_for(asyncio.sleep(10), 1)
        except TimeoutError:
            return "late"

    run = observe(answer)
    assert (run.result, run.took) == ("late", 1.0)


def test_a_timeout_that_is_not_needed_does_nothing():
    async def answer():
        for _ in range(3):
            async with asyncio.timeout(1):
                await asyncio.sleep(0.5)

    run = observe(answer)
    assert (run.took, list(run.tasks[0].cancels)) == (1.5, [])


def test_a_failing_group_cancels_the_others():
    async def answer():
        async def fail():
            await asyncio.sleep(1)
            raise ValueError("no")

        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(asyncio.sleep(10))

    run = observe(answer)
    assert (run.failure.type, run.failure.of[0].text, run.took) == ("ExceptionGroup", "no", 1.0)


def test_call_at_has_its_order_and_its_times():
    async def answer():
        loop, seen = asyncio.get_running_loop(), []
        start = loop.time()
        for delay in (3.5, 0.5, 2):
            loop.call_at(start + delay, lambda: seen.append(loop.time() - start))
        await asyncio.sleep(4)
        return seen

    assert observe(answer).result == [0.5, 2.0, 3.5]


def test_a_queue_between_a_producer_and_a_consumer():
    async def answer():
        queue = asyncio.Queue(1)

        async def produce():
            for number in range(3):
                await asyncio.sleep(0.5)
                await queue.put(number)

        async def consume():
            for _ in range(3):
                await queue.get()
                await asyncio.sleep(1)

        await asyncio.gather(produce(), consume())

    assert observe(answer).took == 3.5


def test_as_completed_and_wait():
    async def answer():
        tasks = [asyncio.create_task(_sleep(d, d)) for d in (3, 1, 2)]
        first = [await done for done in asyncio.as_completed(tasks)]
        slow = asyncio.create_task(_sleep(9))
        _, pending = await asyncio.wait([slow], timeout=1)
        slow.cancel()
        return first, len(pending)

    run = observe(answer)
    assert (run.result, run.took) == (([1, 2, 3], 1), 4.0)


def test_cleaning_up_after_a_cancellation_takes_its_time():
    async def answer():
        async def job():
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.5)

        task = asyncio.create_task(job())
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])

    assert observe(answer).took == 1.5


def test_a_condition_an_event_and_a_barrier():
    async def answer():
        event, condition, barrier = asyncio.Event(), asyncio.Condition(), asyncio.Barrier(2)

        async def waits():
            await event.wait()
            async with condition:
                await condition.wait()
            await barrier.wait()

        task = asyncio.create_task(waits())
        await asyncio.sleep(1)
        event.set()
        await asyncio.sleep(1)
        async with condition:
            condition.notify()
        await barrier.wait()
        await task

    run = observe(answer)
    assert (run.returned, run.took) == (True, 2.0)


def test_tiny_sleeps_and_two_days():
    async def answer():
        for _ in range(3):
            await asyncio.sleep(1e-7)
        await asyncio.sleep(172_800)

    assert observe(answer, limits=Limits(seconds=10**6)).took == pytest.approx(172_800.0000003)


def test_ten_thousand_sleeping_tasks():
    async def answer():
        await asyncio.gather(*(asyncio.sleep(2) for _ in range(10_000)))

    assert 2 <= observe(answer, limits=_PATIENT).took < 2.5


# ------------------------------------------------------------------ work and blocking calls


def test_time_sleep_holds_the_loop():
    async def answer():
        async def job():
            time.sleep(0.5)

        await asyncio.gather(job(), job())

    run = observe(answer)
    assert run.took == 1.0
    assert [(b.seconds, b.what, b.exact) for b in run.blocked] == [(0.5, "time.sleep", True)] * 2


def test_a_held_loop_makes_a_timer_late():
    async def answer():
        loop, seen = asyncio.get_running_loop(), []
        loop.call_later(0.2, lambda: seen.append(loop.time()))
        time.sleep(0.7)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return seen

    assert observe(answer).result == [0.7]


def test_work_is_charged_and_has_its_line():
    async def answer():
        end = time.thread_time() + 0.2
        while time.thread_time() < end:
            pass

    run = observe(answer)
    assert run.took == near(0.2)
    assert run.charged == run.took
    first = answer.__code__.co_firstlineno
    assert first < run.blocked[0].line <= first + 3
    assert run.blocked[0].exact is False


def test_a_busy_wait_on_the_clock_ends():
    async def answer():
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass

    assert observe(answer).took == near(0.2)


def test_a_spin_ends_when_its_timer_is_due():
    async def answer():
        flag = []
        asyncio.get_running_loop().call_later(0.2, flag.append, 1)
        while not flag:
            await asyncio.sleep(0)

    run = observe(answer, limits=_PATIENT)
    assert (run.returned, run.took) == (True, near(0.2))
    assert run.blocked == []


def test_debug_mode_reports_a_slow_callback(caplog):
    async def answer():
        asyncio.get_running_loop().set_debug(True)
        await asyncio.sleep(0)
        time.sleep(0.5)
        await asyncio.sleep(1)

    assert observe(answer).took == 1.5
    assert "took 0.500 seconds" in caplog.text


def test_the_time_that_was_read_in_a_step_is_charged_at_its_end(monkeypatch):
    measured = [3 * FREE, 2 * FREE, FREE // 2]  # the ways to measure it differ a little
    monkeypatch.setattr(Reading, "without_waits", lambda self, used: measured.pop(0))
    clock = Clock()
    clock.since -= 4 * FREE
    assert [clock.now(), clock.now()] == [3 * FREE, 3 * FREE]
    clock.tick()
    assert measured == []
    assert clock.now() == clock.charged == 3 * FREE


def test_real_time_that_another_thread_reads_is_let_in():
    clock = Clock()
    clock.since -= 3 * FREE  # the loop's thread has been at it for so long
    read = []
    thread = threading.Thread(target=lambda: read.append(clock.now()))
    thread.start()
    thread.join()
    assert read[0] >= 3 * FREE
    assert clock.read == read[0] - clock.base
