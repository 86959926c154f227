"""Scenes of 03_tasks: who starts the answer, and with what."""

import asyncio


async def start_both(both, fetch, one, two):
    """Await `both` with two pages that nobody has started."""
    return await both(fetch(one), fetch(two))


async def start_watch(watch, fetch, name, every, report):
    """Watch the fetching of one page."""
    return await watch(fetch(name), every, report)


async def start_outcomes(outcomes, fetch, names):
    """Hand over a job for each page."""
    return await outcomes({name: fetch(name) for name in names})


def _decorated(timed, fetch, called, reports):
    """A coroutine function with this name, decorated with `@timed(report)`."""

    async def load(name, *, loud=False):
        page = await fetch(name)
        return page.upper() if loud else page

    load.__name__ = called
    return timed(lambda *values: reports.append(list(values)))(load)


async def timed_value(timed, fetch, called, name):
    """What a decorated call returns."""
    return await _decorated(timed, fetch, called, [])(name, loud=True)


async def timed_name(timed, fetch, called, name):
    """What a decorated function is called."""
    return _decorated(timed, fetch, called, []).__name__


async def timed_two(timed, fetch, called, *names):
    """The reports of two calls, a second apart."""
    reports, tasks = [], []
    load = _decorated(timed, fetch, called, reports)
    for name in names:  # neither at the moment of decorating, nor both at the same moment
        await asyncio.sleep(1)
        tasks.append(asyncio.create_task(load(name)))
    await asyncio.wait(tasks)
    return reports


async def timed_failing(timed, fetch, called, name):
    """The reports of a call that does not end well."""
    reports = []
    load = _decorated(timed, fetch, called, reports)
    await asyncio.wait([asyncio.ensure_future(load(name))])
    return reports


async def start_drain(drain, fetch, prefix, own_name, first_name):
    """Drain four tasks beside a stranger; the first of them may share the caller's name."""
    asyncio.current_task().set_name(own_name)
    first, *others, far = fetch
    mine = [asyncio.create_task(fetch(first), name=first_name)]
    mine += [asyncio.create_task(fetch(name), name=f"{prefix} {name}") for name in others]
    stranger = asyncio.create_task(fetch(far), name=f"other {prefix}")
    waited = await drain(prefix)
    done = [task.done() for task in mine]
    stranger.cancel()
    await asyncio.wait([stranger, *mine])
    for task in mine:
        task.cancelled() or task.exception()
    return [waited, done]
