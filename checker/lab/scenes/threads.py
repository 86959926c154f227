"""Scenes of `15_threads`: threads that use an answer at the same time, and what comes of it.

A scene closes over nothing and returns plain data. Times are seconds of the run's clock.
"""

import asyncio
import concurrent.futures
import contextvars
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from checker.lab.fakes.threads import Account
from checker.lab.fakes.ticker import ticking

# Seconds by which one thread is behind another: never do two of their uses begin in one moment.
A_LITTLE = 0.11
FOR_EVER = 1000  # seconds of a job that is not to come to its end


def _now():
    return round(time.monotonic(), 3)


async def counted(count_all, load, names, counter):
    """Load names and count them, beside a ticker.

    Returns:
        "number": what the counter shows at the end; "ticks": the seconds at which the ticker came.
    """
    async with ticking() as ticks:
        await count_all(load, names, counter)
    return {"number": counter.number, "ticks": ticks}


async def transferred(transfer, amounts, orders):
    """Transfer money in threads, each of them begun a little after the one before.

    Args:
        amounts: number of each account → cents that are on it.
        orders: (source, target, cents) of each transfer.

    Returns:
        a dict, "account_7" → the cents that are on it at the end.
    """
    accounts = {number: Account(number, cents) for number, cents in amounts.items()}

    def order(late, source, target, cents):
        time.sleep(late * A_LITTLE)
        transfer(accounts[source], accounts[target], cents)

    await asyncio.gather(
        *(asyncio.to_thread(order, late, *each) for late, each in enumerate(orders))
    )
    return {account.thing: account.number for account in accounts.values()}


async def replaced(SafeList, items, first, second):
    """Replace values in two threads, in the second a little later.

    Args:
        first, second: (old, new).

    Returns:
        "values": what is in `items` at the end; "counts": what the two calls of `replace` returned;
        "positions": where the last value then stands, as `indices_of` says.
    """
    safe = await asyncio.to_thread(SafeList, items)

    def later():
        time.sleep(A_LITTLE)
        return safe.replace(*second)

    counts = await asyncio.gather(asyncio.to_thread(safe.replace, *first), asyncio.to_thread(later))
    positions = await asyncio.to_thread(safe.indices_of, second[1])
    return {"values": items.values, "counts": counts, "positions": positions}


async def found_beside(SafeList, items, pair, value, late):
    """Where a value stands, asked for `late` seconds after another thread began to replace.

    Args:
        pair: (old, new) of the `replace`.
    """
    safe = await asyncio.to_thread(SafeList, items)

    def later():
        time.sleep(late)
        return safe.indices_of(value)

    replacing = asyncio.to_thread(safe.replace, *pair)
    _, positions = await asyncio.gather(replacing, asyncio.to_thread(later))
    return positions


async def apart(SafeList, items, others):
    """How long it takes to look up the first value of two lists, each in a thread of its own."""
    start = _now()
    await asyncio.gather(
        *(asyncio.to_thread(SafeList(each).indices_of, each.values[0]) for each in (items, others))
    )
    return round(_now() - start, 3)


async def repeated(Repeater, every, busy, stop_at):
    """Let a function be called again and again, and stop that at a moment.

    Args:
        every: seconds of each pause.
        busy: seconds that the function takes.
        stop_at: the moment at which `stop` is called.

    Returns:
        "begun" and "ended": the moments at which the function was called, and at which it ended;
        "stopped": the moment at which `stop` returned; "of_all": the names of what the class itself
        has, and so all objects share, though one of them waits for it. The scene goes on for five
        more pauses, in which calls are still noted. Where something is shared, it ends at once:
        that was made before the run, whose clock does not reach it.
    """
    waited_for = (threading.Event, threading.Condition, threading.Semaphore)
    of_all = [name for name, value in vars(Repeater).items() if isinstance(value, waited_for)]
    if of_all:
        return {"begun": [], "ended": [], "stopped": 0, "of_all": of_all}
    begun = []
    ended = []
    start = _now()

    def function():
        begun.append(round(_now() - start, 3))
        if busy:
            time.sleep(busy)
        ended.append(round(_now() - start, 3))

    repeater = Repeater(function, every)
    repeater.start()
    await asyncio.sleep(stop_at)
    await asyncio.to_thread(repeater.stop)
    stopped = round(_now() - start, 3)
    await asyncio.sleep(5 * every)
    return {"begun": begun, "ended": ended, "stopped": stopped, "of_all": []}


_colour = contextvars.ContextVar("colour", default="none")


