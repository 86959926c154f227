"""Cancelled at each await point: which answers stand it, which do not, and what is said of them."""

import asyncio

import pytest

from checker.engine import Service
from checker.judge import observe as ask
from checker.lab import Pages
from tests.support.answers import answer, found

TWO = Pages({"a": 1, "b": 2})
NAMES = ["a", "b"]


class Pool(Service):
    """Connections: `await get()` and `await put()` take a moment each."""

    name = "pool"

    async def get(self):
        await asyncio.sleep(0.1)
        with self.call("pool.get()"):
            return "a connection"

    async def put(self):
        with self.call("pool.put()"):
            await asyncio.sleep(0.1)

    def __repr__(self):
        return "pool"


def stands(audit):
    audit.cancelled()
    audit.left_nothing_behind()


def gives_back(audit):
    stands(audit)
    audit.closed("pool.get", "pool.put")


async def use_lock(answer, fetch, names):
    """Whether the lock can be had when the answer is over."""
    import asyncio

    lock = asyncio.Lock()
    task = asyncio.create_task(answer(lock, fetch, names))
    await asyncio.wait([task])
    return lock.locked()


async def use_queue(answer, fetch):
    """The items that are neither in the queue nor done when the answer is over."""
    import asyncio

    line, done = asyncio.Queue(), []
    task = asyncio.create_task(answer(line, done, fetch))
    for item in ("a", "b"):
        await asyncio.sleep(1)
        line.put_nowait(item)
    await asyncio.sleep(20)
    task.cancel()
    await asyncio.wait([task])
    left = [line.get_nowait() for _ in range(line.qsize())]
    return sorted([*done, *left])


def lock_is_free(audit):
    stands(audit)
    audit.returned(False)


def no_item_is_lost(audit):
    stands(audit)
    audit.returned(["a", "b"])


# name → (source, expectation, scene or None, arguments)
RIGHT = {
    "try and finally": (
        """
async def answer(pool, fetch, names):
    await pool.get()
    try:
        for name in names:
            await fetch(name)
    finally:
        await pool.put()
""",
        stands,  # a second cancellation would break even this one; see the shielded one
        None,
        (Pool(), TWO, NAMES),
    ),
    "a shielded end": (
        """
async def answer(pool, fetch, names):
    await pool.get()
    try:
        await fetch(names[0])
    finally:
        end = asyncio.create_task(pool.put())
        try:
            await asyncio.shield(end)
        except asyncio.CancelledError:
            await end
            raise
""",
        gives_back,
        None,
        (Pool(), TWO, NAMES),
    ),
    "async with": (
        """
async def answer(lock, fetch, names):
    for name in names:
        async with lock:
            await fetch(name)
    return names
""",
        lock_is_free,
        use_lock,
        (TWO, NAMES),
    ),
    "a group": (
        """
async def answer(fetch, names):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(name)) for name in names]
    return [task.result() for task in tasks]
""",
        stands,
        None,
        (TWO, NAMES),
    ),
    "gather": (
        "async def answer(fetch, names):\n    return await asyncio.gather(*map(fetch, names))",
        stands,
        None,
        (TWO, NAMES),
    ),
    "tasks that are cancelled and awaited": (
        """
async def answer(fetch, names):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    try:
        return [await task for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
""",
        stands,
        None,
        (TWO, NAMES),
    ),
    "a limit around each call": (
        """
async def answer(fetch, names):
    found = []
    for name in names:
        try:
            found.append(await asyncio.wait_for(fetch(name), 1.5))
        except TimeoutError:
            found.append(None)
    return found
""",
        stands,
        None,
        (TWO, NAMES),
    ),
    "noticed and raised again": (
        """
async def answer(fetch, names):
    try:
        return await fetch(names[0])
    except asyncio.CancelledError:
        print("stopped")
        raise
""",
        stands,
        None,
        (TWO, NAMES),
    ),
    "an item that is put back": (
        """
async def answer(line, done, fetch):
    while True:
        item = await line.get()
        try:
            await fetch(item)
        except asyncio.CancelledError:
            line.put_nowait(item)
            raise
        done.append(item)
""",
        no_item_is_lost,
        use_queue,
        (TWO,),
    ),
    "a consumer that waits for ever": (
        """
async def answer():
    line = asyncio.Queue()
    while True:
        await line.get()
""",
        stands,
        None,
        (),
    ),
}

