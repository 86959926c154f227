"""A pool of pretended processes keeps to what a real one does: copies, modules, a line of calls."""

import asyncio
import functools
import multiprocessing
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from checker.engine import observe
from checker.lab.fakes.processes import (
    HERE,
    UNLOCKED,
    Count,
    Counts,
    Fetches,
    Pool,
    Work,
    in_a_process,
)


def add_apples(basket):
    basket.append("apples")
    return basket


def in_a_cell():
    return "done"


in_a_cell.__module__ = "__main__"


def calls_of(run):
    return [call.what for call in run.calls]


def seconds_of(run):
    """How long it took on the clock, without what a busy machine has added."""
    return round(run.took - run.charged, 3)


def test_what_goes_to_a_process_is_a_copy():
    basket = ["rice"]
    with Pool(1) as pool:
        returned = pool.submit(add_apples, basket).result()
    assert basket == ["rice"]
    assert returned == ["rice", "apples"]


def test_what_comes_back_is_a_copy():
    kept = ["rice"]
    assert in_a_process(add_apples, (kept,)) == kept == ["rice", "apples"]
    assert in_a_process(add_apples, (kept,)) is not kept


def test_keywords_are_sent_too():
    with Pool(1) as pool:
        assert pool.submit(int, "11", base=2).result() == 3


def test_an_error_of_a_call_comes_out_and_the_pool_goes_on():
    with Pool(1) as pool:
        with pytest.raises(ValueError, match="seven"):
            pool.submit(int, "seven").result()
        assert pool.submit(int, "7").result() == 7


@pytest.mark.parametrize("function", [in_a_cell, functools.partial(in_a_cell)])
def test_a_function_from_a_cell_is_refused(function, monkeypatch):
    monkeypatch.setattr("__main__.in_a_cell", in_a_cell, raising=False)
    with Pool(1) as pool, pytest.raises(BrokenProcessPool, match="in_a_cell: it stands in a cell"):
        pool.submit(function).result()


@pytest.mark.parametrize("stood_in", [False, True])
def test_what_cannot_be_pickled_is_refused(stood_in):
    if stood_in:  # `threading.Lock` as it is in a process that has judged something
        assert observe(asyncio.sleep, 1).returned
    with Pool(1) as pool:
        with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
            pool.submit(lambda: 1).result()
        with pytest.raises(TypeError, match="pickle"):
            pool.submit(print, threading.Lock()).result()
        with pytest.raises(TypeError, match="pickle"):
            pool.submit(threading.Lock).result()


def test_calls_wait_in_line_for_a_free_process():
    work = Work({2: 3, 3: 1, 4: 1, 5: 2})

    async def program(pool, work):
        loop = asyncio.get_running_loop()
        futures = [loop.run_in_executor(pool, work, item) for item in work]
        return [await future for future in asyncio.as_completed(futures)]

    run = observe(program, Pool(2), work)
    assert run.result == [9, 16, 4, 25]
    assert calls_of(run) == ["work(2)", "work(3)", "work(4)", "work(5)"]
    assert run.peak("work") == 2
    assert seconds_of(run) == 4


def test_calls_of_the_pretended_pool_are_on_the_clock():
    async def program(pool, work):
        loop = asyncio.get_running_loop()
        call = loop.run_in_executor(pool, work, 7)
        ticks = 0
        while not call.done():
            await asyncio.sleep(1)
            ticks += 1
        return await call, ticks

    run = observe(program, Pool(1), Work({7: 999.5}))  # no run may last so long really
    result, ticks = run.result
    assert result == 49
    assert 990 < ticks < 1010


def test_a_cancelled_call_that_waits_in_line_is_never_made():
    async def program(pool, work):
        first, second = (pool.submit(work, item) for item in (2, 3))
        cancelled = second.cancel(), first.cancel()
        return cancelled, await asyncio.wrap_future(first)

    run = observe(program, Pool(1), Work({2: 5, 3: 5}))
    assert run.result == ((True, False), 4)
    assert calls_of(run) == ["work(2)"]


def test_shutdown_waits_for_open_calls_and_takes_no_more():
    pool = Pool(2)
    futures = [pool.submit(abs, number) for number in (-1, -2, -3)]
    pool.shutdown()
    assert [future.result(timeout=0) for future in futures] == [1, 2, 3]
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(abs, -4)


