"""Small programs for the tests of pictures, and the charts of their runs."""

import asyncio
import time

from checker.engine import observe
from checker.engine.record import Blocked, Printed, Run, Span, Task
from checker.show.picture.chart import chart


async def brew(what, seconds):
    print("start", what)
    await asyncio.sleep(seconds)
    print("done", what)
    return what


async def together():
    return await asyncio.gather(brew("tea", 3), brew("coffee", 1), brew("toast", 2))


async def one_by_one():
    return [await brew(what, seconds) for what, seconds in (("tea", 3), ("egg", 1))]


async def sleeper():
    time.sleep(1)
    await asyncio.sleep(0.5)


async def blocking():
    await asyncio.gather(brew("tea", 0.5), sleeper(), brew("toast", 2))


async def tidy():
    try:
        await asyncio.sleep(10)
    finally:
        await asyncio.sleep(0.5)


async def cancelling():
    task = asyncio.create_task(tidy())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])


async def breaks():
    await asyncio.sleep(1)
    raise ValueError("no milk")


async def failing():
    async with asyncio.TaskGroup() as group:
        group.create_task(brew("tea", 3))
        group.create_task(breaks())


async def leaving():
    task = asyncio.create_task(brew("tea", 3))
    await asyncio.sleep(1)
    return task.done()


async def holder(first, second):
    async with first:
        await asyncio.sleep(1)
        async with second:
            pass


async def stuck():
    one, two = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(holder(one, two), holder(two, one))


async def guarded(lock):
    async with lock:
        await asyncio.sleep(1)


async def in_line():
    lock = asyncio.Lock()
    await asyncio.gather(guarded(lock), guarded(lock))


async def no_time():
    await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0))


def crowd(many):
    async def main():
        await asyncio.gather(*[asyncio.sleep(n % 7 / 10) for n in range(many)])

    return main


PROGRAMS = (
    together,
    one_by_one,
    blocking,
    cancelling,
    failing,
    leaving,
    stuck,
    in_line,
    no_time,
    crowd(40),
)


def drawn(program, **options):
    return chart(observe(program), **options)


def charged():
    """A run with real work in it, as it is written down."""
    work = Task(1, "work", 0, 0.0, spans=[Span("blocked", 0.0, 0.123456, 4, "work")])
    work.ended, work.ended_at = "done", 0.123456
    main = Task(0, "main", None, 0.0, spans=[Span("waits", 0.123456, 1.0, 5, "sleep(1)")])
    main.ended, main.ended_at = "done", 1.0
    held = Blocked(0.0, 0.123456, "work", 4, False, 1)
    return Run(
        returned=True,
        took=1.0,
        charged=0.123456,
        tasks=[main, work],
        blocked=[held],
        printed=[Printed(0.123456, "worked\n", task=1)],
    )
