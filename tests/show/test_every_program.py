"""No program makes a picture or a player fail, whatever it does and however it ends."""

import asyncio
import json
import queue
import threading
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from checker import kernel
from checker.engine import Limits, observe
from checker.show.picture import chart
from checker.show.player import Player, data
from checker.show.timeline import Timeline
from tests.support.differential import UNIT, programs
from tests.support.differential_programs import World

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]
LIMITS = Limits(turns=500, still_turns=200, tasks=500, printed=5000, real_seconds=0.3, seconds=100)


def shown(program, *args, live=True):
    """All texts that a run is shown as: a timeline's and a player's, plain and as HTML."""
    run = observe(program, *args, snapshots=True, limits=LIMITS)
    player, line = Player(run, "the source\n"), Timeline(run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "live", lambda: live)
        texts = [repr(player), player._repr_html_(), repr(line), line._repr_html_()]
    _check_data(data(player, chart.chart(run)))
    assert "GaveUp" not in "".join([*texts, json.dumps(run.to_json())])
    return texts


def _check_data(told):
    """What the script of a player takes for granted."""
    named = json.loads(json.dumps(told))["names"]
    for step in told["steps"]:
        assert all(str(task[0]) in named for task in step.get("tasks", ()))


@settings(
    max_examples=120,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)
@given(programs)
def test_programs_that_nobody_wrote(program):
    shown(World(UNIT).main, *program)


async def sleep_in_threes(count):
    await asyncio.gather(*(asyncio.sleep(n % 3) for n in range(count)))


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 499])
def test_any_number_of_tasks(count, live):
    texts = shown(sleep_in_threes, count, live=live)
    said = f"The first 200 of {count + 1} tasks are followed."
    assert [said in text for text in texts] == [count >= 200, count >= 200, False, False]


async def rows():
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0.5)


async def keeps_a_generator(kept):
    kept.append(rows())
    await anext(kept[0])


async def leaves_a_generator():
    async for _ in rows():
        break


async def locks_over_an_await():
    lock = threading.Lock()

    async def use():
        with lock:
            await asyncio.sleep(0.1)

    await asyncio.gather(use(), use())


async def gets_in_a_coroutine():
    async def ticker():
        while True:
            await asyncio.sleep(1)

    asyncio.create_task(ticker())  # noqa: RUF006
    queue.Queue().get()


async def spins():
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(1))
        await asyncio.sleep(0)
        while True:
            pass


async def prints_for_ever():
    try:
        while True:
            print("x" * 100)
    finally:
        print("the end")


async def catches_all():
    while True:
        try:
            await asyncio.sleep(0)
        except BaseException as error:
            print(repr(error))
            raise


async def spins_in_a_callback():
    def spin():
        while True:
            pass

    asyncio.get_running_loop().call_soon(spin)
    await asyncio.sleep(1)


async def makes_tasks_for_ever():
    while True:
        asyncio.create_task(asyncio.sleep(9))  # noqa: RUF006


async def naps_for_ever():
    while True:
        time.sleep(0.01)


async def makes_a_task_at_the_end():
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.create_task(asyncio.sleep(1))


async def fails_in_every_way():
    async def fail(seconds):
        await asyncio.sleep(seconds)
        raise ValueError("<b>")

    asyncio.get_running_loop().call_later(0.1, lambda: 1 / 0)
    threading.Thread(target=lambda: 1 / 0).start()
    async with asyncio.TaskGroup() as group:
        group.create_task(fail(1))
        group.create_task(fail(1))


async def nothing():
    pass


async def leaves_a_timer():
    asyncio.get_running_loop().call_later(50, print, "late")
    asyncio.get_running_loop().call_soon(print, "soon")


ODD = [leaves_a_generator, locks_over_an_await, gets_in_a_coroutine, spins, prints_for_ever]
ODD += [catches_all, spins_in_a_callback, makes_tasks_for_ever, naps_for_ever, nothing]
ODD += [makes_a_task_at_the_end, fails_in_every_way, leaves_a_timer]


@pytest.mark.parametrize("program", ODD)
def test_odd_programs(program):
    assert all(shown(program))


def test_a_generator_that_somebody_keeps():
    assert all(shown(keeps_a_generator, []))


def test_who_holds_a_lock_is_not_said_to_wait_for_it():
    run = observe(locks_over_an_await)
    line = locks_over_an_await.__code__.co_firstlineno + 4
    drawn = [(row.name, row.ended, row.words) for row in chart.chart(run).rows]
    assert drawn == [
        ("locks_over_an_await", "stuck", "held up for ever"),
        ("use 1", "stuck", "held up for ever"),
        ("use 2", "stuck", f"waits for ever: Lock.acquire, line {line}"),
    ]
    assert [task.ended for task in run.tasks] == ["left", "left", "stopped"]


def test_a_task_that_a_limit_stops_is_stopped_and_has_not_failed():
    async def answer():
        asyncio.create_task(asyncio.sleep(1))  # noqa: RUF006
        await asyncio.sleep(0)
        while True:
            pass

    run = observe(answer, limits=LIMITS)
    assert [task.ended for task in run.own_tasks] == ["stopped", "left"]
    assert [row.words for row in chart.chart(run).rows] == ["stopped here", "stopped here"]


def test_what_is_printed_on_the_way_out_of_a_limit_is_not_heard():
    assert "the end" not in observe(prints_for_ever, limits=LIMITS).output