async def pooled(in_pool, load, workers):
    """Load all names at once through the answer, in a pool of so many threads, beside a ticker.

    Returns:
        "results": what the calls returned; "ticks": the seconds at which the ticker came;
        "in_pool": whether the function ran in threads of the pool alone; "default_kept": whether
        `asyncio.to_thread` still uses other threads afterwards.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="our-pool") as pool:
        in_our_pool = set()

        def is_ours():
            return threading.current_thread().name.startswith("our-pool")

        def loaded(name, end):
            in_our_pool.add(is_ours())
            return load(name) + end

        async with ticking() as ticks:
            calls = (in_pool(pool, loaded, name, end="!") for name in load)
            results = await asyncio.gather(*calls)
        default_kept = not await asyncio.to_thread(is_ours)
    return {
        "results": results,
        "ticks": ticks,
        "in_pool": in_our_pool == {True},
        "default_kept": default_kept,
    }


async def pooled_failing(in_pool, load, name):
    """Load a name through the answer, in a pool of one thread, where that fails."""
    with ThreadPoolExecutor(1) as pool:
        return await in_pool(pool, load, name)


async def context_seen(in_pool, colours):
    """Let a function in the pool look at a context variable and change it, once for each colour
    that the caller gives it.

    Returns:
        "seen": what the function saw each time; "kept": what the caller had each time afterwards;
        "later": what a later call sees from where the variable was never set.
    """
    never_set = contextvars.copy_context()
    seen = []
    kept = []
    with ThreadPoolExecutor(1) as pool:

        def paint(other):
            colour = _colour.get()
            _colour.set(other)
            return colour

        for colour in colours:
            _colour.set(colour)
            seen.append(await in_pool(pool, paint, "wet"))
            kept.append(_colour.get())
        later = asyncio.create_task(in_pool(pool, _colour.get), context=never_set)
        return {"seen": seen, "kept": kept, "later": await later}


async def _job(seconds, value, error=None):
    await asyncio.sleep(seconds)
    if error:
        raise LookupError(error)
    return value


async def submitted(LoopThread, seconds):
    """Submit a job for each of these seconds at once, from plain code in a thread.

    Returns:
        "kind": "Future" if `submit` returned what it should, else the name of the type of what it
        returned, or None if there is no `submit`; "results": those of the jobs; "took": the
        seconds until all had been got.
    """

    def use():
        start = _now()
        with LoopThread() as background:
            if not hasattr(background, "submit"):
                return {"kind": None, "results": [], "took": 0}
            futures = [background.submit(_job(each, each)) for each in seconds]
            others = [f for f in futures if not isinstance(f, concurrent.futures.Future)]
            if others:
                return {"kind": type(others[0]).__name__, "results": [], "took": 0}
            results = [future.result() for future in futures]
            took = round(_now() - start, 3)
        return {"kind": "Future", "results": results, "took": took}

    return await asyncio.to_thread(use)


async def submitted_failing(LoopThread, seconds, error):
    """Submit a job that fails after so many seconds, beside a longer one.

    Returns:
        "error": what came out of the first one's `result()`; "other": the result of the other.
    """

    def use():
        raised = "no error"
        with LoopThread() as background:
            other = background.submit(_job(2 * seconds, "good"))
            try:
                background.submit(_job(seconds, None, error)).result()
            except LookupError as failure:
                raised = repr(failure)
            return {"error": raised, "other": other.result()}

    return await asyncio.to_thread(use)


async def failing_block(LoopThread, error):
    """What comes out of a block that raises `LookupError(error)` while a job goes on."""

    def use():
        try:
            with LoopThread() as background:
                background.submit(_job(FOR_EVER, None))
                raise LookupError(error)
        except Exception as failure:
            return repr(failure)
        return "nothing"

    return await asyncio.to_thread(use)


class _Jobs:
    """Jobs that take notice of being cancelled.

    Attributes:
        happened: what became of each that began: "cleaned up" or "ended".
        loops: the loop of each.
    """

    def __init__(self, clean_up):
        self.clean_up = clean_up
        self.happened = []
        self.loops = []

    async def one(self):
        self.loops.append(asyncio.get_running_loop())
        try:
            await asyncio.sleep(FOR_EVER)
            self.happened.append("ended")
        except asyncio.CancelledError:
            await asyncio.sleep(self.clean_up)
            self.happened.append("cleaned up")
            raise

    async def two(self):
        """A job that starts a second one, and does not wait for it."""
        helper = asyncio.create_task(self.one(), name="helper")
        await self.one()
        await helper


async def whose_loop(LoopThread):
    """Ask two jobs where they run.

    Returns:
        "loops": in how many loops they do; "own_thread": whether that is not the caller's thread.
    """

    async def place():
        return asyncio.get_running_loop(), threading.get_ident()

    def use():
        places = []  # an `__exit__` may swallow what goes wrong in the block
        with LoopThread() as background:
            places += [background.submit(place()).result() for _ in range(2)]
        loops = {loop for loop, _ in places}  # both are kept: a number may be given twice
        own_thread = all(thread != threading.get_ident() for _, thread in places)
        return {"loops": len(loops), "own_thread": own_thread}

    return await asyncio.to_thread(use)


async def left_in(LoopThread, seconds, clean_up, helper=False, fails=False):
    """Leave a block after so many seconds, while a job goes on whose clean-up takes `clean_up`.

    Args:
        helper: whether the job has started a second one.
        fails: whether the block is left by an error.

    Returns:
        "happened": what the jobs did: "cleaned up" or "ended" for each, or nothing; "took": the
        seconds until the block was over; "closed": whether the loop of each job is closed then.
    """
    jobs = _Jobs(clean_up)

    def use():
        start = _now()
        try:
            with LoopThread() as background:
                background.submit(jobs.two() if helper else jobs.one())
                time.sleep(seconds)
                if fails:
                    raise LookupError("no page")
        except LookupError:
            pass
        took = round(_now() - start, 3)
        closed = [loop.is_closed() for loop in jobs.loops[:1]]
        return {"happened": list(jobs.happened), "took": took, "closed": closed}

    return await asyncio.to_thread(use)
