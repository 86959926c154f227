"""Scripts for peers: each is what a `Peer` does with a connection.

A maker of a script returns something that can be sent to another process, and that shows itself as
the call that made it.
"""

import asyncio
import functools
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from checker.lab.network.local import authority

PIECE = 65536  # bytes that are read at once

Script: TypeAlias = Callable[[StreamReader, StreamWriter], Awaitable[object]]


def echo(delay: float = 0.0) -> Script:
    """Send back what comes, `delay` seconds after it came, until the client closes its side."""
    return functools.partial(_echo, delay=delay)


async def _echo(reader: StreamReader, writer: StreamWriter, *, delay: float) -> None:
    while data := await reader.read(PIECE):
        await asyncio.sleep(delay)
        writer.write(data)
        await writer.drain()


def answer_lines(reply: dict[str, str] | Callable[[str], str | None], delay: float = 0.0) -> Script:
    """Answer each line with one, `delay` seconds after the line came.

    Args:
        reply: line → line, as a dict ("?" for what is not there) or a function. Both are text
            without the end of the line. None ends the connection.
        delay: in seconds.
    """
    return functools.partial(_answer_lines, reply=reply, delay=delay)


async def _answer_lines(
    reader: StreamReader,
    writer: StreamWriter,
    *,
    reply: dict[str, str] | Callable[[str], str | None],
    delay: float,
) -> None:
    async for line in reader:
        text = line.decode().rstrip("\r\n")
        said = reply.get(text, "?") if isinstance(reply, dict) else reply(text)
        if said is None:
            return
        await asyncio.sleep(delay)
        writer.write(f"{said}\n".encode())
        await writer.drain()


def in_pieces(data: bytes, size: int, gap: float = 0.0) -> Script:
    """Send `data` at once, whatever comes: `size` bytes at a time, `gap` seconds between them."""
    return functools.partial(_in_pieces, data=data, size=size, gap=gap)


async def _in_pieces(
    reader: StreamReader, writer: StreamWriter, *, data: bytes, size: int, gap: float
) -> None:
    for start in range(0, len(data), size):
        if start:
            await asyncio.sleep(gap)
        writer.write(data[start : start + size])
        await writer.drain()


def half_close(data: bytes, first: bool = False) -> Script:
    """Read to the end of what the client sends, and only then send `data`.

    With `first`, the other way round: send `data`, close the writing side, and read on.
    """
    return functools.partial(_half_close, data=data, first=first)


async def _half_close(
    reader: StreamReader, writer: StreamWriter, *, data: bytes, first: bool
) -> None:
    if not first:
        await reader.read()
    writer.write(data)
    await writer.drain()  # with `first`, the peer itself does the rest


def vanish(after: int = 0) -> Script:
    """Reset the connection once `after` bytes have come. A UNIX socket is closed instead."""
    return functools.partial(_vanish, after=after)


async def _vanish(reader: StreamReader, writer: StreamWriter, *, after: int) -> None:
    come = 0
    while come < after and (data := await reader.read(PIECE)):
        come += len(data)
    sock = writer.get_extra_info("socket")
    if sock.family == socket.AF_INET:
        at_once = struct.pack("ii", 1, 0)  # closed with an RST, see socket(7)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()


def deaf() -> Script:
    """Never read. The system's buffers take some megabytes; then the client's `drain()` waits."""
    return functools.partial(_deaf)


async def _deaf(reader: StreamReader, writer: StreamWriter) -> None:
    transport = writer.transport
    assert isinstance(transport, asyncio.Transport)  # it reads, too
    transport.pause_reading()
    await asyncio.get_running_loop().create_future()


def slow_reader(size: int, gap: float) -> Script:
    """Read `size` bytes, wait for `gap` seconds, and so on to the end."""
    return functools.partial(_slow_reader, size=size, gap=gap)


async def _slow_reader(
    reader: StreamReader, writer: StreamWriter, *, size: int, gap: float
) -> None:
    while await reader.read(size):
        await asyncio.sleep(gap)


def start_tls(script: Script) -> Script:
    """Answer the line `STARTTLS` with `OK`, speak TLS from then on, and go on with `script`.

    A client trusts it with `peer.client_ssl`. Any other first line ends the connection.
    """
    authority()  # now, and not in the middle of a run
    return functools.partial(_start_tls, script=script)


async def _start_tls(reader: StreamReader, writer: StreamWriter, *, script: Script) -> None:
    if await reader.readline() not in (b"STARTTLS\n", b"STARTTLS\r\n"):
        return
    writer.write(b"OK\n")
    await writer.start_tls(authority()[0])
    await script(reader, writer)
