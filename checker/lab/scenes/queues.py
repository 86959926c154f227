"""Scenes of `14_queues`: queues that are filled beside an answer, and workers that it is to stop.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data. Times are seconds since the scene began.
"""

import asyncio

from checker.engine.service import serving


async def _fill(queue, arrivals):
    """Put items into a queue at their moments: (seconds, item), in order."""
    now = 0
    for moment, item in arrivals:
        await asyncio.sleep(moment - now)
        now = moment
        queue.put_nowait(item)


async def asked(answer, arrivals, asks, seconds, default):
    """Ask the answer so many times for the next item of a queue, or the default.

    Args:
        arrivals: (moment, item) for each item; one of moment 0 is there from the start.

    Returns:
        "items": what it returned; "left": what is in the queue when all have come, for whoever
        asks later. The scene waits for those only if the answer has returned the default.
    """
    queue = asyncio.Queue()
    for _, item in [pair for pair in arrivals if pair[0] == 0]:
        queue.put_nowait(item)
    filling = asyncio.create_task(_fill(queue, [pair for pair in arrivals if pair[0] > 0]))
    try:
        items = [await answer(queue, seconds, default) for _ in range(asks)]
        left = []
        if default in items and arrivals:
            await filling
            await asyncio.sleep(0)
            while not queue.empty():
                left.append(queue.get_nowait())
        return {"items": items, "left": left}
    finally:
        filling.cancel()


async def on_empty(answer, seconds, default):
    """Ask for the next item of a queue in which there never is one."""
    return await answer(asyncio.Queue(), seconds, default)


async def outcomes(answer, items, handle, workers):
    """Let the answer handle all items.

    Returns:
        "outcomes": its dict, where an error is written as a text: "ValueError: bad".
    """
    result = await answer(items, handle, workers)
    if isinstance(result, dict):
        result = {item: _described(outcome) for item, outcome in result.items()}
    return {"outcomes": result}


def _described(outcome):
    if isinstance(outcome, BaseException):
        return f"{type(outcome).__name__}: {outcome}"
    return outcome


async def ranked(answer, steps):
    """Take these steps with a queue of the answer's: ("put", rank, item) or ("get",).

    Returns:
        "items": what came out, in order; "plain": whether `put` is a plain method. If it is none,
        nothing was done.
    """
    queue = answer()
    items = []
    for step in steps:
        if step[0] == "get":
            items.append(await queue.get())
        elif asyncio.iscoroutine(made := queue.put(*step[1:])):
            made.close()
            return {"items": [], "plain": False}
    return {"items": items, "plain": True}


async def awaited(answer, moments, items):
    """Three tasks wait for a queue of the answer's, and an item is put in at each moment.

    Returns:
        "items": what each task got, in the order of the tasks; "times": when.
    """
    queue = answer()
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def wait():
        item = await queue.get()
        return item, round(loop.time() - began, 6)

    tasks = [asyncio.create_task(wait(), name=f"waiter {n}") for n in range(1, len(items) + 1)]
    for moment, item in zip(moments, items, strict=True):
        await asyncio.sleep(began + moment - loop.time())
        queue.put(9, item)
    pairs = await asyncio.gather(*tasks)
    return {"items": [item for item, _ in pairs], "times": [at for _, at in pairs]}


async def two_queues(answer, one, other):
    """Put an item into each of two queues, and take both out again.

    Returns:
        "items": what came out of the first and of the second.
    """
    first, second = answer(), answer()
    second.put(1, other)
    first.put(1, one)
    return {"items": [await first.get(), await second.get()]}


async def _work(queue, handle):
    while True:
        item = await queue.get()
        try:
            await handle(item)
        finally:
            queue.task_done()


async def closed_down(answer, items, handle, workers, seconds):
    """Hand the answer a queue with items, and workers that are at work on them.

    Returns:
        "left": what the answer returned.
    """
    queue = asyncio.Queue()
    for item in items:
        queue.put_nowait(item)
    tasks = [
        asyncio.create_task(_work(queue, handle), name=f"worker {number}")
        for number in range(1, workers + 1)
    ]
    await asyncio.sleep(0)  # they have begun
    return {"left": await answer(queue, tasks, seconds)}


async def closed_at(answer, receive, handle, workers, moment):
    """Let the answer take orders until `closing` is set, at this moment; what it returned."""
    receive.open()
    closing = asyncio.Event()
    token = serving.set(True)  # the task that closes is none of the answer's
    closer = asyncio.create_task(_close(closing, moment), name="closer")
    serving.reset(token)
    try:
        return await answer(receive, handle, workers, closing)
    finally:
        closer.cancel()


async def _close(closing, moment):
    await asyncio.sleep(moment)
    closing.set()
