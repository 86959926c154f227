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
    """Signals for the running loop, on the run's clock, where a real one would need a process.

    Attributes:
        handlers: name of a signal → (its handler, the arguments of that).
        fatal: a future that gets the name of the first signal that had no handler.
    """

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
def _signal_signal_refused():
    """In the block, `signal.signal` is refused to code of a run, whatever thread that is in."""
    original = signal.signal

    @functools.wraps(original)
    def refuse(number, handler):
        if current_run() is None:
            return original(number, handler)
        raise ValueError("signal.signal is refused in a check: use loop.add_signal_handler")

    signal.signal = refuse
    try:
        yield
    finally:
        signal.signal = original


class Takes(Service):
    """`await take()` gives the next job after so many seconds; after the last one it waits for
    ever.

    Args:
        jobs: the names of the jobs, in their order.
        seconds: how long each call takes.
    """

    name = "take"

    def __init__(self, jobs, seconds):
        self.jobs = list(jobs)
        self.seconds = seconds

    def fresh(self):
        return Takes(self.jobs, self.seconds)

    async def __call__(self):
        await asyncio.sleep(self.seconds)
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

    Attributes:
        happened: "begin home", "end home" or "clean up home" of each, in the order of time.
    """

    name = "work"

    def __init__(self, seconds, clean_up=0):
        self.seconds = seconds
        self.clean_up = clean_up
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


async def served(serve, take, work, sent, cancelled_at=None):
    """Serve on the clock of the run, while signals are sent.

    Args:
        sent: [seconds, name of the signal] for each, in their order.
        cancelled_at: seconds after which the answer is cancelled, None if it is not.

    Returns what the answer returned, and whether it ended as cancelled; what happened to the jobs,
    for which signals there were handlers when the first job was taken, and for which there still
    are in the end.
    """
    signals = _Signals()
    handlers_at_takes = []

    async def take_and_note():
        handlers_at_takes.append(sorted(signals.handlers))
        return await take()

    for moment, name in sent:
        signals.loop.call_later(moment, signals.send, name)
    with _signal_signal_refused():
        serving = asyncio.create_task(serve(take_and_note, work), name="serve")
        if cancelled_at is not None:
            signals.loop.call_later(cancelled_at, serving.cancel)
        await asyncio.wait([serving, signals.fatal], return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        name = signals.fatal.result()
        raise RuntimeError(f"{name} ended the process: it had no handler on the loop")
    was_cancelled = serving.cancelled() and cancelled_at is not None
    return {
        "returned": None if was_cancelled else await serving,
        "cancelled": was_cancelled,
        "happened": work.happened,
        "handlers_at_the_first_job": handlers_at_takes[0] if handlers_at_takes else [],
        "handlers_left": sorted(signals.handlers),
    }


# The answer's cell comes on standard input; what it awaits or calls at its top level is left out.
# After "ready" the second job goes on until a signal has been handled, 5 seconds at most.
_CHILD = """
import ast, asyncio, signal, sys, time

signal.alarm(20)  # whatever becomes of the answer, this process ends
tree = ast.parse(sys.stdin.read())
definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

def is_kept(statement):
    if isinstance(statement, definitions):
        return True
    awaits = any(isinstance(node, ast.Await) for node in ast.walk(statement))
    return not isinstance(statement, ast.Expr) and not awaits

tree.body = [statement for statement in tree.body if is_kept(statement)]
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
    if not noticed.done():
        noticed.set_result(None)

async def main():
    global noticed
    loop = asyncio.get_running_loop()
    noticed = loop.create_future()
    add_to_loop = loop.add_signal_handler
    add_to_python = signal.signal

    def noting(callback, *args):
        def call(*more):
            callback(*args, *more)
            loop.call_soon_threadsafe(loop.call_later, 0.01, note)
        return call

    def add_noting(number, callback, *args):
        add_to_loop(number, noting(callback, *args))

    def signal_noting(number, handler):
        return add_to_python(number, noting(handler) if callable(handler) else handler)

    loop.add_signal_handler = add_noting
    signal.signal = signal_noting
    print("returned", *await names["serve"](take, work), flush=True)

asyncio.run(main())
"""


def _in_child(source, name):
    """Run the answer in a child that gets this signal when it prints "ready".

    Returns the lines that it prints, its exit status, and the last line of its standard error.
    """
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
        lines = []
        for line in child.stdout:
            lines.append(line.strip())
            if lines[-1] == "ready":
                child.send_signal(signal.Signals[name])
        errors = child.stderr.read().splitlines()
        return {
            "lines": lines,
            "status": child.wait(),
            "error": errors[-1] if errors else "",
        }


async def served_for_real(serve, source, name):
    """Serve in a process of its own, which gets a real signal in the midst of its second job; what
    it returns is what `_in_child` says.
    """
    return await asyncio.to_thread(_in_child, source, name)
