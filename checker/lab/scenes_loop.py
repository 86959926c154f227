"""Scenes of 07_the_event_loop: loops that the answer makes, in threads and in processes of its own.

As in `scenes`, a scene closes over nothing and returns plain data. A loop in another thread of a
run is on the run's clock, so seconds cost nothing.
"""

import asyncio
import contextlib
import functools
import gc
import inspect
import signal
import subprocess
import sys
import weakref

from checker.engine import Service
from checker.engine.current import current_run
from checker.engine.loop import VirtualLoop


def _now():
    return round(asyncio.get_running_loop().time(), 3)


async def asked_inside(loop_runs):
    """What the answer says in a coroutine and in a callback."""
    loop = asyncio.get_running_loop()
    heard = loop.create_future()
    loop.call_soon(lambda: heard.set_result(loop_runs()))
    return [loop_runs(), await heard]


async def asked_in_thread(loop_runs):
    """What it says in a thread that has no loop."""
    return await asyncio.to_thread(loop_runs)


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
            self.happened.append(word)
            if number == 0:
                self._helpers.append(asyncio.create_task(self._help(), name="helper"))
            await asyncio.sleep(seconds)
            if fails:
                raise LookupError(word)
            return word.upper()

        return step

    async def _help(self):
        try:
            while True:
                await asyncio.sleep(1)
        finally:
            await asyncio.sleep(2)
            self.happened.append("helper cleaned up")

    @property
    def closed(self):
        """Whether each loop is closed."""
        return all(loop.is_closed() for loop in self.loops)


async def in_turn(run_in_turn, seconds, words, broken=None):
    """What comes out; on how many loops; what happened; and whether the loops are closed."""
    made = _Steps(seconds, words, broken)
    came = await asyncio.to_thread(_outcome, run_in_turn, made.steps)
    return [came, len(set(map(id, made.loops))), made.happened, made.closed]


def _outcome(function, *args):
    try:
        return function(*args)
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
            ends[name] = ["cancelled and cleaned up", asked]
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


async def run_specially(run_on, seconds, word, fails=False):
    """What comes out; the loop that main had, and whether it is closed; and what kind of loop
    somebody else would have got meanwhile.
    """
    seen, loops = [], []
    policy = asyncio.get_event_loop_policy()

    async def main():
        loops.append(asyncio.get_running_loop())
        seen.append(await asyncio.to_thread(_kind))
        await asyncio.sleep(seconds)
        if fails:
            raise LookupError(word)
        return word.upper()

    try:
        came = await asyncio.to_thread(_outcome, run_on, _Special, main)
    finally:
        asyncio.set_event_loop_policy(policy)
    return [came, getattr(loops[0], "kind", "usual"), loops[0].is_closed(), seen[0]]


def _tracking(answer):
    """The class of the answer's, on the clock of the run."""
    if not (isinstance(answer, type) and issubclass(answer, asyncio.SelectorEventLoop)):
        raise TypeError("TrackingLoop is to be a subclass of asyncio.SelectorEventLoop")
    return type(answer.__name__, (answer, Clocked), {})


async def _on_tracking(answer, main):
    made = _tracking(answer)

    def run():
        with asyncio.Runner(loop_factory=made) as runner:
            return runner.run(main())

    return await asyncio.to_thread(run)


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
        came = await loop.wait_all()
        return [came, list(happened)]

    return await _on_tracking(tracking_loop, main)


async def names_pending(tracking_loop, seconds, names):
    """What `pending` says at the beginning, after each job, and of none at all."""

    async def main():
        loop, said = asyncio.get_running_loop(), []
        await loop.wait_all()
        me = asyncio.current_task().get_name()
        for pause, name in zip(seconds, names, strict=True):
            asyncio.create_task(asyncio.sleep(pause), name=name)  # noqa: RUF006
        before = 0
        for pause in sorted(seconds):
            said.append(sorted("main" if n == me else n for n in loop.pending()))
            await asyncio.sleep(pause - before + 0.5)
            before = pause + 0.5
        await loop.wait_all()
        said.append(sorted("main" if n == me else n for n in loop.pending()))
        return said

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
        gc.collect()
        box = found[0]()
        if box is None:
            return "the task was destroyed"
        box.set_result(word)
        del box
        await asyncio.sleep(1)
        return found[1]

    return await _on_tracking(tracking_loop, main)


# ------------------------------------------------------------------ signals


