"""The critical path: which waits and which work decide how long a run takes."""

import asyncio
import contextlib

import pytest

from checker.engine import observe
from checker.show.picture import svg
from checker.show.picture.critical_path import critical_path
from tests.support.chart_programs import (
    blocking,
    brew,
    cancelling,
    drawn,
    failing,
    in_line,
    no_time,
    one_by_one,
    stuck,
    together,
)


@pytest.mark.parametrize(
    ("program", "path"),
    [
        (together, [(1, 0, 3)]),
        (one_by_one, [(0, 0, 4)]),
        (blocking, [(2, 0, 1), (3, 1, 3)]),
        (cancelling, [(0, 0, 1), (1, 1, 1.5)]),
        (failing, [(2, 0, 1)]),
        (in_line, [(1, 0, 1), (2, 1, 2)]),
        (stuck, [(0, 0, 1)]),
        (no_time, []),
    ],
    ids=lambda p: getattr(p, "__name__", ""),
)
def test_what_decides_how_long_it_takes(program, path):
    assert [(s.task, s.start, s.end) for s in critical_path(observe(program))] == path


async def relay(ready, done, seconds):
    await ready.wait()
    await asyncio.sleep(seconds)
    done.set()


async def relays():
    events = [asyncio.Event() for _ in range(4)]
    for number, seconds in enumerate((1, 2, 3)):
        asyncio.create_task(relay(events[number], events[number + 1], seconds))  # noqa: RUF006
    events[0].set()
    await asyncio.sleep(0.5)
    await events[3].wait()


def test_the_path_follows_who_woke_whom():
    path = [(s.task, s.start, s.end) for s in critical_path(observe(relays))]
    assert path == [(1, 0, 1), (2, 1, 3), (3, 3, 6)]


async def times_out():
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(2):
            await asyncio.gather(brew("tea", 5), brew("egg", 1))


def test_a_time_out_is_on_the_path_where_it_ran():
    path = [(s.task, s.start, s.end) for s in critical_path(observe(times_out))]
    assert path[-1][2] == 2
    assert path[0][1] == 0


def test_the_path_is_drawn_only_beside_something_else():
    assert [row.path for row in drawn(together).rows] == [[], [(0, 3)], [], []]
    assert "decides the time" in svg.svg(drawn(together))
    assert [row.path for row in drawn(one_by_one).rows] == [[]]
    assert "decides the time" not in svg.svg(drawn(one_by_one))


def test_of_equal_waits_none_is_singled_out():
    async def main():
        await asyncio.gather(brew("tea", 2), brew("egg", 2), brew("toast", 1))

    assert [row.path for row in drawn(main).rows] == [[], [(0, 2)], [(0, 2)], []]
    assert not any(row.path for row in drawn(crowd_of_equals).rows)


async def crowd_of_equals():
    await asyncio.gather(*[asyncio.sleep(1) for _ in range(20)])


def test_a_very_long_path_is_left_out():
    async def ping(mine, other):
        for _ in range(200):
            await mine.get()
            await asyncio.sleep(1)
            other.put_nowait(None)

    async def main():
        one, two = asyncio.Queue(), asyncio.Queue()
        one.put_nowait(None)
        await asyncio.gather(ping(one, two), ping(two, one))

    run = observe(main)
    assert run.took == 400
    assert critical_path(run) == []
