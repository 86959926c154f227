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
        self.seconds = list(seconds)
        self.values = list(values)
        self._calls = 0

    def fresh(self):
        return Named(self.name, self.seconds, self.values)

    async def __call__(self, *args):
        number = self._calls
        self._calls += 1
        with self.call(f"{self.name}({', '.join(map(repr, args))})"):
            await asyncio.sleep(_at_or_last(self.seconds, number))
            return value_of(_at_or_last(self.values, number))

    def __repr__(self):
        return self.name


def _at_or_last(items, number):
    return items[min(number, len(items) - 1)]


class Priced(Service):
    """`await price(item)` takes a while and gives a whole number, or raises.

    Args:
        prices: item → its price, or the error that it ends with: "LookupError: gone".
        seconds: how long each takes, in the same order.
    """

    name = "price"

    def __init__(self, prices, seconds):
        self.prices = dict(prices)
        self._seconds = dict(zip(prices, seconds, strict=True))

    async def __call__(self, item):
        with self.call(f"price({item!r})"):
            await asyncio.sleep(self._seconds[item])
            return value_of(self.prices[item])

    def __repr__(self):
        return f"price({', '.join(f'{item}={price}' for item, price in self.prices.items())})"


class Later:
    """Something to await that is no coroutine: awaited, it awaits `step(value)`."""

    def __init__(self, step, value):
        self._step = step
        self._value = value

    def __await__(self):
        return self._step(self._value).__await__()

    def __repr__(self):
        return "something to await"


def value_of(outcome):
    """What a call gives: the outcome itself. If it names an error, that is raised."""
    if isinstance(outcome, str):
        kind, colon, text = outcome.partition(": ")
        if colon and kind in _ERRORS:
            raise _ERRORS[kind](text)
    return outcome


class Steps(Service):
    """Functions with one argument. Each returns its value and a word.

    Args:
        kinds: of which kind each is: "async" (an async def), "plain" (a plain function), "lambda"
            (a lambda that returns a coroutine), "awaitable" (a lambda that returns another object
            to await), or "empty" (a plain function that returns None).
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
        return [self._step(number) for number in range(len(self.kinds))]

    def _step(self, number):
        word = self.words[number]
        error = self.error if number == 0 else ""

        def result(value):
            value_of(error)
            return word if value is None else f"{value} {word}"

        def plain(value):
            with self.call(f"{word}(…)"):
                return result(value)

        def empty(value):
            with self.call(f"{word}(…)"):
                return None

        async def slow(value):
            with self.call(f"{word}(…)"):
                await asyncio.sleep(self.seconds[number])
                return result(value)

        slow.__name__ = slow.__qualname__ = word
        kinds = {
            "async": slow,
            "plain": plain,
            "lambda": lambda value: slow(value),
            "awaitable": lambda value: Later(slow, value),
            "empty": empty,
        }
        return kinds[self.kinds[number]]

    def __repr__(self):
        return "steps"


async def passed_on(pass_on, value, steps):
    """Give the answer a value and the functions of some `Steps`; what it returns."""
    return await pass_on(value, steps.functions())


async def begun_at(seconds, on_the_beat, every, job, times):
    """Begin at that second of the run; what the answer returns."""
    await asyncio.sleep(seconds)
    return await on_the_beat(every, job, times)


async def kind_of_function(answer):
    """Which kind of function the answer is, in words: "a coroutine function"."""
    if inspect.iscoroutinefunction(answer):
        return "a coroutine function"
    if inspect.isgeneratorfunction(answer):
        return "a generator function"
    return "a plain function"


async def copied(copy_page, read, write, name):
    """Await the copying of one page; what the answer returns."""
    return await copy_page(read, write, name)


async def _job(name, pauses, result, steps, home):
    for number in range(pauses):
        steps.append(f"{name} {number + 1}{_driver(home)}")
        await asyncio.sleep(0)
    return result


def _driver(home):
    """Who makes this step: " in a loop", or "" for the answer itself, which runs in `home`."""
    try:
        return "" if asyncio.current_task() is home else " in a loop"
    except RuntimeError:  # no loop at all, in a thread of the answer's
        return ""


async def stepped(step_in_turns, pauses, results):
    """Give the answer coroutines that pause and then end.

    Args:
        pauses: name of each coroutine → how many times it pauses.
        results: what they return, in the same order.

    Returns:
        "results": what the answer returns.
        "steps": the steps in the order in which they were made: "tea 1"; one that a loop of the
            answer's has made is "tea 1 in a loop".
    """
    home = asyncio.current_task()
    steps = []
    coroutines = []
    for (name, many), result in zip(pauses.items(), results, strict=True):
        coroutine = _job(name, many, result, steps, home)
        coroutine.__name__ = name
        coroutines.append(coroutine)
    try:
        returned = step_in_turns(coroutines)
    except StopIteration as error:
        text = "StopIteration came out: a coroutine had ended, and nobody caught that"
        raise RuntimeError(text).with_traceback(error.__traceback__) from None
    return {"results": returned, "steps": steps}
