"""Threads: real work is waited for, waits of any kind are skipped, and nothing hangs."""

import asyncio
import concurrent.futures
import contextlib
import functools
import multiprocessing.pool
import queue
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from checker.engine import Limits, observe
from checker.engine.clock.clock import Clock, real_sleep
from tests.support.programs import line_of, near

HURRIED = Limits(real_seconds=5)


def work(seconds=0.03):
    """Use the CPU for a while."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return "done"


def held(run):
    """What held the loop, and its line; but not the work that a busy machine makes of any step."""
    return {(b.what, b.line) for b in run.blocked if b.what != "work"}


def _nap(seconds):
    time.sleep(seconds)
    return seconds


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


OLDER = """
import asyncio
import threading
from checker.engine import observe

event = threading.Event()  # older than the first run, and with it than the stand-ins

async def answer():
    threading.Timer(1, event.set).start()
    return event.wait(50)

run = observe(answer)
print(run.result, run.failure)
"""


def test_an_event_that_is_older_than_the_stand_ins():
    command = [sys.executable, "-c", OLDER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True None\n", "")


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
    assert held(run) == {("Thread.join", line_of(answer, 1))}


def test_a_thread_that_leaves_a_pool_is_waited_for():
    def work_in_pool():
        with ThreadPoolExecutor(3) as pool:
            futures = [pool.submit(time.sleep, seconds) for seconds in (5, 10, 3)]
        return [future.result() for future in futures]

    async def answer():
        return await asyncio.to_thread(work_in_pool)

    for _ in range(10):  # between a worker's last call and its end nobody else may be at work
        run = observe(answer)
        assert (run.stop, run.result, run.took) == (None, [None] * 3, 10)


def test_a_thread_that_the_machine_does_not_give(monkeypatch):
    def none_left(*_, **options):
        raise RuntimeError("can't start new thread")

    new_thread = "_start_joinable_thread" if sys.version_info >= (3, 13) else "_start_new_thread"

    async def answer():
        with monkeypatch.context() as patch:
            patch.setattr(threading, new_thread, none_left)
            with contextlib.suppress(RuntimeError):
                threading.Thread(target=work).start()
        await asyncio.sleep(10)

    run = observe(answer, limits=HURRIED)
    assert (run.stop, run.took, run.left) == (None, 10, [])


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
    assert held(run)
    assert all(line is not None for _, line in held(run))


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


def test_a_thread_that_ends_while_the_loop_looks_who_could_end_its_wait(monkeypatch):
    """The thread has the clock's lock, and the loop has just seen that it is not woken yet."""
    ended = Clock.ended

    def slowly(clock, token, joiners=()):
        real_sleep(0.01 if joiners else 0)
        ended(clock, token, joiners)

    async def answer():
        thread = threading.Thread(target=time.sleep, args=(30,))
        thread.start()
        thread.join()

    monkeypatch.setattr(Clock, "ended", slowly)
    run = observe(answer, limits=HURRIED)
    assert (run.stop, run.took) == (None, near(30))


def test_a_pools_thread_that_is_slow_to_end_after_its_last_call(monkeypatch):
    work = concurrent.futures.thread._worker

    @functools.wraps(work)
    def worker(*args):
        work(*args)
        real_sleep(0.01)

    async def answer():
        with ThreadPoolExecutor(2) as pool:
            pool.submit(time.sleep, 30)

    monkeypatch.setattr(concurrent.futures.thread, "_worker", worker)
    run = observe(answer, limits=HURRIED)
    assert (run.stop, run.took) == (None, near(30))


def test_the_end_of_a_loop_in_a_thread_waits_for_its_pool_and_not_for_the_limit(monkeypatch):
    """From Python 3.12 on, a loop gives its pool 300 s to end; nobody else has a timer here."""
    work = concurrent.futures.thread._worker

    @functools.wraps(work)
    def worker(*args):
        work(*args)
        real_sleep(0.01)

    async def inner():
        return await asyncio.to_thread(time.sleep, 30)

    async def answer():
        await asyncio.to_thread(asyncio.run, inner())

    monkeypatch.setattr(concurrent.futures.thread, "_worker", worker)
    run = observe(answer, limits=HURRIED)
    assert (run.stop, run.took) == (None, near(30))


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


@pytest.mark.parametrize("seconds", [5, None])
@pytest.mark.parametrize("in_a_thread", [False, True])
@pytest.mark.parametrize("kind", [queue.Queue, queue.SimpleQueue])
def test_an_event_that_a_thread_older_than_the_run_sets(seconds, in_a_thread, kind):
    todo = kind()
    older = threading.Thread(target=lambda: [call() for call in iter(todo.get, None)])
    older.start()

    async def answer():
        done = threading.Event()
        todo.put(done.set)
        if in_a_thread:
            return await asyncio.to_thread(done.wait, seconds)
        return done.wait(seconds)

    try:
        for _ in range(20):
            run = observe(answer)
            assert (run.result, run.took, run.charged, run.blocked) == (True, 0, 0, [])
    finally:
        todo.put(None)


def test_a_wait_that_nobody_ends_beside_an_older_thread_is_over_at_its_time():
    over = threading.Event()
    threading.Thread(target=over.wait).start()

    async def answer():
        stop, rounds = threading.Event(), []

        def tick():
            while not stop.wait(1):
                rounds.append(1)

        ticks = asyncio.create_task(asyncio.to_thread(tick))
        await asyncio.sleep(1000.5)
        stop.set()
        await ticks
        return len(rounds)

    run = observe(answer)
    over.set()
    assert (run.result, run.took, run.charged) == (1000, 1000.5, 0)


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


def test_a_thread_pool_of_multiprocessing():
    def in_pool():
        with multiprocessing.pool.ThreadPool(2) as pool:
            return pool.map(_nap, [20, 30, 15])

    async def answer():
        return await asyncio.to_thread(in_pool)

    run = observe(answer)
    assert (run.result, run.took, run.left) == ([20, 30, 15], near(35), [])
    assert run.complaints == []


def test_a_sleep_until_a_moment_gets_there():
    # What is left until the moment may be less than the clock can count: 1 ns.
    def looks_again():
        due = time.monotonic() + 0.1 + 0.2 + 1e-10
        while time.monotonic() < due:
            time.sleep(due - time.monotonic())
        return "there"

    async def answer():
        return await asyncio.to_thread(looks_again)

    assert observe(answer, limits=HURRIED).result == "there"


def test_how_long_the_machine_takes_to_start_a_thread_is_not_charged(monkeypatch):
    real = threading.Thread._bootstrap_inner

    def late(self):
        real_sleep(0.2)
        real(self)

    async def answer():
        thread = threading.Thread(target=int)
        thread.start()
        await asyncio.to_thread(int)
        thread.join()

    monkeypatch.setattr(threading.Thread, "_bootstrap_inner", late)
    assert observe(answer).blocked == []
