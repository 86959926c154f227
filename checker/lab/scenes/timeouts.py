"""Scenes of `05_timeouts`: who hands over the work, and who cancels the one that waits for it.

As in `scenes`, they stand in the lab because they run beside the answer. A scene closes over
nothing, and what it returns is plain data. In each, `moment` is None, or the seconds after which
the answer is cancelled: then "cancelled" is returned, or what it returned in spite of that.
"""

import asyncio


async def plain(answer, moment, *args):
    """Call the answer with these arguments."""
    return await _run(answer(*args), moment)


async def with_job(answer, moment, job, *args):
    """Hand over the one job, not started."""
    [name] = job
    return await _run(answer(job(name), *args), moment)


async def with_jobs(answer, moment, job, *args):
    """Hand over all jobs, not started, by their names."""
    return await _run(answer({name: job(name) for name in job}, *args), moment)


async def _run(coro, moment):
    if moment is None:
        return await coro
    task = asyncio.create_task(coro, name="caller")
    await asyncio.sleep(moment)
    task.cancel()
    await asyncio.wait([task])
    return "cancelled" if task.cancelled() else f"returned {task.result()!r}"
