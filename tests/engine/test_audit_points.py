"""The await points at which an audit cancels an answer."""

import asyncio
import json

import pytest

from checker.engine import observe
from checker.engine.reruns.cancellation import VISITS
from checker.grade.record import run_of
from checker.judge import Unmet
from checker.judge import observe as ask
from tests.engine.test_audit import NAMES, TWO, stands, use_lock
from tests.support.answers import answer, cause
from tests.support.programs import line_of

# ------------------------------------------------------------------ the points


def test_every_await_point_is_one_of_the_points():
    async def main(fetch):
        await fetch("a")
        for _ in range(2):
            await asyncio.sleep(1)
        await asyncio.gather(fetch("a"), fetch("b"))

    audit = observe(main, TWO, cancel="everywhere")
    assert audit[0].point is None
    points = [audit[index].point for index in range(1, len(audit))]
    first = line_of(main, 0)
    seen = {(p.line - first, p.visit, p.over) for p in points if p.task == 0}
    assert {(1, 1, False), (1, 1, True), (3, 1, False), (3, 2, False), (4, 1, False)} <= seen
    assert {p.cancelled for p in points} == {0}
    assert all(audit[i].tasks[0].ended == "cancelled" for i in range(1, len(audit)))


def test_the_answer_is_cancelled_where_its_tasks_stand():
    async def main(fetch):
        async def one():
            await fetch("a")
            await asyncio.sleep(0.5)

        await asyncio.gather(one(), one())

    audit = observe(main, TWO, cancel="everywhere")
    points = [audit[index].point for index in range(1, len(audit))]
    lines = {p.line - line_of(main, 0) for p in points if p.task in (1, 2)}
    assert lines == {2, 3}


def test_a_line_that_is_reached_a_thousand_times_counts_a_few_times():
    async def main():
        for _ in range(1000):
            await asyncio.sleep(1)

    assert len(observe(main, cancel="everywhere")) == 1 + VISITS


def test_a_point_comes_back_from_its_turn():
    async def main(fetch):
        await asyncio.gather(fetch("a"), fetch("b"))

    audit = observe(main, TWO, cancel="everywhere", own={main.__code__.co_filename})
    run = audit[2]
    again = observe(main, TWO, cancel=run.point.turn, own={main.__code__.co_filename})
    assert again.point == run.point
    assert run_of(json.loads(json.dumps(run.to_json()))) == run


def test_a_scene_goes_on_when_its_answer_is_cancelled():
    source = "async def answer(lock, fetch, names):\n    await fetch(names[0])"
    audit = ask(use_lock, answer(source), TWO, NAMES, cancel="everywhere")
    audit.returned(False)
    cancelled = [run.tasks[run.point.cancelled].name for run in list(audit.runs)[1:]]
    assert set(cancelled) == {"answer"}


# ------------------------------------------------------------------ what else may be wrong


def test_an_answer_that_is_not_written_yet():
    source = "async def answer():\n    raise NotImplementedError"
    assert cause(source, stands, cancel="everywhere") == "not_attempted"


def test_an_answer_that_fails_by_itself():
    source = "async def answer():\n    await asyncio.sleep(1)\n    raise ValueError"
    assert cause(source, stands, cancel="everywhere") == "raised"


def test_a_heartbeat_that_never_ends_by_itself():
    source = "async def answer():\n    while True:\n        await asyncio.sleep(60)"
    stands(ask(answer(source), cancel="everywhere"))


def test_an_answer_that_spins_is_run_twice_at_most():
    made = answer("async def answer():\n    while True:\n        await asyncio.sleep(0)")
    with pytest.raises(Unmet, match="did not end"):
        stands(ask(made, cancel="everywhere"))
    assert len(made.runs) == 1


def test_any_other_sentence_about_every_run():
    source = "async def answer():\n    await asyncio.sleep(1)\n    print('end')"
    audit = ask(answer(source), cancel="everywhere")
    audit.check(lambda run: run.output == "", "no output", lambda run: f"it printed {run.output!r}")
    with pytest.raises(Unmet, match="'end', but it printed ''|'end'; it printed ''"):
        audit.check(
            lambda run: run.output == "end\n", "'end'", lambda run: f"it printed {run.output!r}"
        )
