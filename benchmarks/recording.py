"""What recording costs: CPU seconds of a recorded run against a stock loop, in one run."""

import asyncio
import gc
import time

from checker.engine import Limits, observe

ROUNDS = 5
SWITCHES = 100_000
NO_LIMITS = Limits(turns=10**9, still_turns=10**9, steps=10**9, tasks=10**6, real_seconds=600)


async def flat():
    async def switch():
        for _ in range(SWITCHES // 10):
            await asyncio.sleep(0)

    await asyncio.gather(*(switch() for _ in range(10)))


async def deep():
    async def switch(levels):
        if levels:
            return await switch(levels - 1)
        for _ in range(SWITCHES // 10):
            await asyncio.sleep(0)

    await asyncio.gather(*(switch(3) for _ in range(10)))


async def queue():
    line = asyncio.Queue(1)

    async def put():
        for number in range(SWITCHES // 2):
            await line.put(number)

    async def get():
        for _ in range(SWITCHES // 2):
            await line.get()

    await asyncio.gather(put(), get())


async def many():
    await asyncio.gather(*(asyncio.sleep(0) for _ in range(10_000)))


def cpu(*calls):
    """The least CPU seconds of each call, in rounds that take turns."""
    times = [[] for _ in calls]
    for _ in range(ROUNDS):
        for kept, call in zip(times, calls, strict=True):
            gc.collect()  # what one leaves behind is none of the next one's cost
            started = time.thread_time()
            call()
            kept.append(time.thread_time() - started)
    return [min(kept) for kept in times]


def main():
    """Print the ratios for each program; the worst one counts."""
    print(f"{'program':8} {'stock':>8} {'checks':>7} {'play':>7}")
    for program in (flat, deep, queue, many):
        stock, checks, play = cpu(
            lambda p=program: asyncio.run(p()),
            lambda p=program: observe(p, limits=NO_LIMITS),
            lambda p=program: observe(p, limits=NO_LIMITS, snapshots=True),
        )
        name = program.__name__
        print(f"{name:8} {stock:6.3f} s {checks / stock:5.2f} x {play / stock:5.2f} x")


if __name__ == "__main__":
    main()
