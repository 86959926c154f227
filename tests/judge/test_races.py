"""Races: found in another order of events and named by their lines; the right are not accused."""

import pytest

from checker import exercise as exercise_module
from checker.engine import observe
from checker.engine.reruns.runs import ENOUGH, InitialState, Runs
from checker.exercise import Exercise
from checker.judge import Unmet, judge
from checker.judge import observe as ask
from checker.judge.causes.races import find_gaps
from checker.judge.expect import Observed
from checker.lab import Pages
from checker.show.player import Player
from tests.engine.test_schedules import _json
from tests.support.answers import answer, found
from tests.support.racing import LOST_UPDATE, NAMES, RACES, RIGHT, THREE, returns

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
    seed = caught.value.order.number
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
    runs = Runs(lambda index: index, 5)
    runs._used = ENOUGH * 10**9 + 1
    assert (list(runs), runs.cut) == ([], True)


def test_a_check_that_is_stopped_begins_no_other_run():
    made = answer("async def answer():\n    return 1")
    runs = ask(made, schedules=5)
    made.abandoned = True
    with pytest.raises(KeyboardInterrupt):
        runs.returned(1)


def test_a_verdict_shows_and_plays_the_failing_order(monkeypatch):
    exercise_module.exercises()  # the chapters fill the real registry, once
    monkeypatch.setattr(exercise_module, "_registry", {})
    exercise = Exercise("answer", kind="repair", hints=["?"], chapter="03_tasks")

    @exercise.rule("Every page counts, in every order.")
    def counts(made, inputs):
        ask(made, THREE, NAMES, schedules=200).returned(3)

    verdicts = [judge(exercise, answer(LOST_UPDATE)) for _ in range(2)]
    assert [v.cause for v in verdicts] == ["race"] * 2
    assert verdicts[0].message == verdicts[1].message == LOST_UPDATE_TEXT
    assert verdicts[0].run.schedule > 0
    assert repr(verdicts[0]) == repr(verdicts[1])
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
    start = InitialState([made.function], args)
    for seed in range(10_000):
        start.again()
        run = observe(made.function, *start.args, own={made.file}, schedule=seed)
        expect(Observed(run, f"order {seed}"))
