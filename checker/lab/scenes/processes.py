"""Scenes of `16_processes`. A scene closes over nothing and returns plain data.

The processes are threads that pretend to be some: `checker.lab.fakes.processes` says how far.
"""

import asyncio
import inspect

from checker.lab.fakes.processes import Count, in_a_process
from checker.lab.fakes.ticker import ticking


async def beside_ticks(answer, pool, *args):
    """Await the answer beside a ticker.

    Returns:
        "result": what the answer returned; "ticks": the seconds at which the ticker came.
    """
    async with ticking() as ticks:
        result = await answer(pool, *args)
    return {"result": result, "ticks": ticks}


async def added(add_votes, work, shares, seconds):
    """Let several processes add their votes to a number that they share.

    Args:
        shares: the votes of each process.
        seconds: that it takes to read the number, and to write it.

    Returns:
        the number at the end.
    """
    total = Count(seconds)
    await _in_processes(add_votes, [(total, work, votes) for votes in shares])
    return total.number


async def fetched_in_processes(fetch_here, fetch, shares):
    """Let several processes fetch their pages.

    Args:
        shares: the names of the pages of each process.

    Returns:
        "pages": what each of them returned; "loops": in how many event loops they fetched;
        "open_loops": how many of these are not closed; "tasks": how many tasks of these have not
        ended.
    """
    pages = await _in_processes(fetch_here, [(fetch, names) for names in shares])
    return {
        "pages": pages,
        "loops": len(fetch.loops),
        "open_loops": sum(not loop.is_closed() for loop in fetch.loops),
        "tasks": sum(not task.done() for task in fetch.tasks),
    }


async def _in_processes(function, calls):
    """Call a plain function in a process for each tuple of arguments; return all results."""
    if inspect.iscoroutinefunction(function):
        name = function.__name__
        raise TypeError(f"{name} is to be a plain function: write `def`, without `async`")
    processes = []
    for number, args in enumerate(calls, 1):
        process = asyncio.to_thread(in_a_process, function, args)
        processes.append(asyncio.create_task(process, name=f"process {number}"))
    return await asyncio.gather(*processes)


async def plain_dict(word_counts, pool, count, lines, size):
    """What the answer returned; a `Counter`, which is a dict, without its own name."""
    counts = await word_counts(pool, count, lines, size)
    return dict(counts) if isinstance(counts, dict) else counts
