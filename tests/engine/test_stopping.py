"""What runs away is stopped at the same limit on every run, with its line; deadlocks are named."""

import asyncio
import builtins
import gc
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from checker.engine import Limits, observe
from checker.engine.current import current_run
from checker.engine.ending import cleanup
from checker.engine.ending.watchdog import watchdog
from checker.engine.limits import GaveUp
from tests.support.programs import line_of, near

GENEROUS = Limits(real_seconds=30)  # the deterministic limits come first, however slow it is here


async def empty_lines():
    while True:
        print()


async def letters():
    while True:
        sys.stdout.write("x")


async def asks_with_time_sleep():
    while True:
        time.sleep(0.01)


async def sleeps_for_no_time():
    while True:
        time.sleep(0)


async def a_thousand_that_go_round():
    async def spin():
        while True:
            await asyncio.sleep(0)

    await asyncio.gather(*(spin() for _ in range(1000)))


async def a_thousand_that_go_round_in_time():
    async def spin():
        while True:
            await asyncio.sleep(0.001)

    await asyncio.gather(*(spin() for _ in range(1000)))


async def one_task_after_the_other():
    while True:
        await asyncio.create_task(asyncio.sleep(0))


async def tasks_that_make_tasks():
    async def double():
        keep.extend(asyncio.create_task(double()) for _ in range(2))

    keep = []
    await double()
    await asyncio.sleep(1000)


@pytest.mark.parametrize(
    ("answer", "reason", "lines"),
    [
        (empty_lines, "printed", (2,)),
        (letters, "printed", (2,)),
        (asks_with_time_sleep, "turns", (2,)),
        (sleeps_for_no_time, "turns", (2,)),
        (a_thousand_that_go_round, "still_turns", (3,)),
        (a_thousand_that_go_round_in_time, "turns", (3,)),
        (one_task_after_the_other, "still_turns", (2,)),
        (tasks_that_make_tasks, "tasks", (2,)),
    ],
)
def test_a_deterministic_limit_comes_before_the_real_one(answer, reason, lines):
    run = observe(answer, limits=GENEROUS)
    assert (run.stop.reason, run.stop.stuck) == (reason, False)
    assert run.stop.line in [line_of(answer, offset) for offset in lines]


def test_many_tasks_are_all_ended_however_long_that_takes(monkeypatch):
    monkeypatch.setattr(cleanup, "CLEAN_UP_SECONDS", 0.1)
    monkeypatch.setattr(cleanup, "CLEAN_UP_ROUNDS", 100)
    before = tasks_that_are_left()
    assert observe(tasks_that_make_tasks, limits=GENEROUS).stop.reason == "tasks"
    assert tasks_that_are_left() == before


def tasks_that_are_left():
    gc.collect()
    return sum(isinstance(one, asyncio.Task) and not one.done() for one in gc.get_objects())


def test_the_clock_stands_where_it_stood_at_the_limit():
    runs = [observe(asks_with_time_sleep, limits=GENEROUS) for _ in range(3)]
    assert [run.stop for run in runs] == [runs[0].stop] * 3
    for run in runs:
        assert run.took == near(200)


@pytest.mark.parametrize("is_async", [True, False])
def test_recursion_without_end_has_its_line(is_async):
    def plain():
        return plain()

    async def answer():
        await answer() if is_async else plain()

    run = observe(answer, limits=GENEROUS)
    wanted = line_of(answer, 1) if is_async else line_of(plain, 1)
    assert (run.failure.type, run.failure.line) == ("RecursionError", wanted)


def test_a_future_that_is_there_already_never_lets_the_loop_go_on():
    async def answer():
        future = asyncio.get_running_loop().create_future()
        future.set_result(None)
        while True:
            await future

    run = observe(answer, limits=Limits(real_seconds=0.1))
    assert (run.stop.reason, run.stop.stuck) == ("real_seconds", False)
    assert run.stop.line in (line_of(answer, 3), line_of(answer, 4))


# ------------------------------------------------------------------ deadlocks


@pytest.mark.parametrize("make", [asyncio.Lock, asyncio.Semaphore, asyncio.BoundedSemaphore])
def test_two_locks_taken_by_hand_in_two_orders(make):
    async def answer():
        first, second = make(), make()

        async def work(outer, inner):
            await outer.acquire()
            await asyncio.sleep(1)
            await inner.acquire()
            inner.release()
            outer.release()

        await asyncio.gather(work(first, second), work(second, first))

    run = observe(answer)
    assert (run.stop.reason, run.stop.circle) == ("deadlock", [1, 2])
    assert run.stop.line == line_of(answer, 6)
    assert run.stop.text.count(".acquire") == 2


def test_a_lock_that_was_given_back_is_in_no_circle():
    async def answer():
        first, second = asyncio.Lock(), asyncio.Lock()

        async def work(mine, other):
            await mine.acquire()
            mine.release()
            async with other:
                await asyncio.Event().wait()

        await asyncio.gather(work(first, second), work(second, first))

    run = observe(answer)
    assert (run.stop.reason, run.stop.circle) == ("deadlock", [])


