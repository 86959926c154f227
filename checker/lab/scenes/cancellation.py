"""Scenes of `04_cancellation`: who cancels an answer, or what it is to cancel, and when.

A scene closes over nothing. What it returns is plain data: how things stood when the answer had
ended. It waits for the tasks that it made itself: they are not what the answer left behind. Times
are seconds on the run's clock.
"""

import asyncio


def _how(task):
    """How a task ended: "ended as cancelled", "failed" or "returned"; or "is still running"."""
    if not task.done():
        return "is still running"
    if task.cancelled():
        return "ended as cancelled"
    return "failed" if task.exception() else "returned"


async def _outcome(task):
    """Wait for a task: "ended as cancelled" or "returned" and the value; its error comes out."""
    await asyncio.wait([task])
    return "ended as cancelled" if task.cancelled() else f"returned {task.result()!r}"


async def _wait_for(*tasks):
    """Wait for tasks, and look at their errors: nobody else asks for them."""
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()


def _now():
    # Rounded, because it is compared with a sum.
    return round(asyncio.get_running_loop().time(), 3)


async def start_cancel_and_wait(cancel_and_wait, job, before, asked):
    """Let the answer cancel the one job.

    Args:
        before: for how many seconds the job has been running; None: it has not begun.
        asked: it has been cancelled and has ended by then.

    Returns:
        "result": what the answer returned.
        "task": how the task had ended by then.
        "seconds": how long that was after the start of the scene.
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
        result = await cancel_and_wait(task)
        return {"result": result, "task": _how(task), "seconds": round(_now() - started, 3)}
    finally:
        await _wait_for(task)


async def _clean_up_for(seconds):
    """Work until it is cancelled, and clean up for so many seconds. (No service notes that: what
    becomes of this clean-up is no matter.)
    """
    try:
        await asyncio.sleep(90)
    finally:
        await asyncio.sleep(seconds)


async def cancelled_cancel_and_wait(cancel_and_wait, clean_up, seconds):
    """Let the answer cancel a job, and cancel the answer while it waits for the clean-up.

    Args:
        clean_up: how many seconds the clean-up takes.
        seconds: how long after its beginning the answer is cancelled.

    Returns:
        the outcome of the answer.
    """
    task = asyncio.create_task(_clean_up_for(clean_up), name="job")
    await asyncio.sleep(1)
    caller = asyncio.create_task(cancel_and_wait(task), name="caller")
    await asyncio.sleep(seconds)
    caller.cancel()
    try:
        return await _outcome(caller)
    finally:
        await _wait_for(task)


async def start_heartbeat(heartbeat, send, close, every, seconds):
    """Cancel a heartbeat after so many seconds, or never, if that is None; how it ended."""
    task = asyncio.create_task(heartbeat(send, close, every), name="task")
    if seconds is not None:
        await asyncio.sleep(seconds)
        task.cancel()
    await _wait_for(task)
    return _how(task)


async def failing_heartbeat(heartbeat, send, close, every):
    """A `send` fails, and nobody cancels: what comes out of the answer comes out here."""
    return await heartbeat(send, close, every)


async def start_cancel_all(cancel_all, job):
    """Let the answer cancel all jobs as soon as they have begun.

    Returns:
        "result": what the answer returned.
        "tasks": how each task had ended by then.
        "seconds": how long that was after the start of the scene.
    """
    started = _now()
    tasks = [asyncio.create_task(job(name), name=f"job {name}") for name in job]
    await asyncio.sleep(0)
    try:
        result = await cancel_all(tasks)
        hows = [_how(task) for task in tasks]
        return {"result": result, "tasks": hows, "seconds": round(_now() - started, 3)}
    finally:
        await _wait_for(*tasks)


async def start_result_or(result_or, job, default, cancelled, seconds):
    """Cancel the task that is awaited, or who awaits it, or both.

    Args:
        cancelled: "task", "caller", or both in the order in which they are cancelled.
        seconds: when.

    Returns:
        the outcome of the caller.
    """
    [name] = job
    task = asyncio.create_task(job(name), name=f"job {name}")
    caller = asyncio.create_task(result_or(task, default), name="caller")
    await asyncio.sleep(seconds)
    for who in cancelled:
        if who == "task":
            task.cancel()
        else:
            caller.cancel()
    try:
        return await _outcome(caller)
    finally:
        task.cancel()  # where the caller was cancelled, it need not have ended
        await _wait_for(task)


async def ended_result_or(result_or, job, default, cancelled):
    """Await a task that has ended before; what comes out of the answer comes out here.

    Args:
        cancelled: the task was cancelled; else it came to its own end.
    """
    [name] = job
    task = asyncio.create_task(job(name), name=f"job {name}")
    await asyncio.sleep(1)
    if cancelled:
        task.cancel()
    await asyncio.wait([task])
    return await result_or(task, default)


async def own_result_or(result_or, job, default):
    """Nobody is cancelled: what comes out of the answer comes out here."""
    [name] = job
    return await result_or(asyncio.create_task(job(name), name=f"job {name}"), default)


async def _button(seconds, error):
    """A button that is pressed after so many seconds; its task fails then, if there is an error."""
    if seconds:
        await asyncio.sleep(seconds)
    if error:
        raise LookupError(error)


async def _after(until_pressed, button, job):
    """Await a job until the button is pressed, in the task of a scene, and look at what follows.

    Returns:
        "result": what the answer returned.
        "seconds": when, on the run's clock.
        "cancelling": how often the task is still asked to stop then.
        "cancelled_late": whether a request came out after that, as from a later press.
        "button": how the button ended.
    """
    result = await until_pressed(button, job)
    seconds = _now()
    cancelling = asyncio.current_task().cancelling()
    cancelled_late = False
    try:
        await asyncio.wait([button])
        await asyncio.sleep(0)  # a request that was not taken back comes out here
    except asyncio.CancelledError:
        asyncio.current_task().uncancel()
        cancelled_late = True
    await _wait_for(button)
    return {
        "result": result,
        "seconds": seconds,
        "cancelling": cancelling,
        "cancelled_late": cancelled_late,
        "button": _how(button),
    }


async def start_until_pressed(until_pressed, job, pressed_at, error):
    """Await a job until a button is pressed after so many seconds.

    The button is pressed also if the job has ended before.

    Args:
        pressed_at: when; at 0, the button is pressed before the answer is called.
        error: what the task of the button fails with when it is pressed; None: it returns.

    Returns:
        what `_after` has seen.
    """
    [name] = job
    button = asyncio.create_task(_button(pressed_at, error), name="button")
    if not pressed_at:
        await asyncio.wait([button])
    return await _after(until_pressed, button, job(name))


async def pressed_as_it_ends(until_pressed, seconds, value, button_first):
    """Await a job that ends at the very moment of the press: one bell rings for both.

    Args:
        seconds: when the bell rings.
        value: what the job returns.
        button_first: whether the button hears the bell before the job, or the job before it.

    Returns:
        what `_after` has seen.
    """
    bell = asyncio.Event()

    async def work():
        await bell.wait()
        return value

    button = asyncio.create_task(bell.wait(), name="button")
    if button_first:
        await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(seconds, bell.set)
    return await _after(until_pressed, button, work())


async def cancelled_until_pressed(until_pressed, job, pressed_at, cancelled_at, cancelled_first):
    """Cancel the caller at a moment, and press the button at another one, or at the same.

    Args:
        pressed_at, cancelled_at: the seconds after which that happens.
        cancelled_first: which comes first to the caller, if they are the same.

    Returns:
        the outcome of the caller.
    """
    [name] = job
    button = asyncio.create_task(asyncio.sleep(pressed_at), name="button")
    caller = asyncio.create_task(until_pressed(button, job(name)), name="caller")
    if pressed_at != cancelled_at:
        await asyncio.sleep(cancelled_at)
        caller.cancel()
    else:
        if not cancelled_first:
            # By now the answer has added its callback, so that ours comes after it.
            await asyncio.sleep(pressed_at / 2)
        button.add_done_callback(lambda _: caller.cancel())
    try:
        return await _outcome(caller)
    finally:
        button.cancel()
        await asyncio.wait([button])


async def start_finish_anyway(finish_anyway, save, item, moments):
    """Cancel the caller at these moments, the saving of one item; the caller's outcome."""
    caller = asyncio.create_task(finish_anyway(save(item)), name="caller")
    before = 0
    for moment in moments:
        await asyncio.sleep(moment - before)
        caller.cancel()
        before = moment
    return await _outcome(caller)


async def own_finish_anyway(finish_anyway, fetch):
    """Nobody is cancelled: what comes out of the answer comes out here."""
    [name] = fetch
    return await finish_anyway(fetch(name))


async def start_monitor(cancel_monitor, job, every, most, report, cancelled_at):
    """Watch one job.

    Args:
        every: seconds between two reports.
        most: how many reports there are before the job is cancelled.
        cancelled_at: after how many seconds the monitor itself is cancelled; None: never.

    Returns:
        what the answer returned; or its outcome, if it was cancelled.
    """
    [name] = job
    monitor = cancel_monitor(job(name), every, most, report)
    if cancelled_at is None:
        return await monitor
    task = asyncio.create_task(monitor, name="monitor")
    await asyncio.sleep(cancelled_at)
    task.cancel()
    return await _outcome(task)
