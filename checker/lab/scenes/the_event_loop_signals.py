"""Scenes of 07_the_event_loop that send signals: on the run's clock, and to a process for real."""

import asyncio
import contextlib
import functools
import inspect
import signal
import subprocess
import sys

from checker.engine import Service
from checker.engine.current import current_run
from checker.lab.magics import without_magics


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
own = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

def waits(statement):
    return any(isinstance(node, ast.Await) for node in ast.walk(statement))

tree.body = [
    s for s in tree.body if isinstance(s, own) or not (isinstance(s, ast.Expr) or waits(s))
]
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
    """The lines that a child prints which gets this signal, its status, and its last words."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        child.stdin.write(without_magics(source).text)
        child.stdin.close()
        said = []
        for line in child.stdout:
            said.append(line.strip())
            if said[-1] == "ready":
                child.send_signal(signal.Signals[name])
        words = child.stderr.read().split("\n")
        return [said, child.wait(), words[-2] if len(words) > 1 else ""]


async def served_for_real(serve, source, name):
    """The same in a process of its own, which gets a real signal in the midst of its second job."""
    return await asyncio.to_thread(_in_child, source, name)
