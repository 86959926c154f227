"""Scenes of `12_async_context_managers`: who uses what an answer makes, and what it gets to see.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data. Times are seconds since the scene began.

Where a scene has a body, `error` says how it ends: "" well, else with an error of this kind.
"""

import asyncio

ERRORS = {
    "LookupError": LookupError,
    "KeyError": KeyError,
    "ValueError": ValueError,
    "CancelledError": asyncio.CancelledError,
}
BODY = 2  # seconds that a body takes


async def _body(error):
    """Work for a while, then end as `error` says."""
    await asyncio.sleep(BODY)
    if error:
        raise ERRORS[error]("from the body")


async def timed_blocks(stopwatch, seconds, error):
    """Use an object of the answer for a block after the other, of so many seconds each.

    Returns:
        "is_bound": whether `as` gives the object; "inside": its seconds during the first block;
        "after": its seconds after each block; "came_out": the error that came out, "" if none did.
    """
    watch = stopwatch()
    seen = {"after": [], "came_out": ""}
    for number, pause in enumerate(seconds):
        try:
            async with watch as bound:
                if number == 0:
                    seen["is_bound"] = bound is watch
                    seen["inside"] = watch.seconds
                await asyncio.sleep(pause)
                if error:
                    raise ERRORS[error]("from the body")
        except LookupError as came:
            seen["came_out"] = type(came).__name__
        seen["after"].append(None if watch.seconds is None else round(watch.seconds, 6))
    return seen


async def used(answer, room, name, error):
    """Use what the answer makes of a room.

    Returns:
        "early": whether a room was opened before the block was entered; "bound": what `as` gave;
        "came_out": the error that came out of the block, "" if none did.
    """
    seen = {"came_out": ""}
    made = answer(room, name)
    await asyncio.sleep(0)  # what it has started by now would begin
    seen["early"] = bool(room.opened)
    try:
        async with made as bound:
            seen["bound"] = bound
            await _body(error)
    except (LookupError, ValueError, OSError) as came:
        seen["came_out"] = type(came).__name__
    return seen


async def cancelled_inside(answer, room, name):
    """Use it, and cancel the user in the body.

    Returns:
        "cancelled": whether CancelledError came out.
    """
    task = asyncio.create_task(used(answer, room, name, ""), name="user")
    await asyncio.sleep(BODY)  # opening takes less
    task.cancel()
    await asyncio.wait([task])
    return {"cancelled": task.cancelled()}


async def guarded(answer, report, kind, error):
    """Run a body in what the answer makes of `report` and an error's kind.

    Returns:
        "came_out": the error that came out of the block, "" if none did; "went_on": whether the
        line after the body was run.
    """
    seen = {"came_out": "", "went_on": False}
    try:
        async with answer(report, ERRORS[kind]):
            await _body(error)
            seen["went_on"] = True
    except (LookupError, ValueError, asyncio.CancelledError) as came:
        seen["came_out"] = type(came).__name__
    return seen


async def walled(wall, job, names, error, pause):
    """Start a job for each name in one block, then go on for `pause` seconds and end as said.

    Returns:
        "outcomes": what the wall has at the end, errors as texts; "came_out": the error that came
        out of the block; "ended": when the block was over; "is_bound": whether what `as` gives can
        start jobs.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    bound = None
    seen = {"came_out": "", "is_bound": False, "outcomes": []}
    try:
        async with wall() as bound:
            seen["is_bound"] = hasattr(bound, "start")
            if not seen["is_bound"]:
                return seen
            for name in names:
                bound.start(job(name))
            await asyncio.sleep(pause)
            if error:
                raise ERRORS[error]("from the body")
    except (LookupError, ValueError) as came:
        seen["came_out"] = type(came).__name__
    seen["ended"] = round(loop.time() - began, 6)
    seen["outcomes"] = [
        f"{type(each).__name__}: {each}".removesuffix(": ")
        if isinstance(each, BaseException)
        else each
        for each in bound.outcomes
    ]
    return seen


async def walled_and_cancelled(wall, job, names, moment):
    """Start a job for each name in one block, and cancel whoever waits at its end.

    Returns:
        "cancelled": whether CancelledError came out of the block.
    """

    async def user():
        async with wall() as made:
            for name in names:
                made.start(job(name))

    task = asyncio.create_task(user(), name="user")
    await asyncio.sleep(moment)
    task.cancel()
    await asyncio.wait([task])
    return {"cancelled": task.cancelled()}


async def with_use(answer, room, names, error):
    """Call the answer with a function that works on the keys it gets, and ends as said.

    Returns:
        "result": what the answer returned; "came_out": the error that came out, "" if none did;
        "keys": what the function got; "closed_before": the rooms whose closing was asked for before
        the function had ended.
    """
    seen = {"came_out": "", "keys": None, "closed_before": []}

    async def use(keys):
        seen["keys"] = list(keys)
        try:
            await _body(error)
        finally:
            seen["closed_before"] = list(room.closed)
        return len(keys)

    try:
        seen["result"] = await answer(room, names, use)
    except (LookupError, ValueError, OSError) as came:
        seen["came_out"] = type(came).__name__
    return seen
