"""Scenes of 01_why_asyncio: plain functions, called in a thread where they may block.

Times are seconds on the run's clock, where nothing else is said.
"""

import _thread
import asyncio
import contextlib
import inspect
import select
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
    """Call the answer, which is a plain function; what a coroutine would garble is said plainly.

    Raises:
        TypeError: if the answer is a coroutine function.
        RuntimeError: in place of a StopIteration, which no coroutine may raise.
    """
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
    """Measure a function that computes for `works` seconds of CPU time, then waits for `waits`.

    Returns:
        "share": in which range the measured share is: "near 0"; None if None was returned.
        "calls": how often the function was called; 0 if it had not ended when its share was asked.
    """
    calls = ended = 0

    def function():
        nonlocal calls, ended
        calls += 1
        end = time.process_time() + works
        while time.process_time() < end:
            sum(range(1000))  # asking the clock is the system's work, not ours
        time.sleep(waits)
        ended += 1

    try:
        share = called(cpu_share, function)
    except ZeroDivisionError:
        if ended:
            raise
        return {"share": None, "calls": 0}  # between its readings nothing has run
    return {"share": _in_words(share), "calls": calls}


def _in_words(share):
    # The figure itself is another one each time.
    if share is None:
        return None
    if type(share) not in (int, float):
        return f"of type {type(share).__name__}, not a number"
    if 0 <= share < 0.1:
        return "near 0"
    if 0.1 <= share < 0.5:
        return "between 0 and 1"
    if 0.5 <= share < 1.3:
        return "near 1"
    return "not between 0 and 1"


class Handles(Service):
    """`handle(message)` returns the new messages that a message brings.

    Args:
        follow_ups: message → the list of messages that it brings; the others bring none.
    """

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
    """Give it messages, some of which bring new ones; in which order all are handled."""
    called(mailbox, list(messages), handle)
    return handle.order


def _job(name, values, steps):
    for value in values:
        steps.append(name)
        yield value
    steps.append(f"{name} ends")


async def turns(take_turns, jobs):
    """Run a generator for each job; `jobs` holds name → the values that it yields.

    Returns:
        "result": what the answer returned.
        "steps": the steps in the order in which the generators made them: "tea", "tea ends".
    """
    steps = []
    generators = [_job(name, values, steps) for name, values in jobs.items()]
    result = called(take_turns, generators)
    return {"result": result, "steps": steps}


def _sleeper(name, seconds, waits, note):
    for wait in seconds:
        with waits.call(f"{name}: wait({wait:g})"):
            yield wait
        note(name)


async def slept(run_sleepers, jobs, waits):
    """Run a generator for each job; `jobs` holds name → the seconds of its waits, in order.

    Returns:
        "went_on": [name, seconds since the start] of each wait's end, in the order of time; by
            name where they are at the same moment.
        "ended": the seconds after which the answer returned.
    """
    went_on = []
    start = time.monotonic()

    def passed():
        return round(time.monotonic() - start, 3)

    def note(name):
        went_on.append([name, passed()])

    generators = [_sleeper(name, seconds, waits, note) for name, seconds in jobs.items()]
    await asyncio.to_thread(called, run_sleepers, generators)
    ended = passed()
    return {"went_on": sorted(went_on, key=lambda pair: (pair[1], pair[0])), "ended": ended}


async def threads_of(run_sleepers, names):
    """Run a job for each name; each makes two steps.

    Returns:
        "threads": how many threads made them.
        "in_asyncio": whether a loop of asyncio's ran in one of those threads.
    """
    threads = set()
    loops = set()

    def job():
        for _ in range(2):
            threads.add(threading.get_ident())
            loops.add(private.running_loop())
            yield 3

    await asyncio.to_thread(called, run_sleepers, [job() for _ in names])
    return {"threads": len(threads), "in_asyncio": bool(loops - {None})}


async def overdue(run_sleepers, first, block, second, waits):
    """One job waits for `first` seconds, holds the loop for `block` and waits for `second`; the
    other one waits for `second` seconds, which are over while the loop is held.

    Returns:
        "busy", "overdue": the seconds since the start at which the first and the other job went on
        after their last wait; None if one never did.
    """
    went_on = {"busy": None, "overdue": None}
    start = time.monotonic()

    def note(name):
        went_on[name] = round(time.monotonic() - start, 3)

    def busy():
        yield first
        time.sleep(block)
        with waits.call(f"holds: wait({second:g})"):
            yield second
        note("busy")

    def meanwhile():
        with waits.call(f"meanwhile: wait({second:g})"):
            yield second
        note("overdue")

    await asyncio.to_thread(called, run_sleepers, [busy(), meanwhile()])
    return went_on


