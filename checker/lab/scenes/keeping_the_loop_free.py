"""Scenes of `08_keeping_the_loop_free`: what else lives in the loop while an answer is at work.

As in `scenes`, a scene closes over nothing, returns plain data, and waits for its own tasks.
"""

import asyncio
import contextvars
import itertools
import time

from checker.lab.scenes.why_asyncio import called


def _now():
    return round(asyncio.get_running_loop().time(), 3)


async def tick(ticks):
    for moment in itertools.count(1):
        await asyncio.sleep(max(0, moment - _now()))
        ticks.append(_now())


async def beside_ticks(convert_all, convert, names, *args):
    """Await the answer beside a ticker; what it returned, and the seconds of the ticks."""
    ticks = []
    ticker = asyncio.create_task(tick(ticks), name="ticker")
    try:
        return [await convert_all(convert, names, *args), ticks]
    finally:
        ticker.cancel()
        await asyncio.wait([ticker])


async def digested(digest, work, items, every):
    """The results, and after how many items the loop had a turn."""
    results = await digest(items, work, every)
    return [results, work.turns]


async def start_watch(watch_lag, every, limit, report, blocks):
    """Watch a loop that is held at some moments.

    Args:
        blocks: (seconds to wait before, seconds to hold the loop) for each time.

    Returns what was reported, and how the watch ended, when it was cancelled in the end.
    """
    watch = asyncio.create_task(watch_lag(every, limit, report), name="watch")
    for pause, held in blocks:
        await asyncio.sleep(pause)
        time.sleep(held)
    await asyncio.sleep(2.5 * every)
    if watch.done():
        await watch
        return [report.heard, "returned"]
    watch.cancel()
    await asyncio.wait([watch])
    return [report.heard, "cancelled" if watch.cancelled() else "not cancelled"]


async def _job(seconds, error=None):
    await asyncio.sleep(seconds)
    if error:
        raise LookupError(error)
    return seconds


def _install(make_factory, report):
    """Make a factory and hand it to the loop; what is no factory is said plainly."""
    factory = called(make_factory, report)
    if not callable(factory):
        raise TypeError(f"make_factory(report) returned {_shown(factory)}, and no factory")

    def checked(loop, coroutine, **options):
        task = factory(loop, coroutine, **options)
        if not isinstance(task, asyncio.Task):
            if asyncio.iscoroutine(task):
                task.close()
            raise TypeError(f"the factory returned {_shown(task)}, and no task")
        return task

    asyncio.get_running_loop().set_task_factory(checked)


def _named(name, coroutine):
    """A task that gets its name after the factory, as `create_task` itself does up to 3.13.2."""
    task = asyncio.create_task(coroutine)
    task.set_name(name)
    return task


def _shown(value):
    return "None" if value is None else f"a {type(value).__name__}"


async def tasks_reported(make_factory, report, names, seconds):
    """Tasks that are awaited, gathered, or never awaited. The results of those awaited."""
    _install(make_factory, report)
    await asyncio.sleep(3.3)  # so that neither the loop nor the factory is as old as a task
    first, second, third, fourth = (
        _named(name, _job(duration)) for name, duration in zip(names, seconds, strict=True)
    )
    results = [await first, *await asyncio.gather(second, third)]
    await asyncio.sleep(60)
    del fourth
    return results


async def bad_ends_reported(make_factory, report, names, seconds):
    """Tasks that fail, are cancelled, and are cancelled before they begin; how they ended."""
    _install(make_factory, report)
    await asyncio.sleep(3.3)  # so that neither the loop nor the factory is as old as a task
    failing = _named(names[0], _job(60, "no page"))
    stopped = _named(names[1], _job(90))
    await asyncio.sleep(seconds)
    stopped.cancel()
    never_run = _job(70)
    unbegun = _named(names[2], never_run)
    unbegun.cancel()
    await asyncio.wait([failing, stopped, unbegun])
    await asyncio.sleep(1)
    never_run.close()  # a task of another coroutine would leave it as it is
    return [repr(failing.exception()), stopped.cancelled(), unbegun.cancelled()]


_colour = contextvars.ContextVar("colour", default="none")


async def _colour_seen():
    await asyncio.sleep(1)
    return _colour.get()


async def options_used(make_factory, report, name):
    """What a task with a context of its own sees, and its name."""
    _install(make_factory, report)
    await asyncio.sleep(3.3)  # so that neither the loop nor the factory is as old as a task
    context = contextvars.copy_context()
    context.run(_colour.set, "red")
    # The context first: it is an option of the factory's on every Python, and the name is not.
    task = asyncio.create_task(_colour_seen(), context=context, name=name)
    seen = await task
    await asyncio.sleep(1)
    return [seen, task.get_name()]


def _fail(text):
    raise LookupError(text)


async def _busy(seconds, texts, error):
    loop = asyncio.get_running_loop()
    for number, text in enumerate(texts):
        loop.call_later(1 + number, _fail, text)
    await asyncio.sleep(seconds)
    if error:
        raise LookupError(error)
    return seconds


async def guarded(guard, report, seconds, texts):
    """Guard a coroutine function beside whose work callbacks fail; what came out."""
    return await guard(lambda: _busy(seconds, texts, None), report)


async def guarded_failing(guard, report, seconds, texts):
    """As `guarded`, where the coroutine fails itself in the end; its error, and the reports."""
    try:
        value = await guard(lambda: _busy(seconds, texts, "no page"), report)
    except LookupError as error:
        return [repr(error), report.heard]
    return [repr(value), report.heard]


async def guarded_without_exception(guard, report):
    """The handler hears of something that is no exception. What it reports, and what it raises."""
    loop, broken = asyncio.get_running_loop(), []

    def log(context):
        if "exception" in context:
            broken.append(repr(context["exception"]))

    loop.default_exception_handler = log  # a handler that fails is told of there

    async def main():
        loop.call_exception_handler({"message": "no more memory"})

    await guard(main, report)
    return [report.heard, broken[0] if broken else ""]


async def handler_after(guard, report, error):
    """Whether the handler that was there before is there again afterwards."""
    loop, heard = asyncio.get_running_loop(), []

    def before(loop, context):
        heard.append(str(context["exception"]))

    loop.set_exception_handler(before)
    try:
        await guard(lambda: _busy(2, ["within"], error), report)
    except LookupError:
        pass
    loop.call_soon(_fail, "afterwards")
    await asyncio.sleep(1)
    return [heard, loop.get_exception_handler() is before]
