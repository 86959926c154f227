"""Scenes of 08_keeping_the_loop_free: what else lives in the loop while an answer is at work.

As in `scenes`, a scene closes over nothing, returns plain data, and waits for its own tasks. Times
are seconds.
"""

import asyncio
import contextvars
import gc
import inspect
import time
import weakref

from checker.lab.fakes.groups import inside
from checker.lab.fakes.ticker import ticking
from checker.lab.scenes.why_asyncio import called

UNTIL_IT_FAILS = 60  # seconds that the failing task of `bad_ends_reported` takes


# ------------------------------------------------------------------ convert, digest


async def beside_ticker(answer, *args):
    """Await the answer beside a ticker; what it returned, and the seconds of the ticks."""
    async with ticking() as ticks:
        result = await answer(*args)
    return {"result": result, "ticks": ticks}


async def digested(digest, work, items, every):
    """The results, and after how many items the loop had its turns."""
    results = await digest(items, work, every)
    return {"results": results, "turns": work.turns}


# ------------------------------------------------------------------ watch_lag


async def start_watch(watch_lag, every, limit, report, blocks):
    """Watch a loop that is held at some moments, and cancel the watch in the end.

    Args:
        blocks: [seconds to wait before, seconds to hold the loop] for each time.

    Returns what was reported; whether the watch had returned before it was cancelled; and whether
    it ended as cancelled.
    """
    watch = asyncio.create_task(watch_lag(every, limit, report), name="watch")
    for pause, held in blocks:
        await asyncio.sleep(pause)
        time.sleep(held)
    await asyncio.sleep(2.5 * every)
    early = watch.done()
    if early:
        await watch
    watch.cancel()
    await asyncio.wait([watch])
    return {"reports": report.heard, "returned_early": early, "cancelled": watch.cancelled()}


# ------------------------------------------------------------------ make_factory


async def _job(seconds, error=None):
    await asyncio.sleep(seconds)
    if error:
        raise LookupError(error)
    return seconds


async def _install(make_factory, report):
    """Make a factory and hand it to the loop; what is no factory is said plainly.

    Some time goes by then, so that neither the loop nor the factory is as old as a task.
    """
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
    await asyncio.sleep(3.3)


def _named(name, coroutine):
    """A task that gets its name after the factory, as `create_task` itself does up to 3.13.2."""
    task = asyncio.create_task(coroutine)
    task.set_name(name)
    return task


def _shown(value):
    return "None" if value is None else f"a {type(value).__name__}"


async def tasks_reported(make_factory, report, names, seconds):
    """Make four tasks: the first is awaited, two are gathered, and nobody awaits the last one.

    Returns the results of the first three.
    """
    await _install(make_factory, report)
    pairs = zip(names, seconds, strict=True)
    first, second, third, fourth = [_named(name, _job(each)) for name, each in pairs]
    results = [await first, *await asyncio.gather(second, third)]
    await asyncio.sleep(60)
    del fourth  # it was held until here, so that it came to its end
    return results


async def bad_ends_reported(make_factory, report, names, seconds):
    """Make three tasks: one fails, one is cancelled after so many seconds, and one is cancelled
    before it begins. Returns how they ended.
    """
    await _install(make_factory, report)
    failing = _named(names[0], _job(UNTIL_IT_FAILS, "no page"))
    stopped = _named(names[1], _job(90))
    await asyncio.sleep(seconds)
    stopped.cancel()
    never_run = _job(70)
    unbegun = _named(names[2], never_run)
    unbegun.cancel()
    await asyncio.wait([failing, stopped, unbegun])
    await asyncio.sleep(1)
    never_run.close()  # a task of another coroutine would leave it as it is
    return {
        "the error of the first": repr(failing.exception()),
        "the second is cancelled": stopped.cancelled(),
        "the third is cancelled": unbegun.cancelled(),
    }


