"""Threads: real work is waited for, waits of any kind are skipped, and nothing hangs."""

import asyncio
import concurrent.futures
import contextlib
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from checker.engine import Limits, observe
from checker.tests.programs import line_of, near

HURRIED = Limits(real_seconds=5)


def work(seconds=0.03):
    """Use the CPU for a while."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return "done"


async def _sleep(seconds, value=None):
    await asyncio.sleep(seconds)
    return value


def test_a_call_handed_to_a_pool_by_hand_is_waited_for():
    async def answer():
        with ThreadPoolExecutor() as pool:
            future = asyncio.wrap_future(pool.submit(work))
            return await asyncio.wait_for(future, 50)

    run = observe(answer)
    assert (run.result, run.took) == ("done", near(0.03, 5))


def test_a_pool_that_is_older_than_the_run():
    with ThreadPoolExecutor() as pool:
        pool.submit(work, 0).result()

        async def answer():
            loop = asyncio.get_running_loop()
            handed = [asyncio.wrap_future(pool.submit(time.sleep, 20)) for _ in range(3)]
            handed += [loop.run_in_executor(pool, time.sleep, 30)]
            async with asyncio.timeout(50):
                await asyncio.gather(*handed)
                return await loop.run_in_executor(pool, work)

        run = observe(answer)
        assert (run.result, run.took) == ("done", near(30, 5))
        assert pool.submit(time.monotonic).result() == pytest.approx(time.monotonic(), abs=20)


def test_a_call_that_waits_in_line_for_a_worker():
    async def answer():
        loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(1)
        await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 5) for _ in range(3)))
        pool.shutdown()

    run = observe(answer, limits=HURRIED)
    assert (run.took, run.left) == (near(15), [])


def test_a_call_that_is_taken_out_of_the_line():
    async def answer():
        pool = ThreadPoolExecutor(1)
        first, second = pool.submit(time.sleep, 1), pool.submit(work)
        second.cancel()
        await asyncio.wrap_future(first)
        await asyncio.sleep(100)
        pool.shutdown()

    assert observe(answer, limits=HURRIED).took == near(101)


def test_leaving_a_pool_waits_for_its_calls_and_holds_the_loop():
    async def answer():
        with ThreadPoolExecutor() as pool:
            for seconds in (5, 20, 10):
                pool.submit(time.sleep, seconds)

    run = observe(answer, limits=HURRIED)
    assert run.took == near(20)
    assert [(b.what, b.line) for b in run.blocked] == [("Thread.join", line_of(answer, 1))] * len(
        run.blocked
    )
    assert run.blocked


def test_leaving_a_pool_without_calls_takes_no_time():
    async def answer():
        sleeper = asyncio.create_task(asyncio.to_thread(time.sleep, 100))
        with ThreadPoolExecutor() as pool:
            await asyncio.get_running_loop().run_in_executor(pool, work, 0)
        asyncio.get_running_loop().call_soon(sleeper.cancel)
        return time.monotonic()

    assert observe(answer, limits=HURRIED).result == near(0)


@pytest.mark.parametrize("how", ["result", "wait", "as_completed", "map"])
def test_the_loop_is_held_by_a_wait_for_a_future(how):
    async def answer():
        pool = ThreadPoolExecutor()
        if how == "map":
            list(pool.map(time.sleep, [10, 20]))
        else:
            futures = [pool.submit(time.sleep, seconds) for seconds in (10, 20)]
            if how == "result":
                [future.result() for future in futures]
            elif how == "wait":
                concurrent.futures.wait(futures)
            else:
                list(concurrent.futures.as_completed(futures))
        took = time.monotonic()
        pool.shutdown()
        return took

    run = observe(answer, limits=HURRIED)
    assert run.result == near(20)
    assert run.blocked[0].line is not None


def test_a_future_that_is_not_ready_in_time():
    async def answer():
        pool = ThreadPoolExecutor()
        future = pool.submit(time.sleep, 60)
        try:
            future.result(timeout=10)
        except TimeoutError:
            return time.monotonic()
        finally:
            pool.shutdown(wait=False)

    assert observe(answer, limits=HURRIED).result == near(10)


def test_a_thread_that_joins_another():
    async def answer():
        def outer():
            inner = threading.Thread(target=time.sleep, args=(30,))
            inner.start()
            inner.join(timeout=10)
            early = time.monotonic()
            inner.join()
            return early, time.monotonic()

        return await asyncio.to_thread(outer)

    early, late = observe(answer, limits=HURRIED).result
    assert (early, late) == (near(10), near(30))


def test_a_thread_that_the_loop_joins():
    async def answer():
        thread = threading.Thread(target=time.sleep, args=(30,))
        thread.start()
        thread.join()

    run = observe(answer, limits=HURRIED)
    assert (run.took, run.left) == (near(30), [])


@pytest.mark.parametrize("what", ["event", "queue", "condition", "semaphore", "barrier", "result"])
def test_a_wait_in_a_thread_ends_at_its_time(what):
    async def answer():
        def wait():
            if what == "event":
                return threading.Event().wait(20)
            if what == "condition":
                with (condition := threading.Condition()):
                    return condition.wait_for(lambda: False, 20)
            if what == "semaphore":
                return threading.Semaphore(0).acquire(timeout=20)
            with contextlib.suppress(queue.Empty, threading.BrokenBarrierError, TimeoutError):
                if what == "queue":
                    queue.Queue().get(timeout=20)
                elif what == "barrier":
                    threading.Barrier(2).wait(20)
                else:
                    concurrent.futures.Future().result(20)
            return False

        return await asyncio.to_thread(wait)

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == (False, near(20))


def test_a_queue_between_the_loop_and_a_thread():
    async def answer():
        loop, numbers, seen = asyncio.get_running_loop(), queue.Queue(), []

        def consume():
            while (number := numbers.get()) is not None:
                time.sleep(10)
                seen.append((number, round(time.monotonic())))

        consumer = loop.run_in_executor(None, consume)
        for number in range(3):
            await asyncio.sleep(100)
            numbers.put(number)
        numbers.put(None)
        await consumer
        return seen

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == ([(0, 110), (1, 210), (2, 310)], near(310))


def test_an_event_that_the_loop_sets_for_a_thread():
    async def answer():
        ready = threading.Event()
        waiting = asyncio.create_task(asyncio.to_thread(ready.wait))
        await asyncio.sleep(100)
        ready.set()
        return await asyncio.wait_for(waiting, 50)

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == (True, near(100))


def test_an_event_that_was_made_before_the_run_is_waited_for_really():
    ready = threading.Event()
    threading.Timer(0.05, ready.set).start()

    async def answer():
        return await asyncio.wait_for(asyncio.to_thread(ready.wait), 50)

    run = observe(answer)
    assert (run.result, run.took) == (True, near(0.05, 5))


def test_a_timer_thread_is_on_the_clock():
    async def answer():
        loop, rung = asyncio.get_running_loop(), asyncio.Event()
        threading.Timer(30, lambda: loop.call_soon_threadsafe(rung.set)).start()
        await asyncio.wait_for(rung.wait(), 50)

    run = observe(answer, limits=HURRIED)
    assert (run.returned, run.took) == (True, near(30))


def test_a_lock_that_a_thread_waits_for_counts_as_work():
    async def answer():
        lock = threading.Lock()
        lock.acquire()

        def take():
            return lock.acquire(timeout=0.05)

        return await asyncio.wait_for(asyncio.to_thread(take), 50)

    run = observe(answer)
    assert (run.result, run.took) == (False, near(0.05, 5))


def test_coroutines_sent_to_a_loop_in_another_thread():
    async def answer():
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        await asyncio.sleep(10)
        sent = asyncio.run_coroutine_threadsafe(_sleep(20, "sent"), loop)
        value = await asyncio.wait_for(asyncio.wrap_future(sent), 50)
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()
        return value

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.left) == ("sent", near(30), [])


def test_a_coroutine_sent_to_the_loop_itself_is_a_deadlock():
    async def answer():
        loop = asyncio.get_running_loop()
        return asyncio.run_coroutine_threadsafe(asyncio.sleep(1), loop).result()

    run = observe(answer, limits=HURRIED)
    assert (run.stop.reason, run.stop.text) == ("deadlock", "answer: Future.result")
    assert (run.stop.line, run.stop.stuck) == (line_of(answer, 2), False)


def test_a_loop_and_its_thread_that_wait_for_each_other():
    async def answer():
        def ask(loop):
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(1), loop).result()

        thread = threading.Thread(target=ask, args=(asyncio.get_running_loop(),))
        thread.start()
        thread.join()

    run = observe(answer, limits=HURRIED)
    assert (run.stop.reason, run.stop.text) == ("deadlock", "answer: Thread.join")


def test_a_task_and_a_thread_that_wait_for_ever():
    async def answer():
        await asyncio.to_thread(queue.Queue().get)

    run = observe(answer, limits=HURRIED)
    assert (run.stop.reason, run.stop.stuck) == ("deadlock", False)
    assert run.stop.line == line_of(answer, 1)


def test_a_thread_named_like_those_of_a_pool_is_waited_for():
    async def answer():
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def _worker():
            work()
            loop.call_soon_threadsafe(event.set)

        threading.Thread(target=_worker).start()
        await asyncio.wait_for(event.wait(), 50)

    assert observe(answer).returned


def test_time_sleep_lets_the_threads_go_on():
    async def answer():
        seen = []

        def tick():
            for _ in range(3):
                time.sleep(10)
                work(0.002)
                seen.append(round(time.monotonic()))

        thread = threading.Thread(target=tick)
        thread.start()
        time.sleep(35)
        return list(seen), time.monotonic()

    run = observe(answer, limits=HURRIED)
    assert run.result == ([10, 20, 30], near(35))


def test_a_ticker_beside_a_thread_at_work_keeps_its_rate():
    async def answer():
        ticks = []

        async def tick():
            while True:
                await asyncio.sleep(0.01)
                ticks.append(asyncio.get_running_loop().time())

        ticker = asyncio.create_task(tick())
        await asyncio.to_thread(work, 0.1)
        ticker.cancel()
        return ticks

    ticks = observe(answer).result
    assert len(ticks) >= 3
    assert all(later > sooner for sooner, later in zip(ticks, ticks[1:], strict=False))


def test_an_async_generator_that_is_left_is_closed_in_a_loop_of_a_thread():
    async def answer():
        closed = []

        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(30)
                closed.append(time.monotonic())

        async def use():
            async for _ in (kept := numbers()):
                break
            return kept

        kept = await asyncio.to_thread(asyncio.run, use())
        return closed, kept.ag_running

    run = observe(answer, limits=HURRIED)
    assert run.result == ([near(30)], False)


def test_a_runner_in_a_thread():
    async def answer():
        def both():
            with asyncio.Runner() as runner:
                return [runner.run(_sleep(20, n)) for n in (1, 2)]

        return await asyncio.to_thread(both)

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == ([1, 2], near(40))


def test_the_default_pool_is_shut_down_while_it_works():
    async def answer():
        loop = asyncio.get_running_loop()
        call = loop.run_in_executor(None, work)
        await loop.shutdown_default_executor()
        return await call

    run = observe(answer)
    assert (run.result, run.took) == ("done", near(0.03, 5))


def test_a_pool_of_the_answers_own_making():
    class Pool(concurrent.futures.Executor):
        def submit(self, fn, /, *args, **options):
            future = concurrent.futures.Future()
            threading.Thread(target=lambda: future.set_result(fn(*args, **options))).start()
            return future

    async def answer():
        call = asyncio.get_running_loop().run_in_executor(Pool(), work)
        return await asyncio.wait_for(call, 50)

    assert observe(answer).result == "done"


def test_the_waits_of_a_worker_for_a_cpu_only_add():
    """They are real waits for the loop, so they are not taken off, and the figure is charged."""

    async def answer():
        await asyncio.to_thread(work, 0.12)

    run = observe(answer)
    assert run.took >= 0.1
    assert run.charged == run.took
