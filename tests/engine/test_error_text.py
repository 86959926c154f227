"""The interpreter's own messages are the same on every Python in what is said of an answer.

Each mistake is made here, so that the words come from the Python that runs the tests.
"""

import abc
import asyncio
import threading

import pytest

from checker.engine import observe
from checker.engine.error_text import message_of


class Page(abc.ABC):
    @abc.abstractmethod
    def head(self): ...

    @abc.abstractmethod
    def body(self): ...


async def await_number():
    await 5


async def lock_without_async():
    with asyncio.Lock():
        pass


async def thread_lock_with_async():
    async with threading.Lock():
        pass


async def misspelt_argument():
    def fetch(*, page):
        return page

    return fetch(pge=1)


async def list_as_key():
    return {[]: 1}


async def abstract_page():
    return Page()


async def write_text():
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            writer.write("page")
        finally:
            writer.close()


async def one_future():
    for first in asyncio.as_completed(asyncio.create_task(asyncio.sleep(0))):
        await first


async def too_many():
    first, second = [1, 2, 3]
    return first, second


async def least_of_none():
    return min([])


async def no_parties():
    return asyncio.Barrier(0)


async def by_zero():
    return 7 // 0


async def rest_by_zero():
    return 7.0 % 0


async def group_twice():
    group = asyncio.TaskGroup()
    async with group:
        pass
    async with group:
        pass


async def no_such_name():
    from asyncio import Taskgroup

    return Taskgroup


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (await_number, "'int' object can't be awaited"),
        (lock_without_async, "'Lock' object does not support the context manager protocol"),
        (
            thread_lock_with_async,
            "'Lock' object does not support the asynchronous context manager protocol",
        ),
        (
            misspelt_argument,
            "misspelt_argument.<locals>.fetch() got an unexpected keyword argument 'pge'",
        ),
        (list_as_key, "unhashable type: 'list'"),
        (
            abstract_page,
            "Can't instantiate abstract class Page without an implementation for abstract methods "
            "'body', 'head'",
        ),
        (
            write_text,
            "data argument must be a bytes, bytearray, or memoryview object, not 'str'",
        ),
        (one_future, "expects an iterable of awaitables, not Task"),
        (too_many, "too many values to unpack (expected 2)"),
        (least_of_none, "min() iterable argument is empty"),
        (no_parties, "parties must be >= 1"),
        (by_zero, "division by zero"),
        (rest_by_zero, "division by zero"),
        (group_twice, "TaskGroup <TaskGroup entered> has already been entered"),
        (no_such_name, "cannot import name 'Taskgroup' from 'asyncio'"),
    ],
)
def test_what_the_interpreter_says_is_the_same_on_every_python(answer, said):
    assert observe(answer).failure.text == said


def test_what_an_answer_says_itself_stays_as_it_is():
    own = "no page: object str can't be used in 'await' expression"
    assert message_of(TypeError(own)) == own
    assert message_of(KeyError("parties must be > 0")) == "'parties must be > 0'"
