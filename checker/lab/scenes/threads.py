"""Scenes of `15_threads`: threads that use an answer at the same time, and what comes of it.

As in `scenes`, a scene closes over nothing and returns plain data.
"""

import asyncio
import concurrent.futures
import contextvars
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from checker.lab.fakes.threads import Account
from checker.lab.scenes.keeping_the_loop_free import beside_ticks

# Seconds by which one thread is behind another: never do two of their uses begin in one moment.
A_LITTLE = 0.11


def _now():
    return round(time.monotonic(), 3)


async def counted(count_all, load, names, counter):
    """The number that the counter shows in the end, and the seconds of a ticker beside it."""
    _, ticks = await beside_ticks(count_all, load, names, counter)
    return [counter.number, ticks]


async def transferred(transfer, amounts, orders):
    """Transfers, nearly at once; what is on the accounts in the end.

    Args:
        amounts: number of each account → cents that are on it.
        orders: (source, target, cents) of each transfer.
    """
    accounts = {number: Account(number, cents) for number, cents in amounts.items()}

    def order(late, source, target, cents):
        time.sleep(late * A_LITTLE)
        transfer(accounts[source], accounts[target], cents)

    await asyncio.gather(
        *(asyncio.to_thread(order, late, *each) for late, each in enumerate(orders))
    )
    return [account.number for account in accounts.values()]


async def replaced(SafeList, items, first, second):
    """Two threads replace values, the second a little later; what is there in the end, what was
    counted, and where the last value then stands.

    Args:
        first, second: (old, new).
    """
    safe = await asyncio.to_thread(SafeList, items)

    def later():
        time.sleep(A_LITTLE)
        return safe.replace(*second)

    counts = await asyncio.gather(asyncio.to_thread(safe.replace, *first), asyncio.to_thread(later))
    return [items.values, list(counts), await asyncio.to_thread(safe.indices_of, second[1])]


async def found_beside(SafeList, items, pair, value, late):
    """Where a value stands, asked for `late` seconds after another thread began to replace."""
    safe = await asyncio.to_thread(SafeList, items)

    def later():
        time.sleep(late)
        return safe.indices_of(value)

    found = await asyncio.gather(asyncio.to_thread(safe.replace, *pair), asyncio.to_thread(later))
    return found[1]


async def apart(SafeList, items, others):
    """Two lists, used at the same time; how long it takes."""
    start = _now()
    await asyncio.gather(
        *(asyncio.to_thread(SafeList(one).indices_of, one.values[0]) for one in (items, others))
    )
    return round(_now() - start, 3)


async def repeated(Repeater, every, busy, stop_at):
    """When the function was called and ended, when `stop` was over, and whether it was called once
    more afterwards. The function takes `busy` seconds.
    """
    begun, ended, start = [], [], _now()

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
    return [begun, ended, stopped]


_colour = contextvars.ContextVar("colour", default="none")


async def pooled(in_pool, load, names, workers):
    """Load all names through the answer, beside a ticker; the results, the ticks, whether only
    threads of the pool were at work, and whether other calls still go elsewhere.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="our-pool") as pool:

        def is_ours():
            return threading.current_thread().name.startswith("our-pool")

        def loaded(name, end):
            at_work.add(is_ours())
            return load(name) + end

        async def all_of(load, names):
            calls = (in_pool(pool, loaded, name, end="!") for name in names)
            return list(await asyncio.gather(*calls))

        at_work = set()
        results, ticks = await beside_ticks(all_of, load, names)
        others = not await asyncio.to_thread(is_ours)
    return [results, ticks, at_work == {True}, others]


async def pooled_failing(in_pool, load, name):
    """The error of a function in the pool."""
    with ThreadPoolExecutor(1) as pool:
        return await in_pool(pool, load, name)


async def context_seen(in_pool, colours):
    """What functions in the pool see of a context variable, what they leave of it, and what one
    sees that is called where the variable was never set.
    """
    before = contextvars.copy_context()
    with ThreadPoolExecutor(1) as pool:

        def paint(other):
            seen = _colour.get()
            _colour.set(other)
            return seen

        seen = []
        for colour in colours:
            _colour.set(colour)
            seen += [await in_pool(pool, paint, "wet"), _colour.get()]
        later = asyncio.create_task(in_pool(pool, _colour.get), context=before)
        return [*seen, await later]


async def _job(seconds, value, error=None):
    await asyncio.sleep(seconds)
    if error:
        raise LookupError(error)
    return value


async def submitted(LoopThread, seconds):
    """Jobs submitted from a thread: what `submit` returned, "" if there is no `submit`; results,
    and how long it took.
    """

    def use():
        start = _now()
        with LoopThread() as background:
            if not hasattr(background, "submit"):
                return ["", [], 0]
            futures = [background.submit(_job(each, each)) for each in seconds]
            others = [f for f in futures if not isinstance(f, concurrent.futures.Future)]
            if others:
                return [type(others[0]).__name__, [], 0]
            results = [future.result() for future in futures]
            took = round(_now() - start, 3)
        return ["Future", results, took]

    return await asyncio.to_thread(use)


async def submitted_failing(LoopThread, seconds, error):
    """The error of a job that was submitted."""

    def use():
        with LoopThread() as background:
            good = background.submit(_job(2 * seconds, "good"))
            try:
                background.submit(_job(seconds, None, error)).result()
            except LookupError as failure:
                return [repr(failure), good.result()]
            return ["no error", good.result()]

    return await asyncio.to_thread(use)


async def failing_block(LoopThread, error):
    """What comes out of a block that raises, while a job goes on."""

    def use():
        try:
            with LoopThread() as background:
                background.submit(_job(1000, None))
                raise LookupError(error)
        except Exception as failure:
            return repr(failure)
        return "nothing"

    return await asyncio.to_thread(use)


async def whose_loop(LoopThread):
    """In how many loops and threads two jobs run, and whether the thread is another one."""

    async def place():
        return asyncio.get_running_loop(), threading.get_ident()

    def use():
        places = []  # an `__exit__` may swallow what goes wrong in the block
        with LoopThread() as background:
            places += [background.submit(place()).result() for _ in range(2)]
        loops = {loop for loop, _ in places}  # both are kept: a number may be given twice
        return [len(loops), all(thread != threading.get_ident() for _, thread in places)]

    return await asyncio.to_thread(use)


async def left_in(LoopThread, seconds, clean_up):
    """A block that is left while a job goes on: what the job did, when the block was over, and
    whether the loop is closed.
    """
    happened, loops = [], []

    async def job():
        loops.append(asyncio.get_running_loop())
        try:
            await asyncio.sleep(1000)
            happened.append("ended")
        except asyncio.CancelledError:
            await asyncio.sleep(clean_up)
            happened.append("cleaned up")
            raise

    def use():
        start = _now()
        with LoopThread() as background:
            background.submit(job())
            time.sleep(seconds)
        took = round(_now() - start, 3)
        return [happened, took, [loop.is_closed() for loop in loops]]

    return await asyncio.to_thread(use)
