"""What recording costs: CPU seconds of a recorded run against a stock loop, in one run."""

import asyncio
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


def cpu(function, *args, **options):
    """The least CPU seconds of some rounds of `function(*args)`."""
    times = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        function(*args, **options)
        times.append(time.thread_time() - started)
    return min(times)


def main():
    """Print the ratio for each program; the worst one counts."""
    print(f"{'program':8} {'stock':>8} {'recorded':>9} {'ratio':>6}")
    for program in (flat, deep, queue, many):
        stock = cpu(lambda p=program: asyncio.run(p()))
        recorded = cpu(observe, program, limits=NO_LIMITS)
        print(f"{program.__name__:8} {stock:6.3f} s {recorded:7.3f} s {recorded / stock:5.2f} x")


if __name__ == "__main__":
    main()
