"""Locks of threads are on the clock, and two threads that wait for each other are found."""

import asyncio
import threading
import time

import pytest

from checker.engine import observe
from tests.support.programs import line_of, near


def test_a_wait_for_a_lock_is_on_the_clock():
    async def answer():
        lock, seen = threading.Lock(), []

        def hold(name):
            with lock:
                time.sleep(100)
                seen.append((name, time.monotonic()))

        await asyncio.gather(*(asyncio.to_thread(hold, name) for name in "aaa"))
        return seen

    run = observe(answer)
    assert (run.result, run.took, run.charged) == ([("a", 100), ("a", 200), ("a", 300)], 300, 0)


def test_a_lock_of_the_run_behaves_as_the_real_one():
    def facts():
        lock = threading.Lock()
        seen = [lock.locked(), lock.acquire(), lock.locked()]
        seen += [lock.acquire(False), lock.acquire(blocking=False), lock.acquire(timeout=0.01)]
        thread = threading.Thread(target=lock.release)  # anybody may give it back
        thread.start()
        thread.join()
        seen += [lock.locked(), isinstance(lock, type(lock))]
        for call in (lock.release, lambda: lock.acquire(False, 1), lambda: lock.acquire(True, -3)):
            with pytest.raises((RuntimeError, ValueError)) as raised:
                call()
            seen.append(raised.type.__name__)
        with lock as taken:
            return [*seen, taken, lock.locked()]

    async def answer():
        return facts()

    assert observe(answer).result == facts()


def test_a_reentrant_lock_of_the_run_behaves_as_the_real_one():
    def facts():
        lock, seen = threading.RLock(), []

        def other():
            seen.append(lock.acquire(False))
            try:
                lock.release()
            except RuntimeError:
                seen.append("not mine")

        with lock, lock:
            seen += [lock.acquire(), lock.release()]
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        seen.append(lock.acquire(False))
        lock.release()
        try:
            lock.release()
        except RuntimeError:
            seen.append("free")
        return seen

    async def answer():
        return facts()

    assert observe(answer).result == facts() == [True, None, False, "not mine", True, "free"]


def test_the_lock_of_a_condition_is_on_the_clock():
    async def answer():
        condition = threading.Condition()

        def hold():
            with condition:
                time.sleep(100)

        await asyncio.gather(asyncio.to_thread(hold), asyncio.to_thread(hold))

    run = observe(answer)
    assert (run.took, run.charged) == (200, 0)


def test_a_time_out_that_is_no_whole_number_of_nanoseconds_comes_to_its_end():
    async def answer():
        lock = threading.Lock()
        lock.acquire()
        for n in range(1, 50):
            await asyncio.to_thread(lock.acquire, timeout=n / 7e5)

    run = observe(answer)
    assert (run.stop, run.turns < 1000) == (None, True)


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock])
def test_a_condition_works_with_a_lock_of_the_run(make):
    async def answer():
        condition, box = threading.Condition(make()), []

        def put():
            time.sleep(50)
            with condition:
                box.append("post")
                condition.notify()

        def take():
            with condition:
                condition.wait_for(lambda: box)
                return box.pop()

        return (await asyncio.gather(asyncio.to_thread(take), asyncio.to_thread(put)))[0]

    run = observe(answer)
    assert (run.result, run.took) == ("post", near(50))


def test_a_wait_for_a_lock_has_its_limit_on_the_clock():
    async def answer():
        lock = threading.Lock()

        def hold():
            with lock:
                time.sleep(100)

        def ask():
            time.sleep(1)
            return lock.acquire(timeout=30), time.monotonic()

        return (await asyncio.gather(asyncio.to_thread(ask), asyncio.to_thread(hold)))[0]

    assert observe(answer).result == (False, 31)


def test_two_threads_that_wait_for_each_other_are_a_deadlock():
    async def answer():
        first, second = threading.Lock(), threading.Lock()

        def one():
            with first:
                time.sleep(1)
                with second:
                    pass

        def two():
            with second:
                time.sleep(2)
                with first:
                    pass

        await asyncio.gather(asyncio.to_thread(one), asyncio.to_thread(two))

    stop = observe(answer).stop
    lines = [line_of(answer, offset) for offset in (6, 12)]
    assert (stop.reason, stop.line) == ("deadlock", lines[0])
    assert f"a thread at line {lines[0]} waits for a lock that was taken at line" in stop.text
    assert f"a thread at line {lines[1]} waits for a lock that was taken at line" in stop.text


