"""What several tests of the engine run, and how they compare."""

import asyncio
import contextlib
import json
import socket

import pytest

from checker.engine import observe


def line_of(function, offset):
    """The number of a line in a function's source, counted from its `def`."""
    return function.__code__.co_firstlineno + offset


def five_times(answer, *args):
    """The run of an answer, after making sure that five runs of it are equal."""
    runs = [observe(answer, *args) for _ in range(5)]
    first = json.dumps(runs[0].to_json())
    assert [json.dumps(run.to_json()) for run in runs[1:]] == [first] * 4
    return runs[0]


async def page(number):
    """A page that takes `number` seconds."""
    await asyncio.sleep(number)
    return number


def near(seconds, by=2):
    """Charged time: it only ever adds, on a busy machine a second or two."""
    return pytest.approx(seconds, abs=by)


def refused(port):
    """Whether nobody listens at this port of the machine."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return False
    return True
