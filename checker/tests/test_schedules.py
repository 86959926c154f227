"""Other orders of events: what they change, what they keep, and the races that they find."""

import asyncio
import itertools
import json

import pytest

from checker import exercise as exercise_module
from checker.engine import Service, observe
from checker.engine.again import ENOUGH, Many, Start
from checker.exercise import Exercise
from checker.judge import Unmet, judge
from checker.judge import observe as ask
from checker.judge.expect import Observed
from checker.judge.races import find_gaps
from checker.lab import Pages
from checker.show.player import Player
from checker.tests.answers import answer, found
from checker.tests.racing import LOST_UPDATE, NAMES, RACES, RIGHT, THREE, returns

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


# ------------------------------------------------------------------ the races

LOST_UPDATE_TEXT = (
    "It goes wrong in 139 of 200 orders in which its waits can end. In order 1, `add` reads "
    "`total` in line 7 and writes it in line 9. Between the two it waits, from 2 s to 2.1 s, at "
    "line 8, `await asyncio.sleep(0.1)`. Meanwhile at 2 s, another `add` reads it too, and neither "
    "sees what the other one writes."
)


@pytest.mark.parametrize("name", RACES)
def test_a_race_is_found_within_200_orders(name):
    source, expect, args = RACES[name]
    made = answer(source)
    expect_usual = ask(made, *args, schedules=1)
    expect(expect_usual)  # in the usual order all is well
    told = found(source, expect, *args, schedules=200)
    assert (told.cause.id, told.line is not None) == ("race", True)


def test_the_first_failing_order_is_shown_and_comes_back():
    made = answer(LOST_UPDATE)
    with pytest.raises(Unmet) as caught:
        ask(made, THREE, NAMES, schedules=200).returned(3)
    seed = caught.value.data["schedule"]
    again = observe(made.function, THREE, NAMES, schedule=seed)
    assert _json(again) == _json(caught.value.run)
    before = [observe(made.function, THREE, NAMES, schedule=s).result for s in range(seed)]
    assert (before, again.result != 3) == ([3] * seed, True)


def test_the_evidence_names_the_lines_between_which_another_task_came():
    source, expect, args = RACES["lost update"]
    assert found(source, expect, *args, schedules=200).text == LOST_UPDATE_TEXT


def test_the_evidence_of_a_missed_notify_names_what_came_first():
    source, expect, args = RACES["missed notify"]
    assert found(source, expect, *args, schedules=200).text == (
        "It goes wrong in 35 of 200 orders in which its waits can end. In order 1, `fetch('c')` "
        "ends at 2 s, in the same moment as `fetch('a')`, which usually ends earlier: line 10, "
        "`await fetch(names[2])`. Then everybody waits for ever: line 14, "
        "`await asyncio.gather(wait(), tell())`."
    )


def test_the_evidence_of_a_limit_that_passes_only_sometimes():
    source = """
async def answer(fetch):
    try:
        return await asyncio.wait_for(fetch("a"), 2)
    except TimeoutError:
        return "nothing"
"""
    told = found(source, returns("the a page"), Pages({"a": 1}), schedules=200)
    assert (told.cause.id, told.line) == ("race", 3)
    assert "`fetch('a')` is cancelled at 2 s, which it usually is not: line 3" in told.text


def test_the_evidence_of_two_sleeps_that_end_together():
    source = """
async def answer():
    order = []

    async def long():
        await asyncio.sleep(2)
        order.append("long")

    async def short():
        await asyncio.sleep(1)
        await asyncio.sleep(1)
        order.append("short")

    await asyncio.gather(long(), short())
    return order
"""
    told = found(source, returns(["long", "short"]), schedules=200)
    assert (told.cause.id, told.line) == ("race", 5)
    assert told.text.endswith(
        "`long`, at line 5, `await asyncio.sleep(2)`, and `short`, at line 10, "
        "`await asyncio.sleep(1)`, go on in the same moment at 2 s. Either may be first. "
        "See the picture."
    )


def test_what_goes_wrong_in_the_usual_order_is_no_race():
    told = found(
        "async def answer(fetch, names):\n    return [await fetch(name) for name in names][:2]",
        returns(THREE.bodies),
        THREE,
        NAMES,
        schedules=200,
    )
    assert told.cause.id == "wrong_result"


def test_an_answer_that_spins_is_run_once():
    made = answer("async def answer():\n    while True:\n        await asyncio.sleep(0)")
    runs = ask(made, schedules=200)
    with pytest.raises(Unmet, match="did not end"):
        runs.returned(1)
    assert len(made.runs) == 1


def test_orders_that_take_too_long_are_left_out():
    runs = Many(lambda index: index, 5)
    runs._used = ENOUGH * 10**9 + 1
    assert (list(runs), runs.cut) == ([], True)


def test_a_check_that_is_stopped_begins_no_other_run():
    made = answer("async def answer():\n    return 1")
    runs = ask(made, schedules=5)
    made.abandoned = True
    with pytest.raises(KeyboardInterrupt):
        runs.returned(1)


def test_a_verdict_shows_and_plays_the_failing_order(monkeypatch):
    monkeypatch.setattr(exercise_module, "_registry", {})
    exercise = Exercise("answer", kind="repair", hints=["?"], chapter="03_tasks")

    @exercise.rule("Every page counts, in every order.")
    def counts(made, draw):
        ask(made, THREE, NAMES, schedules=200).returned(3)

    verdicts = [judge(exercise, answer(LOST_UPDATE)) for _ in range(2)]
    assert [v.cause for v in verdicts] == ["race"] * 2
    assert verdicts[0].message == verdicts[1].message == LOST_UPDATE_TEXT
    assert verdicts[0].run.schedule > 0
    one, other = (repr(Player(verdict.replay())) for verdict in verdicts)
    assert one == other
    assert "add" in one


# ------------------------------------------------------------------ where a race may be


@pytest.mark.parametrize(
    ("body", "gaps"),
    [
        ("nonlocal n\n    n = n + await f()", [("n", 4, 4, 4)]),
        ("nonlocal n\n    n += await f()", [("n", 4, 4, 4)]),
        ("nonlocal n\n    v = n\n    await f()\n    n = v", [("n", 4, 5, 6)]),
        ("if 1 not in s:\n      await f()\n      s.add(1)", [("s", 3, 4, 5)]),
        ("if not s.open:\n      s.open = await f()", [("s.open", 3, 4, 4)]),
        ("s.append(await f())", []),
        ("await f()\n    s[1] = 2", []),
        ("v = await f()\n    v = v + 1", []),
    ],
)
def test_gaps_in_a_source(body, gaps):
    source = f"n, s = 0, []\nasync def one(f, s):\n    {body}\n"
    assert [(g.name, g.read, g.wait, g.write) for g in find_gaps(source)] == gaps


# ------------------------------------------------------------------ nobody is accused


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right_in_200_orders(name):
    source, expect, args = RIGHT[name]
    expect(ask(answer(source), *args, schedules=200))


@pytest.mark.long
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right_in_10_000_orders(name):
    source, expect, args = RIGHT[name]
    made = answer(source)
    start = Start([made.function], args)
    for seed in range(10_000):
        start.again()
        run = observe(made.function, *start.args(), own={made.file}, schedule=seed)
        expect(Observed(run, f"order {seed}"))
