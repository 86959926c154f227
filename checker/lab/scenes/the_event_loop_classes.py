"""Scenes of 07_the_event_loop with loops of another class: the scene's own, or the answer's.

As in `scenes`, a scene closes over nothing and returns plain data. All these loops are on the clock
of the run.
"""

import asyncio
import contextlib
import gc
import threading
import weakref

from checker.engine import private
from checker.engine.current import current_run
from checker.engine.loop.loop import VirtualLoop
from checker.lab.scenes.the_event_loop import now, outcome


class Clocked(VirtualLoop):
    """A loop on the clock of the run, made without arguments, as other loops are."""

    def __init__(self, selector=None):
        super().__init__(current_run().clock)


# ------------------------------------------------------------------ a loop of the scene's


class _Special(Clocked):
    kind = "special"


def _kind_of_new_loop():
    loop = asyncio.new_event_loop()
    loop.close()
    return _kind(loop)


def _kind(loop):
    return getattr(loop, "kind", "usual")


@contextlib.contextmanager
def _policy_kept():
    """Up to 3.15 an answer may set a policy; afterwards the one from before is back."""
    if private.LOOP_POLICY is None:
        yield
        return
    policy = asyncio.get_event_loop_policy()
    try:
        yield
    finally:
        asyncio.set_event_loop_policy(policy)


async def run_specially(run_on, seconds, word, fails=False):
    """Run a main that takes so many seconds and returns the word in capitals, or fails.

    Returns the outcome; the kind of loop that main had, "special", "usual" or "none"; whether that
    loop is closed, and each that was made with `make_loop`; and the kinds of loop that two other
    threads got meanwhile.
    """
    kinds_of_others = []
    special_loops = []
    loops_of_main = []

    def note_new_loop():
        kinds_of_others.append(_kind_of_new_loop())

    def make_loop():
        loop = _Special()
        special_loops.append(loop)
        if len(special_loops) == 1:
            other = threading.Thread(target=note_new_loop, name="other")
            other.start()
            other.join()
        return loop

    async def main():
        loops_of_main.append(asyncio.get_running_loop())
        await asyncio.to_thread(note_new_loop)
        await asyncio.sleep(seconds)
        if fails:
            raise LookupError(word)
        return word.upper()

    with _policy_kept():
        came_out = await asyncio.to_thread(outcome, run_on, make_loop, main)
    return {
        "outcome": came_out,
        "kind": _kind(loops_of_main[0]) if loops_of_main else "none",
        "closed": all(loop.is_closed() for loop in special_loops + loops_of_main),
        "kinds_of_others": kinds_of_others,
    }


# ------------------------------------------------------------------ a class of the answer's


def _on_clock(tracking_loop):
    """A subclass of the answer's class that is on the clock of the run."""

    def create_task(self, coroutine, **options):
        task = tracking_loop.create_task(self, coroutine, **options)
        if not isinstance(task, asyncio.Task):
            raise TypeError("create_task is to return the task")
        return task

    is_class = isinstance(tracking_loop, type)
    if not (is_class and issubclass(tracking_loop, asyncio.SelectorEventLoop)):
        raise TypeError("TrackingLoop is to be a subclass of asyncio.SelectorEventLoop")
    methods = {"create_task": create_task}
    return type(tracking_loop.__name__, (tracking_loop, Clocked), methods)


def _run_on_tracking(tracking_loop, main):
    """Run `main()` on a loop of the answer's class, in this thread."""
    loop = _on_clock(tracking_loop)()
    if not hasattr(loop, "watch"):
        raise TypeError("TrackingLoop.__init__ is to call `super().__init__()`")
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main())


async def _on_tracking(tracking_loop, main):
    """The same in a thread of its own."""
    return await asyncio.to_thread(_run_on_tracking, tracking_loop, main)


async def _job(seconds, happened, name, later=(), fails=False):
    """Work for so many seconds; then start the first job of `later`, which starts the second …"""
    await asyncio.sleep(seconds)
    if later:
        [next_name, next_seconds] = later[0]
        asyncio.create_task(_job(next_seconds, happened, next_name, later[1:]))  # noqa: RUF006
    happened.append(name)
    if fails:
        raise LookupError(name)


