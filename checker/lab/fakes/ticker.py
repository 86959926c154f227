"""A ticker beside an answer: where it comes late, something has held the loop."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def ticking() -> AsyncIterator[list[float]]:
    """A ticker that comes each second of the loop's time while the block runs.

    Yields:
        a list of the seconds at which it has come so far. It is for
        `checker.judge.Observed.loop_was_free`.
    """
    ticks: list[float] = []
    ticker = asyncio.create_task(tick(ticks), name="ticker")
    try:
        yield ticks
    finally:
        ticker.cancel()
        await asyncio.wait([ticker])


async def tick(ticks: list[float]) -> None:  # its name stands in pictures, for who reads them
    loop = asyncio.get_running_loop()
    for moment in itertools.count(1):
        await asyncio.sleep(max(0, moment - loop.time()))
        ticks.append(round(loop.time(), 3))