def test_shutdown_can_cancel_what_waits_in_line():
    async def program(pool, work):
        futures = [pool.submit(work, item) for item in work]
        pool.shutdown(cancel_futures=True)
        return [future.cancelled() for future in futures]

    run = observe(program, Pool(1), Work({2: 5, 3: 5, 4: 5}))
    assert run.result == [False, True, True]
    assert sorted(calls_of(run)) == ["pool.shutdown()", "work(2)"]


def test_shutdown_need_not_wait():
    async def program(pool, work):
        future = pool.submit(work, 2)
        pool.shutdown(wait=False)
        before = future.done()
        return before, await asyncio.wrap_future(future)

    assert observe(program, Pool(1), Work({2: 5})).result == (False, 4)


def test_a_run_starts_with_a_fresh_pool_and_fresh_work():
    async def program(pool, work):
        with pool:
            return await asyncio.wrap_future(pool.submit(work, 3))

    pool, work = Pool(1), Work({3: 1})
    assert [observe(program, pool, work).result for _ in range(2)] == [9, 9]


def test_work_in_threads_shares_one_cpu():
    async def program(work):
        return await asyncio.gather(*(asyncio.to_thread(work, item) for item in work))

    run = observe(program, Work({2: 3, 3: 4}))
    assert run.result == [4, 9]
    assert seconds_of(run) == 7
    assert all(call.remark == HERE for call in run.calls)


def test_an_error_by_plan_comes_after_the_seconds():
    async def program(pool, work):
        try:
            await asyncio.wrap_future(pool.submit(work, 3))
        except LookupError as error:
            return str(error)

    run = observe(program, Pool(1), Work({3: 2}, {3: "LookupError: no number"}))
    assert run.result == "no number"
    assert seconds_of(run) == 2


def test_words_are_counted_in_their_time():
    async def program(pool, count):
        return await asyncio.wrap_future(pool.submit(count, ["a b", "a"]))

    run = observe(program, Pool(1), Counts(1.5))
    assert run.result == {"a": 2, "b": 1}
    assert seconds_of(run) == 3


def add_one(total, how):
    if how == "bare":
        total.value += 1
    elif how == "lock":
        with total.get_lock():
            total.value += 1
    elif how == "itself":
        with total:
            total.get_obj().value += 1
    elif how == "read":
        with total.get_lock():
            seen = total.value
        total.value = seen + 1
    else:
        total.acquire()
        total.value += 1
        total.release()


async def added_by_two(how):
    total = Count(0.5)
    calls = (asyncio.to_thread(in_a_process, add_one, (total, how)) for _ in range(2))
    await asyncio.gather(*calls)
    return total.number


@pytest.mark.parametrize(
    ("how", "number"), [("bare", 1), ("read", 1), ("lock", 2), ("itself", 2), ("by hand", 2)]
)
def test_a_shared_number_loses_what_is_added_without_its_lock(how, number):
    run = observe(added_by_two, how)
    assert run.result == number
    assert any(call.remark == UNLOCKED for call in run.calls) == (number == 1)


def test_the_end_of_a_pool_is_noted():
    async def program(pool):
        with pool:
            return await asyncio.wrap_future(pool.submit(abs, -1))

    assert calls_of(observe(program, Pool(1))) == ["pool.shutdown()"]


def test_work_tells_when_it_came_to_another_pool():
    work = Work({3: 1})
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        with pytest.raises(RuntimeError, match="not one of the given pool"):
            pool.submit(work, 3).result()


def test_pages_remember_the_loops_and_tasks_of_their_calls():
    def in_a_loop(fetch, closes):
        async def main():
            tasks = [asyncio.create_task(asyncio.sleep(99)), asyncio.create_task(fetch("home"))]
            return await tasks[1]

        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(main())
        finally:
            if closes:
                loop.close()

    async def program(fetch):
        for closes in (True, False):
            await asyncio.to_thread(in_a_loop, fetch, closes)
        closed = [loop.is_closed() for loop in fetch.loops]
        return closed, [sum(task.done() is done for task in fetch.tasks) for done in (True, False)]

    assert observe(program, Fetches({"home": 3})).result == ([True, False], [4, 2])


def test_the_inputs_of_a_chunk_go_to_one_process():
    async def program(pool, work, chunksize):
        call = functools.partial(pool.map, work, list(work), chunksize=chunksize)
        return await asyncio.to_thread(lambda: list(call()))

    seconds = dict.fromkeys(range(4), 3)
    for chunksize, took in ((1, 3), (2, 6), (1000, 12)):
        run = observe(program, Pool(4), Work(seconds), chunksize)
        assert (run.result, run.took) == ([0, 1, 4, 9], took)
