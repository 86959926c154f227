"""Scenes of `16_processes`. As in `scenes`, a scene closes over nothing and returns plain data."""

import asyncio
import inspect

from checker.lab.fakes.processes import Count, in_a_process
from checker.lab.scenes.keeping_the_loop_free import beside_ticks

__all__ = ["added", "beside_ticks", "fetched_in_processes", "plain_dict"]


async def _in_processes(function, calls):
    if inspect.iscoroutinefunction(function):
        name = function.__name__
        raise TypeError(f"{name} is to be a plain function: write `def`, without `async`")
    threads = (asyncio.to_thread(in_a_process, function, call) for call in calls)
    return await asyncio.gather(
        *(asyncio.create_task(one, name=f"process {n}") for n, one in enumerate(threads, 1))
    )


async def added(add_votes, work, shares, seconds):
    """The number that processes share, after each has added its share of the votes."""
    total = Count(seconds)
    await _in_processes(add_votes, [(total, work, votes) for votes in shares])
    return total.number


async def fetched_in_processes(fetch_here, fetch, shares):
    """What each of several processes returns that fetches its share of the pages; in how many
    loops they did so, how many of these are not closed, and what tasks they have left.
    """
    found = await _in_processes(fetch_here, [(fetch, names) for names in shares])
    unclosed = sum(not loop.is_closed() for loop in fetch.loops)
    left = sum(not task.done() for task in fetch.tasks)
    return [found, len(fetch.loops), unclosed, left]


async def plain_dict(word_counts, pool, count, lines, size):
    """What it returns; a `Counter`, which is a dict, as one without a name of its own."""
    found = await word_counts(pool, count, lines, size)
    return dict(found) if isinstance(found, dict) else found
