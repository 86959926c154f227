"""Scenes of 07_the_event_loop: loops that the answer makes, in threads and in processes of its own.

As in `scenes`, a scene closes over nothing and returns plain data. A loop in another thread of a
run is on the run's clock, so seconds cost nothing.
"""

import asyncio
import contextlib
import functools
import gc
import threading
import types
import weakref

from checker.engine import private
from checker.engine.current import current_run
from checker.engine.loop.loop import VirtualLoop
from checker.lab.scenes.why_asyncio import called


def _now():
    return round(asyncio.get_running_loop().time(), 3)


async def asked_inside(loop_runs):
    """What the answer says in a coroutine and in a callback."""
    loop = asyncio.get_running_loop()
    heard = loop.create_future()
    loop.call_soon(lambda: heard.set_result(loop_runs()))
    return [called(loop_runs), await heard]


async def asked_in_thread(loop_runs):
    """What it says in a thread that has no loop, and how many loops are made for that."""
    return await asyncio.to_thread(_ask_beside_none, loop_runs)


def _ask_beside_none(loop_runs):
    with _counted() as made:
        said = called(loop_runs)
    asyncio.set_event_loop(None)
    for loop in made:
        loop.close()
    return [said, len(made)]


@contextlib.contextmanager
def _counted():
    """Gives a list of the loops that this thread makes meanwhile."""
    real, made, me = asyncio.BaseEventLoop.__init__, [], threading.current_thread()

    @functools.wraps(real)
    def counting(self, *args, **options):
        if threading.current_thread() is me:
            made.append(self)
        real(self, *args, **options)

    asyncio.BaseEventLoop.__init__ = counting
    try:
        yield made
    finally:
        asyncio.BaseEventLoop.__init__ = real


def _beside_a_loop(loop_runs):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        before = loop_runs()
        return [before, loop.run_until_complete(_say(loop_runs)), loop_runs()]
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _say(function):
    return function()


async def asked_at_rest(loop_runs):
    """What it says before, while and after a loop runs that its thread has all the time."""
    return await asyncio.to_thread(_beside_a_loop, loop_runs)


# ------------------------------------------------------------------ one loop, several runs


class _Steps:
    """Steps for one loop: each notes on which loop it runs; the first leaves a helper behind."""

    def __init__(self, seconds, words, broken):
        self.loops, self.happened = [], []
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
            self.happened.append("helper cleaned up")
            raise

    @property
    def closed(self):
        """Whether each loop is closed."""
        return all(loop.is_closed() for loop in self.loops)


def _find_unawaited(code):
    # The error that came out may hold them: then they would be destroyed after the run.
    for thing in gc.get_objects():
        if type(thing) is types.CoroutineType and thing.cr_code is code:
            current_run().recorder.held_unawaited(thing)


async def in_turn(run_in_turn, seconds, words, broken=None):
    """What comes out; on how many loops; what happened; and whether the loops are closed."""
    made = _Steps(seconds, words, broken)
    came = await asyncio.to_thread(_outcome, run_in_turn, made.steps)
    if broken:
        _find_unawaited(made.steps[0].__code__)
    return [came, len(set(map(id, made.loops))), made.happened, made.closed]


def _outcome(function, *args):
    try:
        return called(function, *args)
    except LookupError as error:
        return repr(error)


# ------------------------------------------------------------------ the end of a loop


async def launched(launch, jobs, patience, fails=False):
    """Launch a main that takes a second and leaves jobs behind.

    Args:
        jobs: name of each → [seconds that it works, seconds of its clean-up].
        fails: whether main fails.

    Returns what came out, how each job ended and when, and whether the loop is closed.
    """
    ends, kept = {}, []

    async def job(name, seconds, clean_up):
        try:
            await asyncio.sleep(seconds)
            ends[name] = ["finished", _now()]
        except asyncio.CancelledError:
            asked = _now()
            await asyncio.sleep(clean_up)
            ends[name] = ["was cancelled and cleaned up", asked]
            raise

    async def main():
        kept.append(asyncio.get_running_loop())
        for name, (seconds, clean_up) in jobs.items():
            kept.append(asyncio.create_task(job(name, seconds, clean_up), name=name))
        await asyncio.sleep(1)
        if fails:
            raise LookupError("main")
        return "the result"

    came = await asyncio.to_thread(_outcome, launch, main, patience)
    closed = bool(kept) and kept[0].is_closed()
    return [came, ends, closed]


# ------------------------------------------------------------------ loops of another kind


class Clocked(VirtualLoop):
    """A loop on the clock of the run, made without arguments, as other loops are."""

    def __init__(self, selector=None):
        super().__init__(current_run().clock)


class _Special(Clocked):
    kind = "special"


