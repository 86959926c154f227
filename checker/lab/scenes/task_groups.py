"""Scenes of 10_task_groups: who hands the work to the answer, and who cancels the answer.

A scene closes over nothing, and what it returns is plain data.

In each scene `moment` is None, or the seconds after which the answer is cancelled. Without it, the
scene returns what the answer returned, and its error comes out. With it, it returns a dict:
`cancelled` says whether CancelledError came out of the answer; if it did not, `result` is what the
answer returned.
"""

import asyncio
import inspect

from checker.engine.service import serving
from checker.lab.fakes.callers import ending


async def called_with(answer, moment, *args):
    """Call the answer with these arguments."""
    return await ending(answer(*args), moment)


async def with_jobs(answer, moment, job, *args):
    """Hand over all jobs of the service, as a list of coroutines, none of them started."""
    jobs = [job(name) for name in job]
    return await _with(jobs, answer(jobs, *args), moment)


async def with_a_group_within(answer, moment, job, inner, *args):
    """As `with_jobs`, but the jobs called `inner` are one coroutine, the last: a group runs them.

    Args:
        inner: names of jobs.
    """
    jobs = [*(job(name) for name in job if name not in inner), together(job, inner)]
    return await _with(jobs, answer(jobs, *args), moment)


async def together(job, names):
    """Run these jobs in a group of their own, whose members are none of the answer's tasks."""
    mark = serving.set(True)
    try:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(job(name), name=f"job {name}")
    finally:
        serving.reset(mark)


async def _with(jobs, coro, moment):
    try:
        return await ending(coro, moment)
    finally:
        for job in jobs:
            # One that the answer did not come to: that shows in the time, or in the result.
            if inspect.getcoroutinestate(job) == inspect.CORO_CREATED:
                job.close()
