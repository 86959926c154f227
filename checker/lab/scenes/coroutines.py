"""Scenes of 02_coroutines: named coroutine functions, steps of every kind, and calls by hand."""

import asyncio
import inspect

from checker.engine import Service
from checker.lab.fakes.pages import ERRORS

_ERRORS = {**ERRORS, "TypeError": TypeError}


class Named(Service):
    """A coroutine function with a name: `await unlock()` takes a while and gives its value.

    Args:
        name: what it is called.
        seconds: how long its calls take, one after the other; the last figure counts on.
        values: what they give, in the same way. "LookupError: gone" is raised.
    """

    def __init__(self, name, seconds, values):
        self.name = name
        self._seconds = list(seconds)
        self.values = list(values)
        self._calls = 0

    def fresh(self):
        return Named(self.name, self._seconds, self.values)

    async def __call__(self, *args):
        number, self._calls = self._calls, self._calls + 1
        with self.call(f"{self.name}({', '.join(map(repr, args))})"):
            await asyncio.sleep(self._seconds[min(number, len(self._seconds) - 1)])
            return ended(self.values[min(number, len(self.values) - 1)])

    def __repr__(self):
        return self.name


class Priced(Service):
    """`await price(item)` takes a while and gives a whole number, or raises.

    Args:
        prices: item → its price, or the error that it ends with: "LookupError: gone".
        seconds: how long each takes, in the same order.
    """

    name = "price"

    def __init__(self, prices, seconds):
        self._prices = dict(prices)
        self._seconds = dict(zip(prices, seconds, strict=True))

    async def __call__(self, item):
        with self.call(f"price({item!r})"):
            await asyncio.sleep(self._seconds[item])
            return ended(self._prices[item])

    def __repr__(self):
        return f"price({', '.join(f'{item}={price}' for item, price in self._prices.items())})"


class Later:
    """Something to await that is no coroutine; it makes one when it is awaited."""

    def __init__(self, step, value):
        self._step = step
        self._value = value

    def __await__(self):
        return self._step(self._value).__await__()

    def __repr__(self):
        return "something to await"


def ended(value):
    """`value`, or the error that it names."""
    kind, colon, text = value.partition(": ") if isinstance(value, str) else ("", "", "")
    if colon and kind in _ERRORS:
        raise _ERRORS[kind](text)
    return value


class Steps(Service):
    """Functions with one argument, of the kinds "async", "plain", "lambda", "awaitable", "empty".

    Args:
        kinds: of which kind each is.
        words: what each adds to its value, and its name.
        seconds: how long each takes, if it waits at all.
        error: what the first one, async or plain, ends with: "ValueError: bad"; "" is none.
    """

    name = "step"

    def __init__(self, kinds, words, seconds, error=""):
        self.kinds = list(kinds)
        self.error = error
        self.words = list(words)
        self.seconds = list(seconds)

    @property
    def calls(self):
        """How a call of each is written."""
        return [f"{word}(…)" for word in self.words]

    def functions(self):
        """The functions."""
        errors = [self.error] + [""] * len(self.kinds)
        return list(map(self._step, self.kinds, self.words, self.seconds, errors))

    def _step(self, kind, word, seconds, error):
        def plain(value):
            with self.call(f"{word}(…)"):
                return ended(error) or (word if value is None else f"{value} {word}")

        def empty(value):
            with self.call(f"{word}(…)"):
                return None

        async def slow(value):
            with self.call(f"{word}(…)"):
                await asyncio.sleep(seconds)
                return ended(error) or (word if value is None else f"{value} {word}")

        slow.__name__ = slow.__qualname__ = word
        kinds = {
            "async": slow,
            "plain": plain,
            "lambda": lambda value: slow(value),
            "awaitable": lambda value: Later(slow, value),
            "empty": empty,
        }
        return kinds[kind]

    def __repr__(self):
        return "steps"


async def passed_on(pass_on, value, steps):
    """What comes out of the last step."""
    return await pass_on(value, steps.functions())


async def begun_at(seconds, on_the_beat, every, job, times):
    """What the answer returns that begins at that second."""
    await asyncio.sleep(seconds)
    return await on_the_beat(every, job, times)


async def is_native(copy_page):
    """Which kind of function it is, in words."""
    if inspect.iscoroutinefunction(copy_page):
        return "a coroutine function"
    return f"a {'generator' if inspect.isgeneratorfunction(copy_page) else 'plain'} function"


async def copied(copy_page, read, write, name):
    """Await the copying of one page."""
    return await copy_page(read, write, name)


async def _job(name, steps, result, happened, home):
    for number in range(steps):
        happened.append(f"{name} {number + 1}{_driver(home)}")
        await asyncio.sleep(0)
    return result


def _driver(home):
    """Who makes this step: " in a loop", or "" for the answer itself, which runs in `home`."""
    try:
        return "" if asyncio.current_task() is home else " in a loop"
    except RuntimeError:  # no loop at all, in a thread of the answer's
        return ""


def _stepped(step_in_turns, jobs):
    """What the answer returns, and which steps were made in which order."""
    happened = []
    made = [_job(*one, happened, asyncio.current_task()) for one in jobs]
    for coroutine, (name, *_) in zip(made, jobs, strict=True):
        coroutine.__name__ = name
    try:
        return step_in_turns(made), happened
    except StopIteration as error:
        text = "StopIteration came out: a coroutine had ended, and nobody caught that"
        raise RuntimeError(text).with_traceback(error.__traceback__) from None


async def stepped_results(step_in_turns, jobs):
    """What the answer returns."""
    return _stepped(step_in_turns, jobs)[0]


async def stepped_order(step_in_turns, jobs):
    """Which steps were made, in which order."""
    return _stepped(step_in_turns, jobs)[1]
