"""Scenes of 06_futures_and_callbacks: who calls the answer, and who calls back.

As in `scenes`, a scene closes over nothing and returns plain data. Times are seconds.
"""

import asyncio
import threading

from checker.engine import private
from checker.lab.scenes.why_asyncio import called

LONG_AGO = 1000  # seconds; the clock of a loop that has just begun stands near 0
BEFORE_WAIT = 2  # seconds between the scheduling of calls and the wait for them


def _errors_in_callbacks(loop):
    """A list that gets the name of each exception that comes out of a callback of the loop."""
    names = []

    def note(loop, context):
        names.append(type(context.get("exception")).__name__)

    loop.set_exception_handler(note)
    return names


def _touched_from_outside(loop, answer):
    """A list that gets an entry each time another thread makes the loop call something, other than
    by `call_soon_threadsafe`: the line of the answer, None where the answer's code is not running.
    """
    loops_thread = threading.get_ident()
    lines = []
    original = loop.call_soon

    def call_soon(*args, **options):
        if threading.get_ident() != loops_thread:
            frame = private.frame_at(1)
            while frame and frame.f_code.co_filename != answer.__code__.co_filename:
                frame = frame.f_back
            lines.append(frame and frame.f_lineno)
        return original(*args, **options)

    loop.call_soon = call_soon  # futures call it too, when they are done
    return lines


# ------------------------------------------------------------------ fetch_page


async def fetch_two(fetch_page, get, first, second):
    """Fetch two pages at the same time; return their texts."""
    return await asyncio.gather(fetch_page(get, first), fetch_page(get, second))


async def fetch_and_hang_up(fetch_page, get, name, seconds):
    """Cancel a fetch after so many seconds, before the page is there, and stay a while longer.

    Returns whether it ended as cancelled, and what was raised in callbacks. If it ended with
    another exception, that comes out.
    """
    errors = _errors_in_callbacks(asyncio.get_running_loop())
    task = asyncio.create_task(fetch_page(get, name))
    await asyncio.sleep(seconds)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    await asyncio.sleep(100)
    return {"cancelled": task.cancelled(), "raised_in_callbacks": errors}


# ------------------------------------------------------------------ alarm


async def alarms(alarm, times, words):
    """Set two alarms at the same time, long after the loop has begun.

    Returns what they returned, after how many seconds both had rung, and at which lines another
    thread touched the loop.
    """
    loop = asyncio.get_running_loop()
    touched = _touched_from_outside(loop, alarm)
    await asyncio.sleep(LONG_AGO)
    start = loop.time()
    coroutines = [alarm(seconds, word) for seconds, word in zip(times, words, strict=True)]
    returned = await asyncio.gather(*coroutines)
    return {
        "words": returned,
        "seconds": round(loop.time() - start, 3),
        "touched": touched,
    }


# ------------------------------------------------------------------ later


async def later_value(later, seconds, value):
    """What awaiting gives, where the function is `str.upper`."""
    return await called(later, seconds, str.upper, value)


async def later_many(later, times, words):
    """Call `later` several times, one call after the other, long after the loop has begun.

    Returns how long these calls took, [seconds, word] of each call of the function, in the order
    in which they happened, and whether coroutines came back.
    """
    loop = asyncio.get_running_loop()
    await asyncio.sleep(LONG_AGO)
    start = loop.time()
    calls = []

    def note(word):
        calls.append([round(loop.time() - start, 3), word])

    futures = [later(seconds, note, word) for seconds, word in zip(times, words, strict=True)]
    took = round(loop.time() - start, 3)
    coroutines = any(map(asyncio.iscoroutine, futures))
    for future in futures:
        await future
    return {"took": took, "calls": calls, "coroutines": coroutines}


def fails(text):
    """A plain function that fails."""
    raise LookupError(text)


async def later_failing(later, seconds, text):
    """Await a call of a function that fails."""
    return await later(seconds, fails, text)


async def later_cancelled(later, seconds, word, moment):
    """Cancel what `later` returned after `moment` seconds, and stay beyond its time.

    If that is the very moment of the call, the request comes first in that turn.

    Returns whether it was cancelled, the words with which the function was called all the same, and
    what was raised in callbacks.
    """
    errors = _errors_in_callbacks(asyncio.get_running_loop())
    words = []
    asyncio.get_running_loop().call_later(moment, lambda: future.cancel())
    future = later(seconds, words.append, word)
    await asyncio.sleep(seconds * 2)
    return {"cancelled": future.cancelled(), "called": words, "raised_in_callbacks": errors}


# ------------------------------------------------------------------ live


async def live_reports(live, seconds, ends, report):
    """Hand over jobs of so many seconds; `ends`: "return", "fail" or "are cancelled" for each.

    A task beside them is none of the jobs.
    """
    jobs = [_job(each, end) for each, end in zip(seconds, ends, strict=True)]
    beside = asyncio.create_task(asyncio.Event().wait(), name="beside")
    try:
        return await live(jobs, report)
    finally:
        beside.cancel()


async def _job(seconds, end):
    await asyncio.sleep(seconds)
    if end == "fail":
        raise ValueError("a job that fails")
    if end == "are cancelled":
        asyncio.current_task().cancel()
        await asyncio.sleep(0)


# ------------------------------------------------------------------ Scheduler


async def scheduled(scheduler_class, times, words, broken):
    """Schedule calls, of which the one with the word `broken` fails; wait for all 2 s later.

    Returns what `wait` returned, with ["raised", its repr] for an exception, and the times of the
    calls, counted from the scheduling.
    """
    scheduler = scheduler_class()
    loop = asyncio.get_running_loop()
    start = loop.time()
    happened = []

    def note(word):
        happened.append(round(loop.time() - start, 3))
        return fails(word) if word == broken else word.upper()

    for seconds, word in zip(times, words, strict=True):
        scheduler.later(seconds, note, word)
    await asyncio.sleep(BEFORE_WAIT)  # the seconds count from `later` on
    results = await scheduler.wait()
    return {"results": [_plain(result) for result in results], "times": happened}


def _plain(result):
    return ["raised", repr(result)] if isinstance(result, Exception) else result


async def scheduled_from_inside(scheduler_class, first, second):
    """Wait for a call after `first` seconds, which schedules another one `second` seconds later,
    which schedules a third as much later. Returns what `wait` returned.
    """
    scheduler = scheduler_class()

    def middle():
        scheduler.later(second, lambda: "inner")
        return "middle"

    def outer():
        scheduler.later(second, middle)
        return "outer"

    scheduler.later(first, outer)
    return await scheduler.wait()


async def scheduled_twice(scheduler_class, seconds):
    """Wait, schedule again, wait again, wait for nothing; beside another scheduler.

    Returns what each wait returned.
    """
    scheduler = scheduler_class()
    other = scheduler_class()
    other.later(seconds, lambda: "of another one")
    scheduler.later(seconds, lambda: 0)
    first = await scheduler.wait()
    scheduler.later(seconds, lambda: "two")
    return {
        "the first wait": first,
        "the second wait": await scheduler.wait(),
        "the third wait": await scheduler.wait(),
        "the wait of the other one": await other.wait(),
    }


# ------------------------------------------------------------------ hear, find_old


async def hear_watched(hear, radio):
    """Returns the message, and at which lines another thread touched the loop."""
    touched = _touched_from_outside(asyncio.get_running_loop(), hear)
    return {"message": await hear(radio), "touched": touched}


async def find_in(find_old, source):
    """What the finder finds in the text of a program."""
    return called(find_old, source)
