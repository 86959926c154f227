"""Small programs as plain data, and what runs them as coroutines and logs every step.

A program is a list of operations: tuples of a name and arguments, some of which are lists of
operations again. It says nothing of loops, so that one program runs on any of them.

What asyncio does not promise is not in the language, or is sorted before it is logged:

- the order in which a `TaskGroup` cancels its tasks, which is that of a set: the groups here keep
  theirs in the order of creation;
- the order within the sets that `wait` returns, and of what is done before `as_completed` looks:
  the former are sorted, the latter is left out;
- deadlines that were computed at another time than the timer is set: beside `call_later` calls
  for the same moment they are earlier by the microseconds between the two.

A task awaits only tasks that are younger: a ring of tasks that await each other cannot be
cancelled on any loop (`Task.cancel` recurses for ever). Other rings are made of locks and events.
"""

import asyncio
import contextlib
import dataclasses

WAIT_MODES = (asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION, asyncio.ALL_COMPLETED)
ERRORS = {"value": ValueError, "key": KeyError, "os": OSError, "cancelled": asyncio.CancelledError}
CAUGHT = {
    "errors": (Exception,),
    "cancel": (asyncio.CancelledError,),
    "both": (Exception, asyncio.CancelledError),
}


@dataclasses.dataclass
class Strand:
    """One coroutine of a program: its number, and what its operations refer to."""

    number: int
    floor: int  # it may await the tasks from this place on in `World.tasks`
    timeouts: list = dataclasses.field(default_factory=list)


class _InOrder(dict):
    """As much of a set as `TaskGroup` needs; it gives its tasks in the order of creation."""

    def add(self, task):
        self[task] = None

    def discard(self, task):
        self.pop(task, None)


def _told(error):
    """An exception as plain data. Texts are cut where they name an object by its address."""
    if isinstance(error, BaseExceptionGroup):
        return [type(error).__name__, [_told(member) for member in error.exceptions]]
    return [type(error).__name__, str(error).split("<")[0]]