async def failure_told(make_factory, report, name):
    """Make a task that fails, and forget it; whether the loop's handler is told of its error."""
    await _install(make_factory, report)
    told = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told.append(context.get("exception")))
    task = _named(name, _job(UNTIL_IT_FAILS, "no page"))
    await asyncio.wait([task])
    await asyncio.sleep(1)
    forgotten = weakref.ref(task)
    del task
    if forgotten() is not None:  # the answer has made a circle of references
        gc.collect()  # takes real time in a large process
    await asyncio.sleep(1)
    return any(isinstance(error, LookupError) for error in told)


_colour = contextvars.ContextVar("colour", default="none")


async def _colour_seen():
    await asyncio.sleep(1)
    return _colour.get()


async def options_used(make_factory, report, name):
    """What a task with a context of its own sees in it, and its name."""
    await _install(make_factory, report)
    context = contextvars.copy_context()
    context.run(_colour.set, "red")
    # The context first: it is an option of the factory's on every Python, and the name is not.
    task = asyncio.create_task(_colour_seen(), context=context, name=name)
    colour = await task
    await asyncio.sleep(1)
    return {"the value in its context": colour, "its name": task.get_name()}


# ------------------------------------------------------------------ guard


def _fail(text):
    raise LookupError(text)


async def _busy(seconds, texts, error):
    """Work for so many seconds, while a callback fails with each text, one a second; then return
    the seconds, or fail with the error.
    """
    loop = asyncio.get_running_loop()
    for number, text in enumerate(texts, 1):
        loop.call_later(number, _fail, text)
    await asyncio.sleep(seconds)
    if error:
        raise LookupError(error)
    return seconds


async def guarded(guard, report, seconds, texts):
    """Guard a coroutine function beside whose work callbacks fail; what came out."""
    return await guard(lambda: _busy(seconds, texts, None), report)


async def guarded_failing(guard, report, seconds, texts):
    """As `guarded`, where the coroutine fails itself in the end.

    Returns the error that came out, alone or in a group, None if there was none; and the reports.
    """
    raised = None
    try:
        await guard(lambda: _busy(seconds, texts, "no page"), report)
    except (LookupError, ExceptionGroup) as error:
        raised = repr(inside(error))
    return {"raised": raised, "reports": report.heard}


async def handler_called(guard, report):
    """Why the handler cannot be called with the loop and a context; None if it can."""
    loop = asyncio.get_running_loop()

    async def main():
        handler = loop.get_exception_handler()
        if handler is None:
            return None
        try:
            inspect.signature(handler).bind(loop, {})
        except TypeError as error:
            return str(error)
        except ValueError:  # it has no signature
            return None
        return None

    return await guard(main, report)


async def guarded_without_exception(guard, report):
    """Tell the handler of something that is no exception.

    Returns what it reports, and what it raises, None if it raises nothing.
    """
    loop = asyncio.get_running_loop()
    raised = []

    def log(context):
        if "exception" in context:
            raised.append(repr(context["exception"]))

    loop.default_exception_handler = log  # a handler that fails is told of there

    async def main():
        loop.call_exception_handler({"message": "no more memory"})

    await guard(main, report)
    return {"reports": report.heard, "handler_raised": raised[0] if raised else None}


async def handler_after(guard, report, end):
    """Set a handler before, and let a callback fail while the answer runs, and one afterwards.

    Args:
        end: how `main()` ends: "returns", "fails" or "is cancelled".

    Returns whether the handler from before is set again and hears what comes afterwards. Whether it
    heard something meanwhile is up to the answer, which may pass on what it gets.
    """
    loop = asyncio.get_running_loop()
    heard = []

    def before(loop, context):
        heard.append(str(context["exception"]))

    loop.set_exception_handler(before)
    error = "no page" if end == "fails" else None
    guarding = asyncio.create_task(guard(lambda: _busy(2, ["within"], error), report))
    if end == "is cancelled":
        await asyncio.sleep(1.5)
        guarding.cancel()
    try:
        await guarding
    except (LookupError, ExceptionGroup, asyncio.CancelledError):
        pass
    meanwhile = list(heard)
    loop.call_soon(_fail, "afterwards")
    await asyncio.sleep(1)
    return loop.get_exception_handler() is before and heard == [*meanwhile, "afterwards"]
