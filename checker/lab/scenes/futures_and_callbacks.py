"""Scenes of 06_futures_and_callbacks: who calls the answer, and who calls back."""

import asyncio
import contextlib
import threading

from checker.engine import private
from checker.lab.scenes.why_asyncio import called

LONG_AGO = 1000  # seconds; the clock of a loop that has just begun stands near 0


async def fetch_two(fetch_page, get, first, second):
    """Two pages at the same time."""
    return await asyncio.gather(fetch_page(get, first), fetch_page(get, second))


async def fetch_and_hang_up(fetch_page, get, name, seconds):
    """Cancel a fetch before the page is there, and stay a while longer."""
    heard = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: heard.append(type(context.get("exception")).__name__)
    )
    task = asyncio.create_task(fetch_page(get, name))
    await asyncio.sleep(seconds)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await asyncio.sleep(100)
    return [task.cancelled(), heard]


async def alarms(alarm, times, words):
    """Set two alarms at the same time, long after the loop has begun; does a thread touch it?"""
    loop = asyncio.get_running_loop()
    touched = _touched_from_outside(loop, alarm)
    await asyncio.sleep(LONG_AGO)
    start = loop.time()
    set_ = [alarm(seconds, word) for seconds, word in zip(times, words, strict=True)]
    said = await asyncio.gather(*set_)
    return [said, round(loop.time() - start, 3), touched]


async def later_value(later, seconds, value):
    """What the future of a call gives."""
    return await called(later, seconds, str.upper, value)


async def later_many(later, times, words):
    """Three calls made at once, each noted when it happens."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(LONG_AGO)
    start, happened = loop.time(), []

    def note(word):
        happened.append([word, round(loop.time() - start, 3)])

    futures = [later(seconds, note, word) for seconds, word in zip(times, words, strict=True)]
    made = round(loop.time() - start, 3)
    for future in futures:
        await future
    return [made, happened]


def fails(text):
    """A plain function that fails."""
    raise LookupError(text)


async def later_failing(later, seconds, text):
    """A call of a function that fails."""
    return await later(seconds, fails, text)


async def later_cancelled(later, seconds, word):
    """Cancel the future before its time; does the call happen all the same?"""
    happened, heard = [], []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda loop, context: heard.append(type(context.get("exception")).__name__)
    )
    future = later(seconds, happened.append, word)
    await asyncio.sleep(seconds / 2)
    future.cancel()
    await asyncio.sleep(seconds * 2)
    return [future.cancelled(), happened, heard]


async def live_reports(live, seconds, ends, report):
    """Jobs that return, fail or are cancelled after a while."""
    return await live([_job(s, end) for s, end in zip(seconds, ends, strict=True)], report)


async def _job(seconds, end):
    await asyncio.sleep(seconds)
    if end == "fail":
        raise ValueError("a job that fails")
    if end == "are cancelled":
        asyncio.current_task().cancel()
        await asyncio.sleep(0)


async def scheduled(scheduler, times, words, broken):
    """Schedule some calls, one of which may fail, and wait for all of them."""
    made = scheduler()
    loop = asyncio.get_running_loop()
    start, happened = loop.time(), []

    def note(word):
        happened.append(round(loop.time() - start, 3))
        return fails(word) if word == broken else word.upper()

    for seconds, word in zip(times, words, strict=True):
        made.later(seconds, note, word)
    await asyncio.sleep(2)  # the seconds count from `later` on
    results = await made.wait()
    return [[_plain(result) for result in results], happened]


def _plain(result):
    return ["raised", repr(result)] if isinstance(result, Exception) else result


async def scheduled_from_inside(scheduler, first, second):
    """A call that schedules another one, which schedules a third."""
    made = scheduler()

    def middle():
        made.later(second, lambda: "inner")
        return "middle"

    def outer():
        made.later(second, middle)
        return "outer"

    made.later(first, outer)
    return await made.wait()


async def scheduled_twice(scheduler, seconds):
    """Wait, schedule again, wait again, wait for nothing; beside another scheduler."""
    made, other = scheduler(), scheduler()
    other.later(seconds, lambda: "of another one")
    made.later(seconds, lambda: 0)
    first = await made.wait()
    made.later(seconds, lambda: "two")
    return [first, await made.wait(), await made.wait(), await other.wait()]


async def find_in(find_old, source):
    """What the finder finds in a source."""
    return called(find_old, source)


async def hear_watched(hear, radio):
    """The message, and where another thread touched the loop."""
    touched = _touched_from_outside(asyncio.get_running_loop(), hear)
    return [await hear(radio), touched]


def _touched_from_outside(loop, answer):
    """A list that gets an entry each time another thread makes the loop call something, other than
    by `call_soon_threadsafe`: the line of the answer, None where the answer's code is not running.
    """
    here, touched, original = threading.get_ident(), [], loop.call_soon

    def call_soon(*args, **options):
        if threading.get_ident() != here:
            frame = private.frame_at(1)
            while frame and frame.f_code.co_filename != answer.__code__.co_filename:
                frame = frame.f_back
            touched.append(frame and frame.f_lineno)
        return original(*args, **options)

    loop.call_soon = call_soon  # futures call it too, when they are done
    return touched
