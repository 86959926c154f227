"""One assignment of three exercises, and what people hand in for it.

(a) three jobs of 1, 2 and 3 s at once, (b) six jobs of 0.5 s, two at a time, (c) a job of 10 s that
is given up after 1 s. A right answer sleeps 5.5 s.
"""

import json

AT_ONCE = """\
async def at_once(job, names):
    return await asyncio.gather(*(job(name) for name in names))
"""
TWO_AT_A_TIME = """\
async def two_at_a_time(job, names):
    gate = asyncio.Semaphore(2)

    async def one(name):
        async with gate:
            return await job(name)

    return await asyncio.gather(*(one(name) for name in names))
"""
IN_TIME = """\
async def in_time(job, name, seconds):
    try:
        async with asyncio.timeout(seconds):
            return await job(name)
    except TimeoutError:
        return None
"""
SEQUENTIAL = """\
async def at_once(job, names):
    return [await job(name) for name in names]
"""
NO_LIMIT = """\
async def two_at_a_time(job, names):
    return await asyncio.gather(*(job(name) for name in names))
"""
NO_TIMEOUT = """\
async def in_time(job, name, seconds):
    await job(name)
    return None
"""
CLOCK = """\
import time

now = iter(range(0, 1000, 3))
time.perf_counter = lambda: next(now)
"""
EXIT = """\
import os

async def in_time(job, name, seconds):
    os._exit(0)
"""
SILENCE = """\
get_ipython().showtraceback = lambda *args, **options: None
get_ipython()._showtraceback = lambda *args, **options: None
"""

# name: (the cells, the points out of three that they deserve)
HANDED_IN = {
    "right": ([AT_ONCE, TWO_AT_A_TIME, IN_TIME], 3),
    "one after the other": ([SEQUENTIAL, TWO_AT_A_TIME, IN_TIME], 2),
    "no limit": ([AT_ONCE, NO_LIMIT, IN_TIME], 2),
    "no time-out": ([AT_ONCE, TWO_AT_A_TIME, NO_TIMEOUT], 2),
    "changes the clock": ([CLOCK + SEQUENTIAL, TWO_AT_A_TIME, NO_TIMEOUT], 1),
    "hides its errors": ([SILENCE + SEQUENTIAL, NO_LIMIT, NO_TIMEOUT], 0),
    "ends Python": ([AT_ONCE, TWO_AT_A_TIME, EXIT], 2),
}


def code(source, **metadata):
    """A code cell."""
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(cells):
    """The text of a notebook."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    data = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(data)
