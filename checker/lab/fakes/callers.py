"""Who calls an answer, and may stop it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from checker.engine.values import Plain


async def ending(coro: Coroutine[Any, Any, Plain], moment: float | None) -> Plain:
    """Run what an answer has made, to its end or until it is cancelled.

    Args:
        moment: seconds after which it is cancelled; None: never.

    Returns:
        what it returned, where nobody cancels it; its error comes out. Else a dict, for
        `Observed.ended_as_cancelled`: "cancelled", whether CancelledError came out of it; if not,
        "result", what it returned.
    """
    if moment is None:
        return await coro
    task = asyncio.create_task(coro, name="caller")
    await asyncio.sleep(moment)
    task.cancel()
    await asyncio.wait([task])
    if task.cancelled():
        return {"cancelled": True}
    return {"cancelled": False, "result": task.result()}
