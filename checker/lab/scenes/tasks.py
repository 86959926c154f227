"""Scenes of 03_tasks: who starts the answer, and with what."""

import asyncio


async def _wait_for(tasks):
    """Wait for tasks, and look at their errors: nobody else asks for them."""
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()


async def start_both(both, fetch, first, second):
    """Hand over two pages that nobody has started; what the answer returns."""
    return await both(fetch(first), fetch(second))


async def start_watch(watch, fetch, name, every, report):
    """Watch the fetching of one page, with a report every so many seconds; what it returns."""
    return await watch(fetch(name), every, report)


async def start_outcomes(outcomes, fetch, names):
    """Hand over a job for each page; what the answer returns."""
    return await outcomes({name: fetch(name) for name in names})


def _decorated(timed, fetch, function, reports):
    """A coroutine function with this name, decorated with `@timed(report)`.

    Args:
        reports: a list that gets the arguments of each report, as a list.
    """

    async def load(name, *, loud=False):
        page = await fetch(name)
        return page.upper() if loud else page

    load.__name__ = function
    return timed(lambda *values: reports.append(list(values)))(load)


async def timed_value(timed, fetch, function, name):
    """What a decorated call returns, with a positional and a keyword argument."""
    return await _decorated(timed, fetch, function, [])(name, loud=True)


async def timed_name(timed, fetch, function):
    """What a decorated function is called."""
    return _decorated(timed, fetch, function, []).__name__


async def timed_reports(timed, fetch, function, *names):
    """The arguments of the reports on a call for each page, begun a second apart.

    The calls may fail or be cancelled.
    """
    reports = []
    tasks = []
    load = _decorated(timed, fetch, function, reports)
    for name in names:  # neither at the moment of decorating, nor all at the same moment
        await asyncio.sleep(1)
        tasks.append(asyncio.ensure_future(load(name)))
    await _wait_for(tasks)
    return reports


async def start_drain(drain, fetch, prefix, own_name, first_name):
    """Drain a task for each page but the last one, in a task with the name `own_name`.

    Args:
        prefix: what the names of these tasks begin with; that of the last page has another name.
        first_name: the name of the first of them, which may be `own_name` again.

    Returns:
        "result": what the answer returned.
        "running": the names of the tasks that were to be drained and were not done by then.
    """
    asyncio.current_task().set_name(own_name)
    first, *others, last = fetch
    tasks = [asyncio.create_task(fetch(first), name=first_name)]
    tasks += [asyncio.create_task(fetch(name), name=f"{prefix} {name}") for name in others]
    stranger = asyncio.create_task(fetch(last), name=f"other {prefix}")
    result = await drain(prefix)
    running = [task.get_name() for task in tasks if not task.done()]
    stranger.cancel()
    await _wait_for([stranger, *tasks])
    return {"result": result, "running": running}


async def drain_and_start(drain, fetch, prefix):
    """Drain the tasks of the first two pages; that of the third is started a second later.

    Args:
        prefix: what the names of all three tasks begin with.

    Returns:
        "result": what the answer returned.
        "seconds": how long that was after the start of the scene.
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    *names, late = fetch
    tasks = [asyncio.create_task(fetch(name), name=f"{prefix} {name}") for name in names]

    async def start_late():
        await asyncio.sleep(1)
        tasks.append(asyncio.create_task(fetch(late), name=f"{prefix} {late}"))

    starter = asyncio.create_task(start_late(), name="starter")
    result = await drain(prefix)
    seconds = round(loop.time() - started, 3)
    await starter
    tasks[-1].cancel()
    await _wait_for(tasks)
    return {"result": result, "seconds": seconds}
