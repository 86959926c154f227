"""Scenes of 01_why_asyncio: plain functions, called in a thread where they may block."""

import _thread
import asyncio
import contextlib
import inspect
import selectors
import socket
import threading
import time

from checker.engine import Service
from checker.engine.clock import real_sleep
from checker.lab.pretend import Pages

PATIENCE = 0.1  # real seconds between two looks whether a peer will still speak
GAP = 0.03  # real seconds in which all peers are silent
IN_VAIN = 100  # reads that found nothing; more is no chance, but a loop that spins


def called(answer, *args):
    """Call the answer, which is a plain function; what a coroutine would garble is said plainly."""
    if inspect.iscoroutinefunction(answer):
        name = answer.__name__
        raise TypeError(f"{name} is to be a plain function: write `def {name}`, without `async`")
    try:
        return answer(*args)
    except StopIteration as error:
        ended = RuntimeError("StopIteration came out: next() was called of a job that had ended")
        raise ended.with_traceback(error.__traceback__) from None


class PlainPages(Pages):
    """`fetch(name)` as a plain function: it blocks its thread, then returns the text."""

    def __call__(self, name):
        with self.call(f"fetch({name!r})"):
            time.sleep(self._delays[name])
            return self.body(name)


class Waits(Service):
    """The waits of jobs that are generators, each noted from its `yield` to the step after."""

    name = "wait"


async def ask_in_thread(ask_all, fetch, names):
    """Ask in a thread, so that the answer may block."""
    return await asyncio.to_thread(called, ask_all, fetch, names)


async def share_of(cpu_share, works, waits):
    """The share that is measured for a function which works and waits so many seconds, in words."""
    calls = []

    def function():
        calls.append(True)
        end = time.process_time() + works
        while time.process_time() < end:
            sum(range(1000))  # asking the clock is the system's work, not ours
        time.sleep(waits)

    share = called(cpu_share, function)
    if type(share) not in (int, float):
        return f"{type(share).__name__}, not a number"
    if len(calls) != 1:
        return f"{len(calls)} calls of the function"
    near = [(0.1, "near 0"), (0.6, "between 0 and 1"), (1.3, "near 1")]
    return next((text for limit, text in near if 0 <= share < limit), "not between 0 and 1")


async def handled(mailbox, messages, follow_ups):
    """In which order the messages are handled; some bring new ones."""
    order = []

    def handle(message):
        order.append(message)
        return list(follow_ups.get(message, ()))

    called(mailbox, list(messages), handle)
    return order


def _job(name, values, happened):
    for value in values:
        happened.append(name)
        yield value
    happened.append(f"{name} ends")


async def turns(take_turns, jobs):
    """What the answer returns, and in which order the jobs really ran."""
    happened = []
    made = [_job(name, values, happened) for name, values in jobs.items()]
    result = called(take_turns, made)
    return [result, happened]


def _sleeper(name, seconds, happened, waits, start):
    for wait in seconds:
        with waits.call(f"{name}: wait({wait:g})"):
            yield wait
        happened.append([name, round(time.monotonic() - start, 3)])


async def slept(run_sleepers, jobs, waits):
    """When each wait of the jobs was over, and when the loop was; in the order of time."""
    happened, start = [], time.monotonic()
    made = [_sleeper(name, waits_, happened, waits, start) for name, waits_ in jobs.items()]
    await asyncio.to_thread(called, run_sleepers, made)
    happened.append(["the loop ends", round(time.monotonic() - start, 3)])
    return sorted(happened, key=lambda pair: (pair[1], pair[0] == "the loop ends", pair[0]))


async def threads_of(run_sleepers, names):
    """In how many threads the steps of the jobs are made."""
    threads = set()

    def job():
        for _ in range(2):
            threads.add(threading.get_ident())
            yield 3

    await asyncio.to_thread(called, run_sleepers, [job() for _ in names])
    return f"steps in {len(threads)} thread{'s' * (len(threads) != 1)}"


