"""Answers of which a lock or a condition is the trouble, and some of which it is not."""

CROSSED = """
async def answer():
    a, b = asyncio.Lock(), asyncio.Lock()

    async def take(first, second):
        async with first:
            await asyncio.sleep(1)
            async with second:
                pass

    await asyncio.gather(take(a, b), take(b, a))
"""
# One waits for a lock, too, and its holder for something else: no order of locks would help.
HELD = """
async def answer():
    lock, bell = asyncio.Lock(), asyncio.Event()

    async def hold():
        async with lock:
            await bell.wait()

    async def ring():
        async with lock:
            bell.set()

    await asyncio.gather(hold(), ring())
"""
TAKEN = """
async def answer():
    lock = asyncio.Lock()

    async def take():
        await lock.acquire()
        await asyncio.sleep(1)

    await asyncio.gather(take(), take())
"""
# The lock would be given back, on every way out; there is none.
GIVEN_BACK = """
async def answer():
    lock, bell = asyncio.Lock(), asyncio.Event()

    async def take():
        await lock.acquire()
        try:
            await bell.wait()
        finally:
            lock.release()

    await asyncio.gather(take(), take())
"""
LOOKS_ONCE = """
async def answer():
    condition, items, taken = asyncio.Condition(), [], []

    async def take():
        async with condition:
            if not items:
                await condition.wait()
            taken.append(items.pop() if items else "nothing")

    takers = [asyncio.create_task(take()) for _ in range(2)]
    await asyncio.sleep(1)
    async with condition:
        items.append("bread")
        condition.notify_all()
    await asyncio.gather(*takers)
    return taken
"""
# The same result, and each of them looks again.
LOOKS_AGAIN = LOOKS_ONCE.replace("if not items", "while not items").replace(
    'append("bread")', 'extend(["nothing", "bread"])'
)
WAKES_ONE = """
async def answer():
    condition, items = asyncio.Condition(), []

    async def take(many):
        async with condition:
            await condition.wait_for(lambda: len(items) >= many)
            del items[:many]

    takers = [asyncio.create_task(take(many)) for many in (2, 1)]
    await asyncio.sleep(1)
    async with condition:
        items.append("bread")
        condition.notify()
    await asyncio.gather(*takers)
"""
# All are woken, and one of them waits for what nobody brings.
WAKES_ALL = WAKES_ONE.replace("notify()", "notify_all()")
OWN_LOCK = """
async def answer(fetch, names):
    async def one(name):
        async with asyncio.Lock():
            return await fetch(name)

    return list(await asyncio.gather(*map(one, names)))
"""
# As many at once; the semaphore is shared, and has too many places.
WIDE_GATE = """
async def answer(fetch, names):
    gate = asyncio.Semaphore(2)

    async def one(name):
        async with gate:
            return await fetch(name)

    return list(await asyncio.gather(*map(one, names)))
"""
IN_ROUNDS = """
async def answer(fetch, names):
    pages = []
    for first in range(0, len(names), 2):
        pages += await asyncio.gather(*map(fetch, names[first : first + 2]))
    return pages
"""
OWN_CONDITION = """
async def answer():
    items = []

    async def take():
        condition = asyncio.Condition()
        async with condition:
            await condition.wait_for(lambda: items)

    async def put():
        condition = asyncio.Condition()
        async with condition:
            items.append("bread")
            condition.notify_all()

    await asyncio.gather(take(), put())
"""
LOOKS_ONCE_AT_AN_EVENT = """
async def answer():
    came, items, taken = asyncio.Event(), [], []

    async def take():
        if not items:
            await came.wait()
        taken.append(items.pop() if items else "nothing")

    takers = [asyncio.create_task(take()) for _ in range(2)]
    await asyncio.sleep(1)
    items.append("bread")
    came.set()
    await asyncio.gather(*takers)
    return taken
"""
