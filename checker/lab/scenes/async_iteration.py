"""Scenes of `11_async_iteration`: who walks through what an answer gives, and what it gets to walk
through.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data. Times are seconds since the scene began.
"""

import asyncio
import contextlib
import inspect
import itertools

MOST_AT_ONCE = 20  # items at one moment: far more than any exercise has


async def walked(answer, pauses, *args):
    """Go through the async iterator that the answer makes of these arguments.

    Args:
        pauses: how long to work on each item, in seconds; 0 where there is none.

    It gives up on one that never waits and never ends.

    Returns:
        "items": what came; "times": when each came; "lines": the lines at which a generator stood
        with each, None where it is no generator; "ended": when it was over, or "error": the
        error that came instead of an item, as a text; a CancelledError, if the answer has
        cancelled whoever goes through its items, and then "stood_at": the line where it stood.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    items, times, lines = [], [], []
    seen = {"items": items, "times": times, "lines": lines}
    try:
        iterator = answer(*args)
        for pause in itertools.chain(pauses, itertools.repeat(0)):
            try:
                item = await anext(iterator)
            except StopAsyncIteration:
                break
            items.append(item)
            times.append(round(loop.time() - began, 6))
            lines.append(_line(iterator))
            if times.count(times[-1]) > MOST_AT_ONCE:
                break
            if pause:
                await asyncio.sleep(pause)
        seen["ended"] = round(loop.time() - began, 6)
    except (LookupError, TimeoutError, asyncio.CancelledError) as error:
        seen["error"] = f"{type(error).__name__}: {error}".removesuffix(": ")
        if line := _line(iterator):
            seen["stood_at"] = line
    return seen


def _line(iterator):
    """The line at which an async generator stands; None if it has ended, or is none."""
    frame = getattr(iterator, "ag_frame", None)
    return frame and frame.f_lineno


async def left_early(answer, count, *args):
    """Go through `count` items of what the answer gives, then close it.

    Returns:
        "items": what came until then; "lines": as those of `walked`.
    """
    iterator = answer(*args)
    items, lines = [], []
    for _ in range(count):
        items.append(await anext(iterator))
        lines.append(_line(iterator))
    await iterator.aclose()
    return {"items": items, "lines": lines}


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


async def protocol(countdown, *args):
    """Call the two methods of an iterator, and take nothing for granted.

    Returns:
        "methods": those of the four names of both protocols that it has; "iterator": what
        `__aiter__` gave: "itself", "coroutine" or "another"; "awaits": whether a step gave
        something to await.
    """
    made = countdown(*args)
    names = ("__aiter__", "__anext__", "__iter__", "__next__")
    seen = {"methods": [name for name in names if hasattr(type(made), name)]}
    if "__aiter__" in seen["methods"]:
        iterator = made.__aiter__()
        seen["iterator"] = "itself" if iterator is made else "another"
        if asyncio.iscoroutine(iterator):
            iterator.close()
            seen["iterator"] = "coroutine"
    if "__anext__" in seen["methods"]:
        step = made.__anext__()
        seen["awaits"] = inspect.isawaitable(step)
        if asyncio.iscoroutine(step):
            step.close()
    return seen


async def by_hand(countdown, *args):
    """Take the steps of two objects by hand, in turn, and ask the first once more at its end.

    Returns:
        "items": what came, by object; less, if one was over too early; "over": how often the first
        one said that it is over, when asked twice.
    """
    both = countdown(*args), countdown(*args)
    items = [[], []]
    for _ in range(args[0]):
        for place, each in enumerate(both):
            with contextlib.suppress(StopAsyncIteration):
                items[place].append(await anext(each))
    over = 0
    for _ in range(2):
        try:
            await anext(both[0])
        except StopAsyncIteration:
            over += 1
    return {"items": items, "over": over}


async def averaged(answer, save, numbers, others):
    """Send numbers into two generators of the answer, in turn, and close them.

    Numbers that come are rounded to 6 places, because there is more than one way to work them out.

    Returns:
        "first": what the first step of the first one gave; "items": what came for `numbers`;
        "others": what came for `others`; "lines": those at which the first one stood with its
        items, None if it had ended; "times": when each of its items came; "over": one of them has
        ended.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()

    one, two = answer(save), answer(save)
    seen = {"first": _rounded(await anext(one)), "first_line": _line(one), "over": False}
    seen |= {"items": [], "others": [], "lines": [], "times": []}
    await anext(two)
    try:
        for number, other in itertools.zip_longest(numbers, others):
            seen["items"].append(_rounded(await one.asend(number)))
            seen["lines"].append(_line(one))
            seen["times"].append(round(loop.time() - began, 6))
            if other is not None:
                seen["others"].append(_rounded(await two.asend(other)))
    except StopAsyncIteration:
        seen["over"] = True
    await one.aclose()
    await two.aclose()
    return seen


def _rounded(value):
    return round(float(value), 6) if type(value) in (int, float) else value
