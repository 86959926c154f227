"""What every submission does first, done once before: a fork then finds it all in place.

A first run is several times as slow as the second: modules are imported late, the interpreter
fits its bytecode to what it meets, caches are empty. A child would do all that again and copy the
pages of memory that it changes; so it is done in the warm process. Nothing here is a submission's.
"""

import contextlib
import pickle
import socket
import sys

from inside import messages, serve

from checker.engine.ending.watchdog import watchdog
from checker.lab import Pages

ROUNDS = 12  # the interpreter fits a function's bytecode after a few calls
_SETUP = "import asyncio\nfrom checker import check, hint, predict"
_ANSWERS = """
async def by_tasks(fetch, names):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    return [await task for task in tasks]

async def by_gather(fetch, names):
    print("both")
    return await asyncio.gather(*(fetch(name) for name in names))

async def by_group(fetch, names):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(name)) for name in names]
    return {name: task.result() for name, task in zip(names, tasks)}

async def by_limit(fetch, names):
    limit = asyncio.Semaphore(2)
    async def one(name):
        async with limit:
            return await fetch(name)
    done, _ = await asyncio.wait([asyncio.create_task(one(name)) for name in names], timeout=20)
    try:
        async with asyncio.timeout(1):
            await fetch(names[0])
    except TimeoutError:
        pass
    return len(done)

async def by_error(fetch, names):
    task = asyncio.create_task(fetch(names[0]))
    await asyncio.sleep(0)
    task.cancel()
    raise ValueError("no")

await check(by_tasks)
"""


NAMES = ("by_tasks", "by_gather", "by_group", "by_limit", "by_error")


def warm_up(rounds=ROUNDS):
    """Serve a few answers, in this thread alone."""
    watchdog.lazy = True  # a fork of a process with threads is no good fork
    cells = [(0, _SETUP, False), (1, _ANSWERS, False)]
    requests = [pickle.dumps(("cells", cells, [(1, name) for name in NAMES], False))]
    requests += [_request(name) for name in NAMES]
    try:
        for _ in range(rounds):
            _serve(requests)
    finally:
        sys.modules["__main__"] = sys.modules["inside"]


def _request(name):
    fetch = Pages({"one": 3, "two": 5, "three": 4})
    options = {"own": {"<cell 1>"}, "name": name}
    return pickle.dumps(("run", (messages.Function(name), fetch, list(fetch)), options))


def _serve(requests):
    """All is sent before anybody reads, and what comes back is read by nobody: it is little."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for request in requests:
            messages.send(ours, request)
        ours.shutdown(socket.SHUT_WR)
        with contextlib.suppress(EOFError):
            serve.serve(theirs)