# name → (source, expectation, scene, arguments, cause, line, how the message begins)
WRONG = {
    "it swallows": (
        """
async def answer(fetch, names):
    pages = []
    for name in names:
        try:
            pages.append(await fetch(name))
        except BaseException:
            pages.append(None)
    return pages
""",
        stands,
        None,
        (TWO, NAMES),
        "cancellation_swallowed",
        6,
        "Cancelled at 0 s, when it stood at line 5, `pages.append(await fetch(name))`. "
        "`answer` was asked to stop, and went on: line 6, `except BaseException:`, catches",
    ),
    "it leaks a task": (
        """
async def answer(fetch, names):
    first = asyncio.create_task(fetch(names[0]))
    await fetch(names[1])
    return await first
""",
        stands,
        None,
        (TWO, NAMES),
        "left_running",
        2,
        "Cancelled at 0 s, when it stood at line 3, `await fetch(names[1])`. It ended at 0 s; "
        "the task `fetch('a')`",
    ),
    "it keeps the lock": (
        """
async def answer(lock, fetch, names):
    await lock.acquire()
    await fetch(names[0])
    lock.release()
""",
        lock_is_free,
        use_lock,
        (TWO, NAMES),
        "wrong_result",
        3,
        "Cancelled at 0 s, when it stood at line 3, `await fetch(names[0])`. What was begun by "
        "then is never put right.",
    ),
    "it loses an item": (
        """
async def answer(line, done, fetch):
    while True:
        item = await line.get()
        await fetch(item)
        done.append(item)
""",
        no_item_is_lost,
        use_queue,
        (TWO,),
        "wrong_result",
        4,
        "Cancelled at 1 s, when it stood at line 4, `await fetch(item)`. What was begun by then "
        "is never put right.",
    ),
    "it does not give back": (
        """
async def answer(pool, fetch, names):
    await pool.get()
    for name in names:
        await fetch(name)
    await pool.put()
""",
        gives_back,
        None,
        (Pool(), TWO, NAMES),
        "resource_leaked",
        2,
        "Cancelled at 0.1 s, when it stood at line 4, `await fetch(name)`. `pool.get()` came back "
        "at 0.1 s, asked for at line 2, `await pool.get()`, and no `pool.put` followed.",
    ),
    "its clean-up breaks off": (
        """
async def answer(pool, fetch, names):
    await pool.get()
    try:
        await fetch(names[0])
    finally:
        await pool.put()
""",
        gives_back,
        None,
        (Pool(), TWO, NAMES),
        "resource_leaked",
        2,
        "Cancelled at 1.1 s, when it stood at line 6, `await pool.put()`. ",
    ),
    "its clean-up raises": (
        """
async def answer(fetch, names):
    page = None
    try:
        page = await fetch(names[0])
    finally:
        print(page.upper())
""",
        stands,
        None,
        (TWO, NAMES),
        "raised",
        6,
        "Cancelled at 0 s, when it stood at line 4, `page = await fetch(names[0])`. AttributeError",
    ),
    "its clean-up never ends": (
        """
async def answer(fetch, names):
    done = asyncio.Event()
    try:
        await fetch(names[0])
        done.set()
    finally:
        await done.wait()
""",
        stands,
        None,
        (TWO, NAMES),
        "deadlock",
        7,
        "Cancelled at 0 s, when it stood at line 4, `await fetch(names[0])`. ",
    ),
    "it drops a reply that is there": (
        RIGHT["a shielded end"][0].replace(
            "await pool.get()", "await asyncio.create_task(pool.get())"
        ),
        gives_back,
        None,
        (Pool(), TWO, NAMES),
        "resource_leaked",
        2,
        "Cancelled at 0.1 s, when it stood at line 2, `await asyncio.create_task(pool.get())`, and "
        "what it waited for had just happened. `pool.get()` came back at 0.1 s",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_an_answer_that_stands_it(name):
    source, expect, scene, args = RIGHT[name]
    made = answer(source)
    subjects = (made,) if scene is None else (scene, made)
    audit = ask(*subjects, *args, cancel="everywhere")
    expect(audit)
    assert len(audit.runs) > 1
    assert all(run.point for run in audit.runs if run is not audit.runs[0])


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_does_not(name):
    source, expect, scene, args, why, line, begins = WRONG[name]
    told = found(source, expect, *args, scenario=scene, cancel="everywhere")
    assert (told.cause.id, told.line) == (why, line)
    assert told.text[: len(begins)] == begins