def test_threads_that_wait_at_the_same_line_are_told_together():
    async def answer():
        one, two = threading.Lock(), threading.Lock()

        def take(first, second):
            with first:
                time.sleep(1)
                with second:
                    pass

        await asyncio.gather(asyncio.to_thread(take, one, two), asyncio.to_thread(take, two, one))

    stop = observe(answer).stop
    waits, taken = (line_of(answer, offset) for offset in (6, 4))
    text = f"2 threads at line {waits} wait for locks that were taken at line {taken}"
    assert (stop.reason, stop.line, stop.text) == ("deadlock", waits, text)


def test_a_thread_that_takes_a_lock_twice_is_a_deadlock():
    async def answer():
        lock = threading.Lock()

        def twice():
            with lock, lock:
                pass

        await asyncio.to_thread(twice)

    stop = observe(answer).stop
    assert (stop.reason, stop.stuck) == ("deadlock", False)
    assert "waits for the lock that it took itself at line" in stop.text


def test_the_loop_that_waits_for_a_lock_is_held():
    async def answer():
        lock = threading.Lock()

        def hold():
            with lock:
                time.sleep(3)

        task = asyncio.create_task(asyncio.to_thread(hold))
        await asyncio.sleep(1)
        with lock:
            seen = time.monotonic()
        await task
        return seen

    run = observe(answer)
    assert run.result == 3
    assert [(b.what, b.seconds) for b in run.blocked] == [("Lock.acquire", 2)]


def test_the_loop_and_a_thread_that_wait_for_each_other_are_a_deadlock():
    async def answer():
        lock = threading.Lock()
        lock.acquire()
        task = asyncio.create_task(asyncio.to_thread(lock.acquire))
        await asyncio.sleep(1)
        with lock:
            await task

    stop = observe(answer).stop
    assert stop.reason == "deadlock"
    assert "answer: Lock.acquire" in stop.text


def test_outside_a_run_and_for_the_standard_library_locks_are_the_real_ones():
    real = type(threading.Lock())
    assert isinstance(threading.Lock(), threading.Lock)
    assert real.__module__ == "_thread"

    async def answer():
        event = threading.Event()
        return type(event._cond._lock) is real, type(threading.Lock()) is real

    assert observe(answer).result == (True, False)


def test_a_lock_goes_on_after_its_run():
    kept = []

    async def answer():
        kept.append(threading.Lock())

    observe(answer)
    [lock] = kept
    with lock:
        assert not lock.acquire(timeout=0.01)
    assert lock.acquire(False)


def test_whoever_asks_first_gets_it_first():
    async def answer():
        lock, order = threading.Lock(), []

        def take(name, late):
            time.sleep(late)
            for _ in range(2):
                with lock:
                    order.append(name)
                    time.sleep(1)

        await asyncio.gather(*(asyncio.to_thread(take, n, i / 10) for i, n in enumerate("abc")))
        return "".join(order)

    assert observe(answer).result == "abcabc"


def test_who_gives_up_is_passed_over():
    async def answer():
        lock, order = threading.Lock(), []

        def take(name, late, limit):
            time.sleep(late)
            if lock.acquire(timeout=limit):
                order.append(name)
                time.sleep(10)
                lock.release()

        calls = [("a", 0, 1), ("b", 1, 5), ("c", 2, 50)]
        await asyncio.gather(*(asyncio.to_thread(take, *call) for call in calls))
        return order

    assert observe(answer).result == ["a", "c"]


def test_a_lock_of_a_cell_is_on_the_clock_of_every_run():
    names = {"__name__": "__main__", "threading": threading}
    exec("lock = threading.RLock()", names)

    async def answer(lock):
        def hold():
            with lock:
                time.sleep(100)

        await asyncio.gather(*(asyncio.to_thread(hold) for _ in range(3)))

    for _ in range(2):
        run = observe(answer, names["lock"])
        assert (run.took, run.charged) == (300, 0)
        with names["lock"]:
            pass


def test_a_lock_of_a_cell_is_free_after_a_run_that_was_ended():
    names = {"__name__": "__main__", "threading": threading}
    exec("lock = threading.Lock()", names)

    async def answer(lock):
        await asyncio.to_thread(lock.acquire)
        await asyncio.to_thread(lock.acquire)

    for _ in range(2):
        assert observe(answer, names["lock"]).stop.reason == "deadlock"
    assert names["lock"].acquire(timeout=0.01)
