"""Other orders of events: what they change, what they keep, and the races that they find."""

import asyncio
import itertools
import json

import pytest

from checker.engine import Service, observe
from checker.lab import Pages
from tests.support.answers import answer
from tests.support.racing import NAMES, THREE

SEEDS = range(60)
NO_LINES = frozenset()  # the lines of the tests themselves would differ


def _json(run):
    return json.dumps(run.to_json())


async def _arrivals(fetch):
    order = []

    async def one(name):
        await fetch(name)
        order.append(name)

    await asyncio.gather(*map(one, fetch))
    return order


# ------------------------------------------------------------------ what is changed


def test_replies_of_a_service_come_in_every_order():
    seen = {tuple(run.result) for run in observe(_arrivals, THREE, schedules=200)}
    assert seen == set(itertools.permutations(NAMES))


def test_equal_replies_come_in_every_order_too():
    pages = Pages(dict.fromkeys(NAMES, 2))
    seen = {tuple(run.result) for run in observe(_arrivals, pages, schedules=200)}
    assert seen == set(itertools.permutations(NAMES))


def test_a_reply_takes_a_quarter_of_its_time_to_four_times_as_much():
    async def main(fetch):
        await fetch("b")

    took = {run.took for run in observe(main, THREE, schedules=200)}
    assert (min(took), max(took)) == (0.75, 12.0)


def test_replies_meet_what_else_is_due():
    async def main(fetch):
        task = asyncio.create_task(fetch("a"))
        await asyncio.sleep(2.71)
        return task.done()

    runs = list(observe(main, THREE, schedules=200))
    assert any(call.end == 2.71 for run in runs for call in run.calls)
    assert {run.result for run in runs} == {True, False}


def test_timers_of_different_moments_that_are_due_at_once_come_in_either_order():
    async def main():
        order, loop = [], asyncio.get_running_loop()
        loop.call_later(3, order.append, "first")
        await asyncio.sleep(1)
        loop.call_later(2, order.append, "second")
        await asyncio.sleep(4)
        return order

    seen = {tuple(observe(main, schedule=seed).result) for seed in SEEDS}
    assert seen == {("first", "second"), ("second", "first")}


def test_a_wait_in_the_tasks_of_a_service_is_one_of_its_replies():
    class Feed(Service):
        name = "feed"

        async def _send(self, line):
            await asyncio.sleep(2)
            line.put_nowait("news")

        async def __call__(self):
            line = asyncio.Queue()
            task = asyncio.create_task(self._send(line))
            news = await line.get()
            await task
            return news

    async def main(feed):
        await feed()

    assert len({observe(main, Feed(), schedule=seed).took for seed in SEEDS}) > 5


# ------------------------------------------------------------------ what is kept


async def _sleeps():
    order = []

    async def one(number, seconds):
        await asyncio.sleep(seconds)
        order.append(number)

    async def parts():
        for _ in range(3):
            await asyncio.sleep(0.3)
        order.append("parts")

    await asyncio.gather(*(one(n, s) for n, s in enumerate((2, 1, 1, 1.01, 1, 0.99))), parts())
    return order


async def _queue():
    line, got = asyncio.Queue(), []

    async def get(name):
        item = await line.get()
        await asyncio.sleep(1)
        got.append((name, item))

    tasks = [asyncio.create_task(get(name)) for name in "abc"]
    await asyncio.sleep(1)
    for item in range(3):
        line.put_nowait(item)
    await asyncio.gather(*tasks)
    return got


async def _lock():
    lock, order = asyncio.Lock(), []

    async def enter(name):
        async with lock:
            order.append(name)
            await asyncio.sleep(1)

    await asyncio.gather(*map(enter, "abcde"))
    return order


async def _different_turns():
    order = []

    async def one(number, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        await asyncio.sleep(1)
        order.append(number)

    await asyncio.gather(one("late", 2), one("later", 3), one("first", 0))
    return order


@pytest.mark.parametrize(
    ("program", "result"),
    [
        (_sleeps, ["parts", 5, 1, 2, 4, 3, 0]),
        (_queue, [("a", 0), ("b", 1), ("c", 2)]),
        (_lock, list("abcde")),
        (_different_turns, ["first", "late", "later"]),
    ],
)
def test_what_asyncio_and_the_clock_fix_holds_in_every_order(program, result):
    runs = [observe(program, schedule=seed) for seed in SEEDS]
    assert [run.result for run in runs] == [result] * len(SEEDS)
    assert {run.took for run in runs} == {runs[0].took}


def test_the_lines_stay_first_in_first_out_while_replies_change():
    async def main(fetch):
        lock, came, entered = asyncio.Lock(), [], []

        async def one(name):
            await fetch(name)
            came.append(name)
            async with lock:
                entered.append(name)
                await fetch("a")

        await asyncio.gather(*map(one, NAMES))
        return came == entered

    assert {run.result for run in observe(main, THREE, schedules=200)} == {True}


def test_order_0_is_the_usual_run():
    runs = observe(_arrivals, THREE, own=NO_LINES, schedules=3)
    assert _json(runs[0]) == _json(observe(_arrivals, THREE, own=NO_LINES))


# ------------------------------------------------------------------ the same again


def test_an_order_comes_back_from_its_seed():
    runs = observe(_arrivals, THREE, own=NO_LINES, schedules=30)
    for seed in (1, 7, 29):
        again = [_json(observe(_arrivals, THREE, own=NO_LINES, schedule=seed)) for _ in range(3)]
        assert again == [_json(runs[seed])] * 3
        assert runs[seed].schedule == seed


def test_a_seed_means_the_same_on_every_python():
    results = ["".join(observe(_arrivals, THREE, schedule=seed).result) for seed in range(1, 9)]
    assert results == ["cab", "abc", "bac", "bca", "abc", "acb", "abc", "bac"]


def test_an_extra_task_changes_no_reply():
    async def in_tasks(fetch):
        await asyncio.gather(*(asyncio.wait_for(fetch(name), 99) for name in NAMES))

    async def bare(fetch):
        await asyncio.gather(*map(fetch, NAMES))

    for seed in SEEDS:
        one, two = (observe(main, THREE, schedule=seed) for main in (in_tasks, bare))
        assert [c.end for c in one.calls] == [c.end for c in two.calls]


def test_every_run_begins_where_the_first_began():
    source = """
kept = {"list": []}
count = 0

async def helper(items):
    global count
    count += 1
    kept["list"].append(items.pop())

async def answer(items):
    async def inner():
        await helper(items)
    await inner()
    return [count, kept["list"], items]
"""
    made = answer(source)
    runs = observe(made.function, [1, 2], schedules=4)
    assert [run.result for run in runs] == [[1, [2], [1]]] * 4


def test_a_closure_is_put_back_too():
    def make():
        count, seen = 0, []

        async def main():
            nonlocal count
            count += 1
            seen.append(count)
            return count, list(seen)

        return main

    assert [run.result for run in observe(make(), schedules=3)] == [(1, [1])] * 3


def test_a_coroutine_cannot_run_again():
    main = _sleeps()
    with pytest.raises(TypeError, match="only once"):
        observe(main, schedules=2)
    main.close()


@pytest.mark.parametrize("options", [{"schedules": 0}, {"schedules": 5, "cancel": "everywhere"}])
def test_wishes_that_make_no_sense(options):
    with pytest.raises(ValueError, match="above 0"):
        observe(_sleeps, **options)