class _WatchedSocket(socket.socket):
    """A socket that says so where `recv` would wait for ever, or is read all the time.

    Attributes:
        about_to_speak: not empty while a peer has something to say.
        messages: how many reads found a message.
        threads: the threads that have read it.
    """

    def __init__(self, *args, about_to_speak=(), **options):
        super().__init__(*args, **options)
        self.settimeout(PATIENCE)
        self.about_to_speak = about_to_speak
        self.messages = 0
        self.threads = set()
        self._in_vain = 0
        self._ends = 0  # reads after the peer has closed

    def recv(self, *args):
        self.threads.add(threading.get_ident())
        data = self._received(*args)
        if data:
            self.messages += 1
        else:
            self._ends += 1
        if self._ends > IN_VAIN:
            raise RuntimeError("recv() gave b'' again and again: the other side has closed")
        return data

    def _received(self, *args):
        while True:
            hope = bool(self.about_to_speak)
            # The peers speak in real time, so this waits in real time, too.
            if self.gettimeout() and not select.select([self], [], [], PATIENCE)[0]:
                if not hope:
                    raise RuntimeError("recv() would wait for ever: this socket says nothing")
                continue
            try:
                return super().recv(*args)
            except BlockingIOError:
                self._in_vain += 1
                if self._in_vain > IN_VAIN:
                    raise RuntimeError("the socket was read again and again in vain") from None
                raise


class _WatchedSelector(selectors.DefaultSelector):
    """A selector that says so where it would wait for ever, or is asked all the time.

    A silence lasts longer than any time-out under `LONG`.

    Args:
        about_to_speak: not empty while a peer has something to say.
        unreported: a function: whether something was read and has not been reported.
    """

    def __init__(self, about_to_speak, unreported):
        super().__init__()
        self._about_to_speak = about_to_speak
        self._unreported = unreported
        self._in_vain = 0

    def select(self, timeout=None):
        if not self.get_map():
            raise RuntimeError("select() with nothing registered would wait for ever")
        ready = super().select(0)
        hope = True
        while hope and not ready and (timeout is None or timeout >= LONG):
            hope = bool(self._about_to_speak)
            ready = super().select(PATIENCE)
        if not hope and not ready:
            why = "no registered socket has anything"
            if self._unreported():
                why = "nobody speaks on before you report what came"
            raise RuntimeError(f"select() would wait for ever: {why}")
        if not ready:
            self._in_vain += 1
        if self._in_vain > IN_VAIN:
            asked = f"select(timeout={timeout:g})"
            raise RuntimeError(f"{asked} was asked again and again, and found nothing")
        return ready


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


async def heard(hear_all, script, count, report):
    """Give it sockets whose peers speak in an order that nobody can know beforehand.

    Args:
        script: [number of the peer, its message] in the order in which they speak. A peer closes
            after its last message.
        count: how many sockets there are.
        report: a `Hears`.

    Returns:
        "reported": the messages in the order of their reports.
        "closed": how many of the sockets are closed in the end.
        "registered": how many are registered with the selector in the end.
        "threads": how many threads have read them.
    """
    about_to_speak = []
    sockets = []
    peers = []
    for _ in range(count):
        ours, theirs = socket.socketpair()
        sockets.append(_WatchedSocket(fileno=ours.detach(), about_to_speak=about_to_speak))
        peers.append(theirs)
    left = list(script)

    def speak():
        if not left:
            return  # it reports more often than somebody speaks
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

    def unreported():
        return sum(sock.messages for sock in sockets) > len(report.heard)

    report.then = next_one
    speak()
    try:
        with _WatchedSelector(about_to_speak, unreported) as selector:
            # Not in the loop's thread: a wait in a selector of the answer's own cannot be ended.
            await asyncio.to_thread(called, hear_all, selector, list(sockets), report)
            registered = len(selector.get_map())
        return {
            "reported": report.heard,
            "closed": sum(sock.fileno() == -1 for sock in sockets),
            "registered": registered,
            "threads": len(set().union(*(sock.threads for sock in sockets))),
        }
    finally:
        for sock in (*sockets, *peers):
            sock.close()
