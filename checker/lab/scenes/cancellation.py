"""Scenes of `04_cancellation`: who cancels an answer, or what it is to cancel, and when.

As in `scenes`, they stand in the lab because they run beside the answer. A scene closes over
nothing. What it returns is plain data: how things stood when the answer had ended. It waits for
the tasks that it made itself: they are not what the answer left behind.
"""

import asyncio


def _how(task):
    """ "cancelled", "failed", "returned" or "still running"."""
    if not task.done():
        return "still running"
    if task.cancelled():
        return "cancelled"
    return "failed" if task.exception() else "returned"


async def _outcome(task):
    """Wait for a task: "cancelled", or what it returned; its error comes out."""
    await asyncio.wait([task])
    return "cancelled" if task.cancelled() else f"returned {task.result()!r}"


async def _ended(*tasks):
    """Wait for tasks, and return how the first ended; the others' errors are looked at, too."""
    await asyncio.wait(tasks)
    return [_how(task) for task in tasks][0]


def _now():
    # Rounded, because it is compared with a sum.
    return round(asyncio.get_running_loop().time(), 3)


async def start_cancel_and_wait(cancel_and_wait, job, before, asked=False):
    """Cancel the one job that has been running for so many seconds; None: it has not begun.

    With `asked`, it was cancelled a while ago. Returns what comes out, how the task had ended by
    then, and after how many seconds that was.
    """
    [name] = job
    started = _now()
    task = asyncio.create_task(job(name), name=f"job {name}")
    if before is not None:
        await asyncio.sleep(before)
    if asked:
        task.cancel()
        await asyncio.wait([task])
    try:
        value = await cancel_and_wait(task)
        return [value, _how(task), round(_now() - started, 3)]
    finally:
        await _ended(task)


async def start_heartbeat(heartbeat, send, close, every, seconds):
    """Cancel a heartbeat after so many seconds, if at all; how it ended, and with which error."""
    task = asyncio.create_task(heartbeat(send, close, every), name="task")
    if seconds is not None:
        await asyncio.sleep(seconds)
        task.cancel()
    how = await _ended(task)
    return f"failed: {task.exception()}" if how == "failed" else how


async def start_cancel_all(cancel_all, job):
    """Cancel all jobs as soon as they have begun. Returns as `start_cancel_and_wait` does."""
    started = _now()
    tasks = [asyncio.create_task(job(name), name=f"job {name}") for name in job]
    await asyncio.sleep(0)
    try:
        value = await cancel_all(tasks)
        return [value, [_how(task) for task in tasks], round(_now() - started, 3)]
    finally:
        await _ended(*tasks)


async def start_result_or(result_or, job, default, cancelled, seconds):
    """Cancel the task that is awaited, or who awaits it, or both in this order.

    Args:
        cancelled: "task", "caller", or both in the order in which they are cancelled.
        seconds: when.

    Returns the outcome of the caller.
    """
    [name] = job
    task = asyncio.create_task(job(name), name=f"job {name}")
    caller = asyncio.create_task(result_or(task, default), name="caller")
    await asyncio.sleep(seconds)
    for who in cancelled:
        {"task": task, "caller": caller}[who].cancel()
    try:
        return await _outcome(caller)
    finally:
        task.cancel()  # where the caller was cancelled, it need not have ended
        await _ended(task)


async def own_result_or(result_or, job, default):
    """Nobody is cancelled: what comes out of the caller comes out here."""
    [name] = job
    return await result_or(asyncio.create_task(job(name), name=f"job {name}"), default)


async def start_until_pressed(until_pressed, job, seconds):
    """Await a job until a button is pressed after so many seconds, in the task of this scene.

    The button is pressed also if the job has ended before. Returns what came out and after how
    many seconds, how often the task is still asked to stop, whether a later press cancelled it, and
    how the button ended.
    """
    [name] = job
    started = _now()
    button = asyncio.create_task(asyncio.sleep(seconds), name="button")
    value = await until_pressed(button, job(name))
    ended, asked, late = round(_now() - started, 3), asyncio.current_task().cancelling(), False
    try:
        await asyncio.wait([button])
        await asyncio.sleep(0)  # a request that was not taken back comes out here
    except asyncio.CancelledError:
        asyncio.current_task().uncancel()
        late = True
    return [value, ended, asked, late, await _ended(button)]


async def cancelled_until_pressed(until_pressed, job, pressed_at, cancelled_at, first=True):
    """Somebody else cancels the caller; if at the moment of the press, then first or second."""
    [name] = job
    button = asyncio.create_task(asyncio.sleep(pressed_at), name="button")
    caller = asyncio.create_task(until_pressed(button, job(name)), name="caller")
    if pressed_at != cancelled_at:
        await asyncio.sleep(cancelled_at)
        caller.cancel()
    else:
        if not first:
            await asyncio.sleep(pressed_at / 2)
        button.add_done_callback(lambda _: caller.cancel())
    try:
        return await _outcome(caller)
    finally:
        button.cancel()
        await asyncio.wait([button])


async def start_finish_anyway(finish_anyway, save, item, moments):
    """Cancel the caller at these moments; its outcome."""
    caller = asyncio.create_task(finish_anyway(save(item)), name="caller")
    before = 0
    for moment in moments:
        await asyncio.sleep(moment - before)
        caller.cancel()
        before = moment
    return await _outcome(caller)


async def own_finish_anyway(finish_anyway, fetch):
    """Nobody is cancelled."""
    [name] = fetch
    return await finish_anyway(fetch(name))


async def start_monitor(cancel_monitor, job, every, most, report, seconds=None):
    """Watch one job; after so many seconds, the monitor itself is cancelled: its outcome."""
    [name] = job
    monitor = cancel_monitor(job(name), every, most, report)
    if seconds is None:
        return await monitor
    task = asyncio.create_task(monitor, name="monitor")
    await asyncio.sleep(seconds)
    task.cancel()
    return await _outcome(task)
