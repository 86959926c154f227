"""Scenes of 05_timeouts: who hands the work to the answer, and who cancels the answer.

As in `scenes`, they stand in the lab because they run beside the answer. A scene closes over
nothing, and what it returns is plain data.

In each scene `moment` is None, or the seconds after which the answer is cancelled. Without it, the
scene returns what the answer returned. With it, it returns a dict: `cancelled` says whether
CancelledError came out of the answer; if it did not, `result` is what the answer returned.
"""

import asyncio

from checker.lab.fakes.callers import ending

LONG_AGO = 1000  # seconds; the clock of a loop that has just begun stands near 0


async def called_with(answer, moment, *args):
    """Call the answer with these arguments."""
    return await ending(answer(*args), moment)


async def with_job(answer, moment, job, *args):
    """Hand over the one job of the service, as a coroutine that has not been started."""
    [name] = job
    return await ending(answer(job(name), *args), moment)


async def with_jobs(answer, moment, job, *args):
    """Hand over all jobs of the service, as a dict from name to coroutine, none of them started."""
    return await ending(answer({name: job(name) for name in job}, *args), moment)


async def long_after(answer, moment, scene, *args):
    """Run another scene of this module, long after the loop has begun: "called_with" …

    Returns what that returned as "result", and as "seconds" how long it took.
    """
    loop = asyncio.get_running_loop()
    await asyncio.sleep(LONG_AGO)
    start = loop.time()
    result = await globals()[scene](answer, moment, *args)
    return {"result": result, "seconds": round(loop.time() - start, 3)}
