"""A connection to a slow reader, without a socket."""

import asyncio

import pytest

from checker.engine import observe
from checker.lab.network.paced import HIGH, LOW, paced


def seen(scene):
    run = observe(scene)
    assert run.returned, run.failure
    return run.result, run.took


def test_it_takes_some_bytes_and_rests():
    async def scene():
        writer, transport = paced(size=10, gap=3)
        writer.write(b"0123456789abcde")
        now = [bytes(transport.arrived), transport.get_write_buffer_size()]
        await asyncio.sleep(3.5)
        return [*now, bytes(transport.arrived)]

    assert seen(scene)[0] == [b"0123456789", 5, b"0123456789abcde"]


def test_drain_waits_from_the_high_mark_down_to_the_low_one():
    async def scene():
        writer, transport = paced(size=16_000, gap=1)
        writer.write(bytes(HIGH + 16_000))  # 16,000 are taken at once
        await writer.drain()
        at_the_mark = transport.get_write_buffer_size()
        writer.write(b"x")
        await writer.drain()
        over = transport.get_write_buffer_size()
        transport.abort()
        return at_the_mark, over

    (at_the_mark, over), took = seen(scene)
    assert at_the_mark == HIGH
    assert over <= LOW
    assert took == 4  # rests, in each of which 16,000 bytes go


def test_close_sends_the_rest_and_abort_throws_it_away():
    async def scene(abort):
        writer, transport = paced(size=4, gap=1)
        writer.write(b"01234567")
        if abort:
            transport.abort()
        writer.close()
        await writer.wait_closed()
        return bytes(transport.arrived), transport.lost, transport.ended.is_set()

    for abort, wanted in ((False, (b"01234567", False, True)), (True, (b"0123", True, True))):
        run = observe(scene, abort)
        assert tuple(run.result) == wanted


def test_it_takes_bytes_alone():
    async def scene():
        writer, transport = paced(size=4, gap=1)
        with pytest.raises(TypeError):
            writer.write("text")
        transport.abort()
        return True

    assert seen(scene)[0] is True
