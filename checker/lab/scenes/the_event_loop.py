"""Scenes of 07_the_event_loop: loops that the answer makes in a thread of its own.

As in `scenes`, a scene closes over nothing and returns plain data. A loop in another thread of a
run is on the run's clock, so seconds cost nothing.
"""

import asyncio
import contextlib
import functools
import gc
import threading
import types

from checker.engine.current import current_run
from checker.lab.scenes.why_asyncio import called

CLEANED_UP = "helper cleaned up"  # happens to what a step of `in_turn` leaves running


def now():
    """The time of the running loop in seconds, to the millisecond."""
    return round(asyncio.get_running_loop().time(), 3)


def outcome(function, *args):
    """What came out of a plain function: {"returned": its value}, or {"raised": "LookupError(…)"};
    every other exception comes out.
    """
    try:
        return {"returned": called(function, *args)}
    except LookupError as error:
        return {"raised": repr(error)}


# ------------------------------------------------------------------ does a loop run?


async def asked_inside(loop_runs):
    """What the answer returns in a coroutine and in a callback."""
    loop = asyncio.get_running_loop()
    in_callback = loop.create_future()
    loop.call_soon(lambda: in_callback.set_result(loop_runs()))
    return {"in a coroutine": called(loop_runs), "in a callback": await in_callback}


async def asked_in_thread(loop_runs):
    """What it returns in a thread that has no loop, and how many loops are made for that."""
    return await asyncio.to_thread(_ask_without_a_loop, loop_runs)


def _ask_without_a_loop(loop_runs):
    with _loops_made() as loops:
        returned = called(loop_runs)
    asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()
    return {"returned": returned, "loops_made": len(loops)}


@contextlib.contextmanager
def _loops_made():
    """Gives a list of the loops that this thread makes inside the block."""
    original = asyncio.BaseEventLoop.__init__
    this_thread = threading.current_thread()
    loops = []

    @functools.wraps(original)
    def noting(self, *args, **options):
        if threading.current_thread() is this_thread:
            loops.append(self)
        original(self, *args, **options)

    asyncio.BaseEventLoop.__init__ = noting
    try:
        yield loops
    finally:
        asyncio.BaseEventLoop.__init__ = original


async def asked_at_rest(loop_runs):
    """What it returns before, while and after a loop runs that its thread has all the time; and in
    a callback of that loop, which has no task then.
    """
    return await asyncio.to_thread(_ask_with_a_loop, loop_runs)


def _ask_with_a_loop(loop_runs):
    async def ask():
        return loop_runs()

    def ask_without_a_task():
        without_a_task.append(loop_runs())
        loop.stop()

    loop = asyncio.new_event_loop()
    without_a_task = []
    asyncio.set_event_loop(loop)
    try:
        before = loop_runs()
        during = loop.run_until_complete(ask())
        after = loop_runs()
        loop.call_soon(ask_without_a_task)
        loop.run_forever()
        [in_callback] = without_a_task
        return {"before": before, "while": during, "after": after, "without a task": in_callback}
    finally:
        asyncio.set_event_loop(None)
        loop.close()


# ------------------------------------------------------------------ one loop, several runs


class _Steps:
    """Steps for one loop: each notes on which loop it runs; the first leaves a helper behind.

    Args:
        seconds: how long each step takes.
        words: the word of each: what it returns is that in capitals.
        broken: the word of the step that fails, None if none does.

    Attributes:
        steps: the steps, coroutine functions.
        loops: the loop of each step that has begun.
        happened: "begin home", "end home", and what became of the helper, in the order of time.
    """

    def __init__(self, seconds, words, broken):
        self.loops = []
        self.happened = []
        self._helpers = []
        self.steps = [
            self._step(number, pause, word, word == broken)
            for number, (pause, word) in enumerate(zip(seconds, words, strict=True))
        ]

    def _step(self, number, seconds, word, fails):
        async def step():
            loop = asyncio.get_running_loop()
            self.loops.append(loop)
            self.happened.append(f"begin {word}")
            if number == 0:
                self._helpers.append(asyncio.create_task(self._help(), name="helper"))
            await asyncio.sleep(seconds)
            if fails:
                raise LookupError(word)
            self.happened.append(f"end {word}")
            return word.upper()

        step.__qualname__ = "step"  # as it is called in messages
        return step

    async def _help(self):
        try:
            while True:
                await asyncio.sleep(1)
        except asyncio.CancelledError:  # no `finally`: a task that is destroyed can await nothing
            await asyncio.sleep(2)
            self.happened.append(CLEANED_UP)
            raise


def _note_unawaited(code):
    """Note each coroutine of this code that is still there: none of them was awaited.

    The error that came out may hold them: then they would be destroyed after the run.
    """
    for thing in gc.get_objects():
        if type(thing) is types.CoroutineType and thing.cr_code is code:
            current_run().recorder.held_unawaited(thing)


async def in_turn(run_in_turn, seconds, words, broken=None):
    """Run steps in a thread; the arguments are those of `_Steps`.

    Returns the outcome; on how many loops the steps ran; what happened; and whether these loops are
    closed.
    """
    steps = _Steps(seconds, words, broken)
    came_out = await asyncio.to_thread(outcome, run_in_turn, steps.steps)
    if broken:
        _note_unawaited(steps.steps[0].__code__)
    return {
        "outcome": came_out,
        "loops": len({id(loop) for loop in steps.loops}),
        "happened": steps.happened,
        "closed": all(loop.is_closed() for loop in steps.loops),
    }


# ------------------------------------------------------------------ the end of a loop


async def launched(launch, jobs, patience, fails=False, broken=None):
    """Launch a main, in a thread, that takes a second and leaves jobs behind.

    Args:
        jobs: name of each → [seconds that it works, seconds of its clean-up].
        patience: seconds, handed to the answer.
        fails: whether main fails.
        broken: the name of the job that fails when it has worked, None if none does.

    Returns the outcome; of each job that came to an end how it ended, "finished", "failed" or
    "cancelled", and when it ended or was asked to stop; and whether the loop is closed.
    """
    ends = {}
    loops = []
    tasks = []  # a task that nobody holds may be destroyed

    async def job(name, seconds, clean_up):
        try:
            await asyncio.sleep(seconds)
            ends[name] = {"how": "failed" if name == broken else "finished", "at": now()}
            if name == broken:
                raise LookupError(name)
        except asyncio.CancelledError:
            asked_at = now()
            await asyncio.sleep(clean_up)
            ends[name] = {"how": "cancelled", "at": asked_at}
            raise

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)  # a failed job may go unheard
        loops.append(loop)
        for name, (seconds, clean_up) in jobs.items():
            tasks.append(asyncio.create_task(job(name, seconds, clean_up), name=name))
        await asyncio.sleep(1)
        if fails:
            raise LookupError("main")
        return "the result"

    came_out = await asyncio.to_thread(outcome, launch, main, patience)
    closed = bool(loops) and loops[0].is_closed()
    return {"outcome": came_out, "ends": ends, "closed": closed}