def _kind():
    loop = asyncio.new_event_loop()
    loop.close()
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
    """What comes out; the kind of loop that main had; whether that one is closed, and each that
    was made with `make_loop`; and what kinds of loop somebody else got meanwhile.
    """
    kinds, loops, mains = [], [], []

    def make_loop():
        made = _Special()
        loops.append(made)
        if len(loops) == 1:
            other = threading.Thread(target=lambda: kinds.append(_kind()), name="other")
            other.start()
            other.join()
        return made

    async def main():
        mains.append(asyncio.get_running_loop())
        kinds.append(await asyncio.to_thread(_kind))
        await asyncio.sleep(seconds)
        if fails:
            raise LookupError(word)
        return word.upper()

    with _policy_kept():
        came = await asyncio.to_thread(_outcome, run_on, make_loop, main)
    kind = getattr(mains[0], "kind", "usual") if mains else "none"
    return [came, kind, all(loop.is_closed() for loop in loops + mains), kinds]


def _tracking(answer):
    """The class of the answer's, on the clock of the run."""

    def create_task(self, coroutine, **options):
        task = answer.create_task(self, coroutine, **options)
        if not isinstance(task, asyncio.Task):
            raise TypeError("create_task is to return the task")
        return task

    if not (isinstance(answer, type) and issubclass(answer, asyncio.SelectorEventLoop)):
        raise TypeError("TrackingLoop is to be a subclass of asyncio.SelectorEventLoop")
    return type(answer.__name__, (answer, Clocked), {"create_task": create_task})


async def _on_tracking(answer, main):
    made = _tracking(answer)

    return await asyncio.to_thread(_on, made, main)


def _on(make, main):
    made = make()
    if not hasattr(made, "watch"):
        raise TypeError("TrackingLoop.__init__ is to call `super().__init__()`")
    with asyncio.Runner(loop_factory=lambda: made) as runner:
        return runner.run(main())


async def _job(seconds, happened, name, more=(), fails=False):
    await asyncio.sleep(seconds)
    if more:
        asyncio.create_task(_job(more[0], happened, f"after {name}", more[1:]))  # noqa: RUF006
    happened.append(name)
    if fails:
        raise LookupError(name)


async def waited_for(tracking_loop, seconds, names, more, broken=None):
    """Start jobs that nobody keeps; what has happened when `wait_all` returns."""
    happened = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        for number, (pause, name) in enumerate(zip(seconds, names, strict=True)):
            later = () if number else more
            asyncio.create_task(_job(pause, happened, name, later, name == broken), name=name)  # noqa: RUF006
        began = _now()
        came = await loop.wait_all()
        return [came, list(happened), round(_now() - began, 3)]

    return await _on_tracking(tracking_loop, main)


def _said(loop, me):
    """The names that `pending` gives, in order; whatever else it gives, as it is."""
    names = loop.pending()
    if type(names) is not list or not all(isinstance(name, str) for name in names):
        return names
    shown = ("main" if name == me else name for name in names)
    return sorted("Task-…" if name.startswith("Task-") else name for name in shown)


async def names_pending(tracking_loop, seconds, names):
    """What `pending` says at the beginning, after each job, and of none at all."""

    async def main():
        loop, said = asyncio.get_running_loop(), []
        await loop.wait_all()
        me = asyncio.current_task().get_name()
        for pause, name in zip(seconds, names, strict=True):
            loop.create_task(asyncio.sleep(pause), name=name)
        before = 0
        for pause in sorted(seconds):
            said.append(_said(loop, me))
            await asyncio.sleep(pause - before + 0.5)
            before = pause + 0.5
        await loop.wait_all()
        said.append(_said(loop, me))
        return said

    return await _on_tracking(tracking_loop, main)


async def names_beside(tracking_loop):
    """What `pending` of a loop says, while another loop of this class has a task, too."""

    def other(loop, me, said):
        async def main():
            task = asyncio.create_task(asyncio.sleep(1), name="elsewhere")
            said.append(_said(loop, me))
            await task

        _on(_tracking(tracking_loop), main)

    async def main():
        loop, said = asyncio.get_running_loop(), []
        await asyncio.to_thread(other, loop, asyncio.current_task().get_name(), said)
        return said[0]

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
    """Does a task live on that nobody holds but the loop?"""

    async def main():
        loop, found = asyncio.get_running_loop(), []

        async def alone():
            box = loop.create_future()
            found.append(weakref.ref(box))
            found.append(await box)

        loop.set_exception_handler(lambda loop, context: None)
        asyncio.create_task(alone(), name="alone")  # noqa: RUF006
        await asyncio.sleep(1)
        gc.collect(1)
        box = found[0]()
        if box is None:
            return "the task was destroyed"
        box.set_result(word)
        del box
        await asyncio.sleep(1)
        return found[1]

    return await _on_tracking(tracking_loop, main)
