"""Scenes of `09_gather_wait_as_completed`: who cancels the answer.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data.
"""

import asyncio


async def cancelled_at(answer, moment, *args):
    """Call the answer with these arguments, and cancel it after `moment` seconds.

    Returns:
        "cancelled": whether CancelledError came out of it; if not, "result": what it returned.
    """
    task = asyncio.create_task(answer(*args), name="caller")
    await asyncio.sleep(moment)
    task.cancel()
    await asyncio.wait([task])
    if task.cancelled():
        return {"cancelled": True}
    return {"cancelled": False, "result": task.result()}