def test_a_lock_that_another_task_gives_back():
    async def answer():
        lock = asyncio.Lock()
        await lock.acquire()
        asyncio.get_running_loop().call_later(1, lock.release)
        async with lock:
            return asyncio.get_running_loop().time()

    assert observe(answer).result == 1


def test_a_lock_whose_owner_has_ended():
    async def answer():
        lock = asyncio.Lock()

        async def take():
            await lock.acquire()

        await asyncio.create_task(take())
        await lock.acquire()

    run = observe(answer)
    assert (run.stop.reason, run.stop.circle) == ("deadlock", [])
    assert run.stop.text == "answer: Lock.acquire"


def test_a_deadlock_says_who_waits_for_what():
    async def answer():
        queue, event = asyncio.Queue(), asyncio.Event()

        async def fetch():
            await queue.get()

        async def tell():
            await event.wait()

        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(), name="fetch")
            group.create_task(tell(), name="tell")

    text = observe(answer).stop.text
    assert "fetch: Queue.get" in text
    assert "tell: Event.wait" in text


def test_a_lock_is_the_same_for_who_looks_at_it():
    async def answer():
        lock = asyncio.Lock()
        async with lock:
            said = repr(lock).partition(" ")[2], lock.locked()
        return said, await lock.acquire(), lock.locked(), asyncio.iscoroutine(lock.acquire())

    inside = observe(answer).result
    assert inside[1:] == (True, True, True)
    assert inside[0][1] is True


# ------------------------------------------------------------------ threads


def only_the_watchdog_stays(before):
    asked = time.monotonic()
    while threading.active_count() > before + 1:
        assert time.monotonic() - asked < 2
        time.sleep(0.001)


def test_no_thread_of_a_run_spins_on():
    async def answer():
        def spin():
            while True:
                time.sleep(0.001)

        for _ in range(3):
            threading.Thread(target=spin).start()
        await asyncio.to_thread(threading.Event().wait, 50)

    before = threading.active_count()
    run = observe(answer, limits=Limits(real_seconds=0.3))
    assert run.left or run.stop
    only_the_watchdog_stays(before)


def test_a_thread_that_waits_for_ever_ends_with_the_run():
    async def answer():
        threading.Thread(target=threading.Event().wait, name="waits").start()
        await asyncio.sleep(10)
        return "done"

    before = threading.active_count()
    run = observe(answer)
    assert (run.result, [left.what for left in run.left]) == ("done", ["waits"])
    only_the_watchdog_stays(before)


def test_a_worker_between_two_calls_is_left_alone(caplog):
    """Else its pool reports an error in it, with a traceback from within the checker."""

    async def answer():
        def spin():
            while True:
                pass

        asyncio.get_running_loop().run_in_executor(None, spin)
        never.wait(1.5)  # really: `spin` has been ended long before the main thread can be

    never = threading.Event()
    before = threading.active_count()
    run = observe(answer, limits=Limits(real_seconds=0.05))
    assert (run.stop.reason, run.stop.stuck) == ("real_seconds", False)
    only_the_watchdog_stays(before)
    assert caplog.text == ""


def test_what_prepares_a_worker_and_never_ends_is_ended():
    async def answer():
        def prepare(_):
            while True:
                pass

        with ThreadPoolExecutor(1, initializer=prepare, initargs=("it",)) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, print)

    run = observe(answer, limits=Limits(real_seconds=0.1))
    assert (run.stop.reason, run.stop.stuck, run.left) == ("real_seconds", False, [])


@pytest.mark.parametrize("in_thread", [False, True])
def test_input_ends_the_run_at_its_line(in_thread):
    def ask():
        return input("Who? ")

    async def answer():
        await asyncio.sleep(1)
        return await asyncio.to_thread(ask) if in_thread else ask()

    real = builtins.input
    run = observe(answer)
    assert (run.stop.reason, run.stop.line, run.output) == ("deadlock", line_of(ask, 1), "Who? ")
    assert run.stop.text == ("a thread: input()" if in_thread else "answer: input()")
    assert builtins.input is real


def test_a_loop_that_goes_round_is_not_said_to_be_held():
    async def goes_round():
        while True:
            await asyncio.sleep(0)

    async def holds():
        while True:
            pass

    endless = Limits(real_seconds=1, turns=10**9, still_turns=10**9, steps=10**9)
    for answer, went_round in ((goes_round, True), (holds, False)):
        stop = observe(answer, limits=endless).stop
        assert (stop.reason, stop.went_round) == ("real_seconds", went_round)


def test_what_comes_to_its_work_after_the_end_of_its_run_is_ended_at_once():
    runs = []

    async def answer():
        runs.append(current_run())

    def works():
        for _ in range(10**7):
            pass

    observe(answer)
    with pytest.raises(GaveUp):
        watchdog.call_interruptible(runs[0], works)


def test_a_deadlock_names_the_line_also_where_only_the_task_holds_what_it_waits_for():
    async def main():
        return await asyncio.get_running_loop().create_future()

    stop = observe(main).stop
    assert (stop.reason, stop.text) == ("deadlock", "main: a future")
    assert stop.line == main.__code__.co_firstlineno + 1