class _Signals:
    """Signals for the running loop, on the run's clock, where a real one would need a process."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.handlers = {}
        self.fatal = self.loop.create_future()
        self.loop.add_signal_handler = self._add
        self.loop.remove_signal_handler = self._remove

    def _add(self, number, callback, *args):
        if asyncio.iscoroutine(callback) or inspect.iscoroutinefunction(callback):
            raise TypeError("coroutines cannot be used with add_signal_handler()")
        self.handlers[signal.Signals(number).name] = (callback, args)

    def _remove(self, number):
        return self.handlers.pop(signal.Signals(number).name, None) is not None

    def send(self, name):
        """What a signal does: it calls the handler, or ends the process."""
        if name in self.handlers:
            callback, args = self.handlers[name]
            self.loop.call_soon(callback, *args)
        elif not self.fatal.done():
            self.fatal.set_result(name)


@contextlib.contextmanager
def _pythons_own_refused():
    """Inside a run `signal.signal` is refused, whatever thread the run is in."""
    real = signal.signal

    @functools.wraps(real)
    def refuses(number, handler):
        if current_run() is None:
            return real(number, handler)
        raise ValueError("signal.signal is refused in a check: use loop.add_signal_handler")

    signal.signal = refuses
    try:
        yield
    finally:
        signal.signal = real


class Takes(Service):
    """`await take()` gives the next job after a second; after the last one it waits for ever."""

    name = "take"

    def __init__(self, jobs):
        self.jobs = list(jobs)

    def fresh(self):
        return Takes(self.jobs)

    async def __call__(self):
        await asyncio.sleep(1)
        if not self.jobs:
            await asyncio.get_running_loop().create_future()
        return self.jobs.pop(0)

    def now_serving(self, frame):
        """What a suspended call is called in a record."""
        return "take()"

    def __repr__(self):
        return "take"


class Works(Service):
    """`await work(job)` takes the seconds of that job, and cleans up when it is cancelled.

    Args:
        seconds: name of each job → seconds that it takes.
        clean_up: seconds that a clean-up takes.
    """

    name = "work"

    def __init__(self, seconds, clean_up=0):
        self.seconds, self.clean_up = seconds, clean_up
        self.happened = []

    def fresh(self):
        return Works(self.seconds, self.clean_up)

    async def __call__(self, job):
        self.happened.append(f"begin {job}")
        with self.call(f"work({job!r})"):
            try:
                await asyncio.sleep(self.seconds[job])
            except asyncio.CancelledError:
                if self.clean_up:
                    await asyncio.sleep(self.clean_up)
                self.happened.append(f"clean up {job}")
                raise
        self.happened.append(f"end {job}")

    def now_serving(self, frame):
        """What a suspended call is called in a record."""
        return f"work({frame.f_locals['job']!r})"

    def __repr__(self):
        return "work"


async def served(serve, take, work, sent):
    """Serve on a clock, while signals are sent: [seconds, name of the signal], in their order.

    Returns what the answer returned, what happened, which handlers were there before the first job
    was taken, and which are left in the end.
    """
    signals, ready = _Signals(), []

    async def take_and_note():
        ready.append(sorted(signals.handlers))
        return await take()

    for moment, name in sent:
        signals.loop.call_later(moment, signals.send, name)
    with _pythons_own_refused():
        serving = asyncio.create_task(serve(take_and_note, work), name="serve")
        await asyncio.wait([serving, signals.fatal], return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        name = signals.fatal.result()
        raise RuntimeError(f"{name} ended the process: it had no handler on the loop")
    result = await serving
    return [result, work.happened, ready[0] if ready else [], sorted(signals.handlers)]


_CHILD = """
import ast, asyncio, signal, sys, time

signal.alarm(20)  # whatever becomes of the answer, this process ends
tree = ast.parse(sys.stdin.read())
tree.body = [s for s in tree.body if not isinstance(s, ast.Expr)]
names = {"asyncio": asyncio, "signal": signal, "time": time}
exec(compile(tree, "answer", "exec"), names)
jobs = ["first", "second", "third"]

async def take():
    return jobs.pop(0)

async def work(name):
    if name == "second":
        print("ready", flush=True)
        await asyncio.wait([noticed], timeout=5)
    print("end", name, flush=True)

def note():
    noticed.done() or noticed.set_result(None)

async def main():
    global noticed
    loop = asyncio.get_running_loop()
    noticed = loop.create_future()
    add, python = loop.add_signal_handler, signal.signal

    def noting(callback, *given):
        def call(*args):
            callback(*given, *args)
            loop.call_soon_threadsafe(loop.call_later, 0.01, note)
        return call

    loop.add_signal_handler = lambda number, *call: add(number, noting(*call))
    signal.signal = lambda number, call: python(number, noting(call) if callable(call) else call)
    print("returned", *await names["serve"](take, work), flush=True)

asyncio.run(main())
"""


def _in_child(source, name):
    """The lines that a child prints which gets this signal, and how it ends."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with child:
        child.stdin.write("\n".join(lines))
        child.stdin.close()
        said = []
        for line in child.stdout:
            said.append(line.strip())
            if said[-1] == "ready":
                child.send_signal(signal.Signals[name])
        return [said, child.wait()]


async def served_for_real(serve, source, name):
    """The same in a process of its own, which gets a real signal in the midst of its second job."""
    return await asyncio.to_thread(_in_child, source, name)