async def overdue(run_sleepers, first, block, second):
    """One job goes on after `first` seconds and then holds the loop for `block`; another one wants
    to go on meanwhile, after `second` seconds. When does it?
    """
    start, happened = time.monotonic(), []

    def holds():
        yield first
        time.sleep(block)

    def meanwhile():
        yield second
        happened.append(round(time.monotonic() - start, 3))

    await asyncio.to_thread(called, run_sleepers, [holds(), meanwhile()])
    return happened


class _Ear(socket.socket):
    """A socket that says so where `recv` would wait for ever, or is read all the time.

    `about_to_speak` is not empty while a peer has something to say.
    """

    vain = 0
    threads = frozenset()

    def recv(self, *args):
        self.threads |= {threading.get_ident()}
        while True:
            hope = bool(self.about_to_speak)
            try:
                return super().recv(*args)
            except BlockingIOError:
                self.vain += 1
                if self.vain > IN_VAIN:
                    raise RuntimeError("the socket was read again and again in vain") from None
                raise
            except TimeoutError:
                if not hope:
                    said = "recv() would wait for ever: this socket says nothing"
                    raise RuntimeError(said) from None


class _Patient(selectors.DefaultSelector):
    """A selector that says so where it would wait for ever, or is asked all the time."""

    vain = 0

    def __init__(self, about_to_speak):
        super().__init__()
        self.about_to_speak = about_to_speak

    def select(self, timeout=None):
        if not self.get_map():
            raise RuntimeError("select() with nothing registered would wait for ever")
        while True:
            hope = bool(self.about_to_speak)
            found = super().select(PATIENCE if timeout is None else min(timeout, PATIENCE))
            if found or timeout is not None or not hope:
                break
        if not found and timeout is None:
            raise RuntimeError("select() would wait for ever: no registered socket has anything")
        self.vain += not found
        if self.vain > IN_VAIN:
            raise RuntimeError("select() was asked again and again, and found nothing")
        return found


async def reports(hear_all, script, count):
    """What is reported."""
    return (await _heard(hear_all, script, count))[0]


async def closed(hear_all, script, count):
    """How many of our sockets are closed in the end."""
    _, ears = await _heard(hear_all, script, count)
    return f"{sum(not is_open for is_open, _ in ears)} of {count} are closed"


async def listeners(hear_all, script, count):
    """In how many threads the sockets are read."""
    _, ears = await _heard(hear_all, script, count)
    many = len(frozenset().union(*(threads for _, threads in ears)))
    return f"read in {many} thread{'s' * (many != 1)}"


async def _heard(hear_all, script, count):
    """Sockets whose peers speak in an order that nobody can know beforehand.

    Args:
        script: (number of the peer, its message) in the order in which they speak.
        count: how many sockets there are.

    Returns:
        what was reported; and of each socket, whether it is open and which threads have read it.
    """
    reported, ears, peers, about_to_speak = [], [], [], []
    for _ in range(count):
        ours, theirs = socket.socketpair()
        ear = _Ear(fileno=ours.detach())
        ear.about_to_speak = about_to_speak
        ear.settimeout(PATIENCE)
        ears.append(ear)
        peers.append(theirs)
    left = list(script)

    def speak():
        number, text = left.pop(0)
        with contextlib.suppress(OSError):  # the answer has given up
            say(number, text)

    def say(number, text):
        peers[number].sendall(text.encode())
        if all(number != later for later, _ in left):
            peers[number].close()

    def after_a_silence():
        real_sleep(GAP)
        speak()
        about_to_speak.pop()

    def report(text):
        reported.append(text)
        if len(left) % 2:  # now at once, now after a silence
            speak()
        elif left:
            about_to_speak.append("a peer")
            _thread.start_new_thread(after_a_silence, ())

    speak()
    try:
        with _Patient(about_to_speak) as selector:
            # Not in the loop's thread: a wait in a selector of the answer's own cannot be ended.
            await asyncio.to_thread(called, hear_all, selector, list(ears), report)
        return reported, [(ear.fileno() != -1, ear.threads) for ear in ears]
    finally:
        for one in (*ears, *peers):
            one.close()