class World:
    """What one run of a program works on, and its log.

    Args:
        unit: the length of one unit of the program's delays, in seconds of the loop's clock.

    Attributes:
        log: [strand or "", what, detail, units since the start] for each step.
        lag: by how much of a unit the clock was off a whole unit when something was logged.
    """

    def __init__(self, unit):
        self.unit = unit
        self.log = []
        self.lag = 0.0
        self.over = False
        self.strands = 0
        self.tasks = []
        self.timers = []

    def note(self, who, what, detail=None):
        """Log one step; what the end of a run sets off is not a part of it."""
        watch = getattr(self.loop, "watch", None)
        if self.over or (watch is not None and watch.is_over()):
            return
        units = (self.loop.time() - self.start) / self.unit
        self.lag = max(self.lag, abs(units - round(units)))
        self.log.append([who, what, detail, round(units)])

    async def main(self, block, eager):
        """Run a whole program; `eager` is for tasks that begin at once (Python 3.12)."""
        self.loop = asyncio.get_running_loop()
        self.start = self.loop.time()
        if eager:
            self.loop.set_task_factory(asyncio.eager_task_factory)
        self.loop.set_exception_handler(self._handle)
        self.events = [asyncio.Event() for _ in range(2)]
        self.locks = [asyncio.Lock() for _ in range(2)]
        self.semaphores = [asyncio.Semaphore(1), asyncio.BoundedSemaphore(2)]
        self.conditions = [asyncio.Condition(), asyncio.Condition(self.locks[0])]
        self.queues = [
            asyncio.Queue(),
            asyncio.Queue(1),
            asyncio.PriorityQueue(2),
            asyncio.LifoQueue(),
        ]
        self.barriers = [asyncio.Barrier(2), asyncio.Barrier(3)]
        self.futures = [self.loop.create_future() for _ in range(2)]
        self.tasks.append(asyncio.current_task())
        try:
            return await self.strand(block)
        finally:
            self.note("", "left", [self._state(task) for task in self.known(1)])
            self.over = True

    def _handle(self, _loop, context):
        # When an exception is found to be lost depends on who still holds the task.
        message = context["message"].split("<")[0].split("(")[0]
        if "never retrieved" not in message and "destroyed" not in message:
            error = context.get("exception")
            self.note("", message.split()[:3], error and _told(error))

    @staticmethod
    def _state(task):
        if not task.done():
            return "open"
        if task.cancelled():
            return "cancelled"
        return _told(task.exception()) if task.exception() else task.result()

    def strand(self, block, floor=0):
        """A coroutine that runs a block; its number is that of its making."""
        self.strands += 1
        return self._strand(Strand(self.strands, floor), block)

    async def _strand(self, me, block):
        self.note(me.number, "begins")
        try:
            await self.run(me, block)
        except (Exception, asyncio.CancelledError) as error:
            self.note(me.number, "raises", _told(error))
            raise
        self.note(me.number, "ends")
        return me.number

    async def run(self, me, block):
        """Run the operations of a block one after the other."""
        for name, *args in block:
            self.note(me.number, name)
            wait = getattr(self, f"wait_{name}", None)
            result = await wait(me, *args) if wait else getattr(self, f"do_{name}")(me, *args)
            self.note(me.number, name, ["done", result])

    def start_task(self, me, block):
        number = len(self.tasks)
        self.tasks.append(None)  # its place; one that begins at once may start others first
        coroutine = self.strand(block, number + 1)
        self.tasks[number] = self.loop.create_task(coroutine, name=f"t{number}")
        return self.tasks[number]

    def known(self, start=0):
        return [task for task in self.tasks[start:] if task is not None]

    def task(self, number):
        known = self.known()
        return known[number % len(known)]

    def younger(self, me, number):
        """A task that this strand may await, or a new one."""
        found = self.known(max(1, me.floor))
        return found[number % len(found)] if found else self.start_task(me, [])

    def number(self, task):
        return self.tasks.index(task)

    # ------------------------------------------------------- what a callback can do as well

    def do_start(self, me, block):
        self.start_task(me, block)

    def do_cancel(self, _me, number, message=None):
        others = self.known(1)
        if number and not others:
            return None
        task = others[number % len(others)] if number else self.tasks[0]  # the whole program
        return task.cancel(message)

    def do_uncancel(self, _me):
        task = asyncio.current_task()
        return task and [task.uncancel(), task.cancelling()]

    def do_raise(self, _me, kind):
        raise ERRORS[kind](kind)

    def do_set(self, _me, k):
        self.events[k].set()

    def do_clear(self, _me, k):
        self.events[k].clear()

    def do_release(self, _me, k):
        with contextlib.suppress(ValueError):
            self.semaphores[k].release()
            return True

    def do_put_now(self, _me, k, item):
        with contextlib.suppress(asyncio.QueueFull):
            self.queues[k].put_nowait(item)
            return True

    def do_get_now(self, _me, k):
        with contextlib.suppress(asyncio.QueueEmpty):
            return self.queues[k].get_nowait()

    def do_task_done(self, _me, k):
        with contextlib.suppress(ValueError):
            self.queues[k].task_done()
            return True

    def do_resolve(self, _me, k, how):
        """End a future, and put a new one in its place if it has ended before."""
        if self.futures[k].done():
            self.futures[k] = self.loop.create_future()
        elif how == "result":
            self.futures[k].set_result(k)
        elif how == "cancel":
            self.futures[k].cancel()
        else:
            self.futures[k].set_exception(ValueError(k))

    def do_later(self, me, delay, action):
        self.timers.append(self.loop.call_later(delay * self.unit, self._callback, me, action))

    def do_at(self, me, delay, action):
        moment = self.loop.time() + delay * self.unit
        self.timers.append(self.loop.call_at(moment, self._callback, me, action))

    def do_soon(self, me, action):
        self.timers.append(self.loop.call_soon(self._callback, me, action))

    def do_when_done(self, me, number, action):
        self.task(number).add_done_callback(lambda _: self._callback(me, action))

    def do_drop(self, _me, number):
        if self.timers:
            self.timers[number % len(self.timers)].cancel()

    def do_reschedule(self, me, delay):
        if me.timeouts:
            moment = None if delay is None else self.loop.time() + delay * self.unit
            me.timeouts[-1].reschedule(moment)

    def _callback(self, me, action):
        name, *args = action
        self.note(me.number, f"callback: {name}")
        self.note(me.number, f"callback: {name}", getattr(self, f"do_{name}")(me, *args))

    # ------------------------------------------------------- waits

    async def wait_sleep(self, _me, delay):
        await asyncio.sleep(delay * self.unit)

    async def wait_repeat(self, me, times, block):
        for _ in range(times):
            await self.run(me, block)

    async def wait_catch(self, me, kinds, block, then):
        try:
            await self.run(me, block)
        except CAUGHT[kinds] as error:
            self.note(me.number, "caught", _told(error))
            await self.run(me, then)

    async def wait_finally(self, me, block, then):
        try:
            await self.run(me, block)
        finally:
            await self.run(me, then)

    async def wait_task(self, me, number):
        return await self.younger(me, number)

    async def wait_gather(self, me, blocks, return_exceptions):
        coroutines = [self.strand(block, me.floor) for block in blocks]
        results = await asyncio.gather(*coroutines, return_exceptions=return_exceptions)
        return [_told(r) if isinstance(r, BaseException) else r for r in results]

    async def wait_group(self, me, blocks, body):
        async with asyncio.TaskGroup() as group:
            group._tasks = _InOrder()
            for number, block in enumerate(blocks):
                group.create_task(self.strand(block, me.floor), name=f"member {number}")
            await self.run(me, body)

    async def wait_wait(self, me, blocks, mode, delay):
        tasks = [self.start_task(me, block) for block in blocks]
        seconds = self._seconds(delay)
        sets = await asyncio.wait(tasks, timeout=seconds, return_when=WAIT_MODES[mode])
        return [sorted(map(self.number, found)) for found in sets]

    async def wait_as_completed(self, me, blocks, delay):
        tasks = [self.start_task(me, block) for block in blocks]
        # Those that were done before it looks would come in the order of a set.
        pending = [task for task in tasks if not task.done()]
        for following in asyncio.as_completed(pending, timeout=self._seconds(delay)):
            self.note(me.number, "completed", await following)

    async def wait_wait_for(self, me, block, delay):
        return await asyncio.wait_for(self.strand(block, me.floor), self._seconds(delay))

    async def wait_wait_for_task(self, me, number, delay):
        return await asyncio.wait_for(self.younger(me, number), self._seconds(delay))

    def _seconds(self, delay):
        return None if delay is None else delay * self.unit

    async def wait_timeout(self, me, delay, block):
        async with asyncio.timeout(self._seconds(delay)) as timeout:
            me.timeouts.append(timeout)
            try:
                await self.run(me, block)
            finally:
                me.timeouts.remove(timeout)
                self.note(me.number, "expired", timeout.expired())

    async def wait_shield(self, me, block):
        return await asyncio.shield(self.start_task(me, block))

    async def wait_shield_task(self, me, number):
        return await asyncio.shield(self.younger(me, number))

    async def wait_future(self, _me, k):
        # Shielded: to cancel one of those who wait must not cancel what the others wait for.
        return await asyncio.shield(self.futures[k])

    async def wait_event(self, _me, k):
        return await self.events[k].wait()

    async def wait_lock(self, me, k, block):
        async with self.locks[k]:
            await self.run(me, block)

    async def wait_semaphore(self, me, k, block):
        async with self.semaphores[k]:
            await self.run(me, block)

    async def wait_condition(self, _me, k):
        async with self.conditions[k]:
            return await self.conditions[k].wait()

    async def wait_condition_for(self, _me, k, event):
        async with self.conditions[k]:
            return await self.conditions[k].wait_for(self.events[event].is_set)

    async def wait_notify(self, _me, k, n):
        async with self.conditions[k]:
            self.conditions[k].notify(n)

    async def wait_put(self, _me, k, item):
        await self.queues[k].put(item)

    async def wait_get(self, _me, k):
        return await self.queues[k].get()

    async def wait_join(self, _me, k):
        await self.queues[k].join()

    async def wait_barrier(self, _me, k):
        return await self.barriers[k].wait()

    async def wait_barrier_ends(self, _me, k, how):
        await getattr(self.barriers[k], how)()

    async def wait_generator(self, me, block, taken, closed):
        """Take some items of an asynchronous generator, and drop the rest of it."""

        async def items():
            try:
                for item in range(3):
                    yield item
                    await self.run(me, block)
            finally:
                self.note(me.number, "generator ends")
                await asyncio.sleep(0)
                self.note(me.number, "generator has ended")

        generator = items()
        try:
            for _ in range(taken):
                self.note(me.number, "item", await anext(generator, None))
            if closed:
                async with contextlib.aclosing(generator):
                    pass
        finally:
            del generator
