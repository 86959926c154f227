"""Scenes of 01_why_asyncio: plain functions, called in a thread where they may block."""

import _thread
import asyncio
import contextlib
import inspect
import selectors
import socket
import threading
import time

from checker.engine import Service, private
from checker.engine.clock.clock import real_sleep
from checker.lab.fakes.pages import Pages

PATIENCE = 0.1  # real seconds between two looks whether a peer will still speak
GAP = 0.03  # real seconds in which all peers are silent
LONG = 60  # seconds; who waits as long as that is patient
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
    if share is None:
        return None
    if type(share) not in (int, float):
        return f"{type(share).__name__}, not a number"
    if len(calls) != 1:
        return f"{len(calls)} calls of the function"
    near = [(0.1, "near 0"), (0.5, "between 0 and 1"), (1.3, "near 1")]
    return next((text for limit, text in near if 0 <= share < limit), "not between 0 and 1")


class Handles(Service):
    """`handle(message)` returns the new messages that a message brings."""

    name = "handle"

    def __init__(self, follow_ups):
        self._follow_ups = follow_ups
        self.order = []

    def fresh(self):
        return Handles(self._follow_ups)

    def __call__(self, message):
        with self.call(f"handle({message!r})"):
            self.order.append(message)
            return list(self._follow_ups.get(message, ()))


async def handled(mailbox, messages, handle):
    """In which order the messages are handled; some bring new ones."""
    called(mailbox, list(messages), handle)
    return handle.order


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
    """In how many threads the steps of the jobs are made, and whether in a loop of asyncio's."""
    threads, loops = set(), set()

    def job():
        for _ in range(2):
            threads.add(threading.get_ident())
            loops.add(private.running_loop())
            yield 3

    await asyncio.to_thread(called, run_sleepers, [job() for _ in names])
    borrowed = " of a loop of asyncio's" * (loops != {None})
    return f"steps in {len(threads)} thread{'s' * (len(threads) != 1)}{borrowed}"


async def overdue(run_sleepers, first, block, second, waits):
    """One job goes on after `first` seconds, holds the loop for `block`, and waits again, for
    `second` seconds; another one wants to go on meanwhile, after `second` seconds. When do they?
    """
    start, happened = time.monotonic(), []

    def note(name):
        happened.append([name, round(time.monotonic() - start, 3)])

    def holds():
        yield first
        time.sleep(block)
        with waits.call(f"holds: wait({second:g})"):
            yield second
        note("the one that computes")

    def meanwhile():
        with waits.call(f"meanwhile: wait({second:g})"):
            yield second
        note("the other one")

    await asyncio.to_thread(called, run_sleepers, [holds(), meanwhile()])
    return happened


class _Ear(socket.socket):
    """A socket that says so where `recv` would wait for ever, or is read all the time.

    `about_to_speak` is not empty while a peer has something to say.
    """

    vain = ends = messages = 0
    threads = frozenset()

    def recv(self, *args):
        self.threads |= {threading.get_ident()}
        while True:
            hope = bool(self.about_to_speak)
            try:
                data = super().recv(*args)
                break
            except BlockingIOError:
                self.vain += 1
                if self.vain > IN_VAIN:
                    raise RuntimeError("the socket was read again and again in vain") from None
                raise
            except TimeoutError:
                if not hope:
                    said = "recv() would wait for ever: this socket says nothing"
                    raise RuntimeError(said) from None
        self.ends += not data
        self.messages += bool(data)
        if self.ends > IN_VAIN:
            raise RuntimeError("recv() gave b'' again and again: the other side has closed")
        return data


class _Patient(selectors.DefaultSelector):
    """A selector that says so where it would wait for ever, or is asked all the time.

    A silence lasts longer than any time-out under `LONG`.
    """

    vain = 0
    unreported = bool  # whether something was read and has not been reported

    def __init__(self, about_to_speak):
        super().__init__()
        self.about_to_speak = about_to_speak

    def select(self, timeout=None):
        if not self.get_map():
            raise RuntimeError("select() with nothing registered would wait for ever")
        found, hope = super().select(0), True
        while hope and not found and (timeout is None or timeout >= LONG):
            hope = bool(self.about_to_speak)
            found = super().select(PATIENCE)
        if not hope and not found:
            why = "no registered socket has anything"
            if self.unreported():
                why = "nobody speaks on before you report what came"
            raise RuntimeError(f"select() would wait for ever: {why}")
        self.vain += not found
        if self.vain > IN_VAIN:
            given = f"timeout={timeout:g}"
            raise RuntimeError(f"select({given}) was asked again and again, and found nothing")
        return found


class Hears(Service):
    """`report(text)`; each call lets the next peer speak."""

    name = "report"

    def __init__(self):
        self.heard = []
        self.then = None

    def fresh(self):
        return Hears()

    def __call__(self, text):
        with self.call(f"report({text!r})"):
            self.heard.append(text)
            self.then()


async def reports(hear_all, script, count, report):
    """What is reported."""
    await _heard(hear_all, script, count, report)
    return report.heard


async def closed(hear_all, script, count, report):
    """How many of our sockets are closed in the end, and how many are registered still."""
    ears, registered = await _heard(hear_all, script, count, report)
    told = f"{sum(not is_open for is_open, _ in ears)} of {count} are closed"
    return told + f", {registered} still registered" * bool(registered)


async def listeners(hear_all, script, count, report):
    """In how many threads the sockets are read."""
    ears, _ = await _heard(hear_all, script, count, report)
    many = len(frozenset().union(*(threads for _, threads in ears)))
    return f"read in {many} thread{'s' * (many != 1)}"


async def _heard(hear_all, script, count, report):
    """Sockets whose peers speak in an order that nobody can know beforehand.

    Args:
        script: (number of the peer, its message) in the order in which they speak.
        count: how many sockets there are.

    Returns:
        of each socket, whether it is open and which threads have read it; and how many are
        registered in the end.
    """
    ears, peers, about_to_speak = [], [], []
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

    def next_one():
        if len(left) % 2:  # now at once, now after a silence
            speak()
        elif left:
            about_to_speak.append("a peer")
            _thread.start_new_thread(after_a_silence, ())

    report.then = next_one
    speak()
    try:
        with _Patient(about_to_speak) as selector:
            selector.unreported = lambda: sum(e.messages for e in ears) > len(report.heard)
            # Not in the loop's thread: a wait in a selector of the answer's own cannot be ended.
            await asyncio.to_thread(called, hear_all, selector, list(ears), report)
            registered = len(selector.get_map())
        return [(ear.fileno() != -1, ear.threads) for ear in ears], registered
    finally:
        for one in (*ears, *peers):
            one.close()