async def waited_for(tracking_loop, seconds, names, later, broken=None):
    """Start jobs that nobody keeps, and call `wait_all`.

    Args:
        later: [name, seconds] of a job that the first one starts when it ends, of one that this
            one starts, and so on.
        broken: the name of the job that fails, None if none does.

    Returns what `wait_all` returned, which jobs had ended by then, and after how many seconds.
    """
    happened = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        for number, (pause, name) in enumerate(zip(seconds, names, strict=True)):
            more = later if number == 0 else ()
            asyncio.create_task(_job(pause, happened, name, more, name == broken), name=name)  # noqa: RUF006
        start = now()
        returned = await loop.wait_all()
        took = round(now() - start, 3)
        return {"returned": returned, "happened": list(happened), "seconds": took}

    return await _on_tracking(tracking_loop, main)


def _names_pending(loop, name_of_main):
    """The names that `pending` gives, sorted, with "main" for the task that runs main and "Task-…"
    for one that got no name; whatever else it gives, as it is.
    """
    names = loop.pending()
    if type(names) is not list or not all(isinstance(name, str) for name in names):
        return names
    shown = []
    for name in names:
        if name == name_of_main:
            shown.append("main")
        elif name.startswith("Task-"):
            shown.append("Task-…")
        else:
            shown.append(name)
    return sorted(shown)


async def names_pending(tracking_loop, seconds, names):
    """What `pending` gives: before any of the jobs has ended, after each, and after `wait_all`."""

    async def main():
        loop = asyncio.get_running_loop()
        await loop.wait_all()
        name_of_main = asyncio.current_task().get_name()
        for pause, name in zip(seconds, names, strict=True):
            loop.create_task(asyncio.sleep(pause), name=name)  # noqa: RUF006
        pending = []
        start = now()
        for pause in sorted(seconds):
            pending.append(_names_pending(loop, name_of_main))
            await asyncio.sleep(start + pause + 0.5 - now())
        await loop.wait_all()
        pending.append(_names_pending(loop, name_of_main))
        return pending

    return await _on_tracking(tracking_loop, main)


async def names_beside(tracking_loop):
    """What `pending` of a loop gives, while another loop of its class has a task, too."""

    def on_another_loop(loop, name_of_main):
        async def main():
            task = asyncio.create_task(asyncio.sleep(1), name="elsewhere")
            pending = _names_pending(loop, name_of_main)
            await task
            return pending

        return _run_on_tracking(tracking_loop, main)

    async def main():
        loop = asyncio.get_running_loop()
        name_of_main = asyncio.current_task().get_name()
        return await asyncio.to_thread(on_another_loop, loop, name_of_main)

    return await _on_tracking(tracking_loop, main)


async def let_go(tracking_loop):
    """Whether a task is gone that has ended, after the loop was asked for its tasks."""

    async def main():
        loop = asyncio.get_running_loop()
        task = weakref.ref(asyncio.create_task(asyncio.sleep(1), name="short"))
        await asyncio.sleep(2)
        loop.pending()
        await loop.wait_all()
        gc.collect(1)  # what this run has made; all of a kernel's objects would take long
        return task() is None

    return await _on_tracking(tracking_loop, main)


async def kept_alive(tracking_loop, word):
    """Whether a task lives on that nobody holds but the loop, and what it got in the end.

    It waits for a future that only the task itself holds: if the task is destroyed, so is that.
    """

    async def main():
        loop = asyncio.get_running_loop()
        futures = []
        results = []

        async def alone():
            future = loop.create_future()
            futures.append(weakref.ref(future))
            results.append(await future)

        loop.set_exception_handler(lambda loop, context: None)
        asyncio.create_task(alone(), name="alone")  # noqa: RUF006
        await asyncio.sleep(1)
        gc.collect(1)
        future = futures[0]()
        if future is None:
            return {"alive": False}
        future.set_result(word)
        del future
        await asyncio.sleep(1)
        return {"alive": True, "result": results[0]}

    return await _on_tracking(tracking_loop, main)
