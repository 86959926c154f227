"""Scenes of `11_async_iteration`: who walks through what an answer gives, and what it gets to walk
through.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data. Times are seconds since the scene began.
"""

import asyncio
import itertools


async def walked(answer, pauses, *args):
    """Go through the async iterator that the answer makes of these arguments.

    Args:
        pauses: how long to work on each item, in seconds; 0 where there is none.

    Returns:
        "items": what came; "times": when each came; "ended": when it was over, or "error": the
        error that came instead of an item, as a text; a CancelledError, if the answer has
        cancelled whoever goes through its items, and then "stood_at": the line where it stood.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    items, times = [], []
    seen = {"items": items, "times": times}
    try:
        iterator = answer(*args)
        for pause in itertools.chain(pauses, itertools.repeat(0)):
            try:
                item = await anext(iterator)
            except StopAsyncIteration:
                break
            items.append(item)
            times.append(round(loop.time() - began, 6))
            if pause:
                await asyncio.sleep(pause)
        seen["ended"] = round(loop.time() - began, 6)
    except (LookupError, TimeoutError, asyncio.CancelledError) as error:
        seen["error"] = f"{type(error).__name__}: {error}".removesuffix(": ")
        frame = getattr(iterator, "ag_frame", None)
        if frame is not None:
            seen["stood_at"] = frame.f_lineno
    return seen


async def left_early(answer, count, *args):
    """Go through `count` items of what the answer gives, then close it.

    Returns:
        "items": what came until then.
    """
    iterator = answer(*args)
    items = [await anext(iterator) for _ in range(count)]
    await iterator.aclose()
    return {"items": items}


async def walked_source(answer, pauses, source, *args):
    """As `walked`, where the first argument is a stream of the source.

    The stream is held here to the end, so that nothing but `aclose` closes it early. "closed" says
    whether it was closed at the end.
    """
    stream = source.stream()
    seen = await walked(answer, pauses, stream, *args)
    return seen | {"closed": stream.ag_frame is None}


async def left_source_early(answer, count, source, *args):
    """As `left_early`, with a stream of the source, as in `walked_source`."""
    stream = source.stream()
    seen = await left_early(answer, count, stream, *args)
    return seen | {"closed": stream.ag_frame is None}


async def with_stream(answer, source, *args):
    """Call the answer with a stream of the source, or of a machine, which is held here to the end.

    Returns:
        "result": what it returned; "closed": whether the stream was closed by then.
    """
    stream = source.stream()
    result = await answer(stream, *args)
    return {"result": result, "closed": stream.ag_frame is None}


async def by_hand(countdown, *args):
    """Take the steps of two objects by hand, in turn, and ask the first once more at its end.

    Returns:
        "is_own_iterator": whether `aiter(object)` is the object; "items": what came, by object;
        "over": how often the first one said that it is over, when asked twice.
    """
    first, second = countdown(*args), countdown(*args)
    items = [[], []]
    iterator = first.__aiter__()  # `aiter` refuses a coroutine, which would never be awaited then
    if asyncio.iscoroutine(iterator):
        iterator.close()
    for _ in range(args[0]):
        for place, each in enumerate((first, second)):
            items[place].append(await anext(each))
    over = 0
    for _ in range(2):
        try:
            await anext(first)
        except StopAsyncIteration:
            over += 1
    return {"is_own_iterator": iterator is first, "items": items, "over": over}


async def averaged(answer, save, numbers, others):
    """Send numbers into two generators of the answer, in turn, and close them.

    Returns:
        "first": what the first step of the first one gave; "averages": what came for `numbers` and
        for `others`.
    """
    one, two = answer(save), answer(save)
    first = await anext(one)
    await anext(two)
    averages = [[], []]
    for number, other in zip(numbers, others, strict=True):
        averages[0].append(await one.asend(number))
        averages[1].append(await two.asend(other))
    await one.aclose()
    await two.aclose()
    return {"first": first, "averages": averages}
