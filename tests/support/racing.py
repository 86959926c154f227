"""Programs for the tests of schedules: four that race, and right ones that look much the same."""

import asyncio

from checker.engine import Service
from checker.lab import Pages

THREE = Pages({"a": 1, "b": 3, "c": 6})
NAMES = ["a", "b", "c"]


class Connect(Service):
    """`await connect(host)`: a connection, of which a host wants only one."""

    name = "connect"

    async def __call__(self, host):
        with self.call(f"connect({host!r})"):
            await asyncio.sleep(0.2)
            return f"a connection to {host}"

    def __repr__(self):
        return "connect"


def returns(value):
    return lambda runs: runs.returned(value)


def _one_connection(runs):
    runs.called("connect", "connect('host')")


def _two_at_once(runs):
    runs.at_most(2, "fetch")
    runs.left_nothing_behind()


LOST_UPDATE = """
async def answer(fetch, names):
    total = 0

    async def add(name):
        nonlocal total
        await fetch(name)
        seen = total
        await asyncio.sleep(0.1)
        total = seen + 1

    await asyncio.gather(*map(add, names))
    return total
"""
CHECK_THEN_ACT = """
registry = {}

async def visit(fetch, connect, name):
    await fetch(name)
    if "host" not in registry:
        registry["host"] = await connect("host")
    return registry["host"]

async def answer(fetch, connect, names):
    await asyncio.gather(*(visit(fetch, connect, name) for name in names))
"""
DOUBLE_RELEASE = """
async def answer(fetch, names):
    slots = asyncio.Semaphore(2)

    async def one(name):
        await slots.acquire()
        try:
            async with asyncio.timeout(20):
                await fetch(name)
        except TimeoutError:
            slots.release()
        finally:
            slots.release()

    await asyncio.gather(*map(one, names))
"""
MISSED_NOTIFY = """
async def answer(fetch, names):
    changed = asyncio.Condition()

    async def wait():
        await fetch(names[0])
        async with changed:
            await changed.wait()

    async def tell():
        await fetch(names[2])
        async with changed:
            changed.notify_all()

    await asyncio.gather(wait(), tell())
    return "told"
"""

# name → (source, expectation, arguments)
RACES = {
    "lost update": (LOST_UPDATE, returns(3), (THREE, NAMES)),
    "check then act": (CHECK_THEN_ACT, _one_connection, (THREE, Connect(), NAMES)),
    "double release": (
        DOUBLE_RELEASE,
        _two_at_once,
        (Pages({name: 10 + i for i, name in enumerate("abcdef")}), list("abcdef")),
    ),
    "missed notify": (MISSED_NOTIFY, returns("told"), (THREE, NAMES)),
}

RIGHT = {
    "update under a lock": (
        LOST_UPDATE.replace("total = 0", "total, lock = 0, asyncio.Lock()", 1).replace(
            "        seen = total\n        await asyncio.sleep(0.1)\n        total = seen + 1",
            "        async with lock:\n            seen = total\n"
            "            await asyncio.sleep(0.1)\n            total = seen + 1",
        ),
        returns(3),
        (THREE, NAMES),
    ),
    "update without a wait": (
        LOST_UPDATE.replace("        await asyncio.sleep(0.1)\n", ""),
        returns(3),
        (THREE, NAMES),
    ),
    "act, then check": (
        CHECK_THEN_ACT.replace(
            'await connect("host")', 'asyncio.create_task(connect("host"))'
        ).replace('return registry["host"]', 'return await registry["host"]'),
        _one_connection,
        (THREE, Connect(), NAMES),
    ),
    "one release": (
        DOUBLE_RELEASE.replace(
            "            slots.release()\n        finally", "            pass\n        finally"
        ),
        _two_at_once,
        (Pages({name: 10 + i for i, name in enumerate("abcdef")}), list("abcdef")),
    ),
    "a condition with what it waits for": (
        MISSED_NOTIFY.replace("changed = ", "ready, changed = [], ")
        .replace("changed.wait()", "changed.wait_for(lambda: ready)")
        .replace(
            "            changed.notify_all",
            "            ready.append(1)\n            changed.notify_all",
        ),
        returns("told"),
        (THREE, NAMES),
    ),
    "an event that stays set": (
        """
async def answer(fetch, names):
    told, seen = asyncio.Event(), []

    async def wait(name):
        await fetch(name)
        await told.wait()
        seen.append(name)

    async def tell():
        await fetch(names[0])
        told.set()

    await asyncio.gather(tell(), *map(wait, names))
    return sorted(seen)
""",
        returns(NAMES),
        (THREE, NAMES),
    ),
    "results in order": (
        """
async def answer(fetch, names):
    return list(await asyncio.gather(*map(fetch, names)))
""",
        returns(THREE.bodies),
        (THREE, NAMES),
    ),
    "workers at a queue": (
        """
async def answer(fetch, names):
    todo, done = asyncio.Queue(), {}

    async def work():
        while True:
            name = await todo.get()
            done[name] = await fetch(name)
            todo.task_done()

    for name in names:
        todo.put_nowait(name)
    workers = [asyncio.create_task(work()) for _ in range(2)]
    await todo.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return [done[name] for name in names]
""",
        lambda runs: (runs.returned(THREE.bodies), _two_at_once(runs)),
        (THREE, NAMES),
    ),
    "items in the order of putting": (
        """
async def answer(fetch, names):
    line, seen = asyncio.Queue(1), []

    async def put():
        for name in names:
            await fetch(name)
            await line.put(name)
        await line.put(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(put())
        while (name := await line.get()) is not None:
            await asyncio.sleep(2)
            seen.append(name)
    return seen
""",
        returns(NAMES),
        (THREE, NAMES),
    ),
    "the first of two": (
        """
async def answer(fetch, names):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return all(task.result().endswith("page") for task in done)
""",
        lambda runs: (runs.returned(True), runs.left_nothing_behind()),
        (THREE, NAMES),
    ),
    "a limit with room": (
        """
async def answer(fetch, names):
    async with asyncio.timeout(30):
        first = await fetch(names[2])
    try:
        await asyncio.wait_for(fetch("slow"), 2)
    except TimeoutError:
        return first
""",
        returns("the c page"),
        (Pages({"c": 6, "slow": 10}), NAMES),
    ),
    "sleeps of different lengths": (
        """
async def answer():
    said = []

    async def say(word, seconds):
        await asyncio.sleep(seconds)
        said.append(word)

    await asyncio.gather(say("three", 3), say("one", 1), say("two", 2), say("and two", 2))
    return said
""",
        returns(["one", "two", "and two", "three"]),
        (),
    ),
}
