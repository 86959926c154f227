"""Scenes of `19_streams`: the peers that an answer talks to, and what they saw.

As in `scenes`, they stand in the lab because they run beside the answer. A scene closes over
nothing, and returns plain data.
"""

import asyncio
import socket

from checker.engine.service import serving
from checker.lab.network.local import HOST, LOOPBACK, NotServed
from checker.lab.network.peers import Peer
from checker.lab.network.scripts import deaf, in_pieces

MOMENT = 0.01  # seconds; until the other side has heard what was done last
BLOCK, CHUNK = 32768, 65536  # bytes that are written and read at once


def _pieces_after(ask, data, size, gap, stays):
    """A script: read what `ask(reader)` wants, then send `data` in pieces of `size` bytes."""

    async def script(reader, writer):
        await ask(reader)
        await in_pieces(data, size, gap)(reader, writer)
        if stays:
            await reader.read()  # to the end of what the client sends

    return script


def _line(reader):
    return reader.readline()


async def _head(reader):
    while (await reader.readline()).strip():
        pass


async def asked(answer, data, size, gap, stays, *args):
    """Ask a peer that reads a line and answers in pieces: [value, the text it got]."""
    async with Peer(_pieces_after(_line, data, size, gap, stays)) as peer:
        value = await answer(peer.host, peer.port, *args)
        return [value, b"".join(seen.received for seen in peer.connections).decode()]


async def asked_in_vain(answer, what, patience):
    """Ask a peer that never answers, and cancel the answer after so many seconds."""
    async with Peer(deaf()) as peer:
        try:
            async with asyncio.timeout(patience):
                await answer(peer.host, peer.port, what)
        except TimeoutError:
            pass


async def fetched(answer, data, size, gap, stays, path):
    """Ask an HTTP server that answers this in pieces: [value, what it was asked]."""
    async with Peer(_pieces_after(_head, data, size, gap, stays)) as peer:
        value = await answer(peer.host, peer.port, path)
        return [value, [connection.received for connection in peer.connections]]


async def received(answer, data, size, gap):
    """Hand over the reader of a connection over which this comes in pieces."""
    async with Peer(in_pieces(data, size, gap)) as peer:
        reader, writer = await asyncio.open_connection(peer.host, peer.port)
        try:
            return await answer(reader)
        finally:
            writer.close()


async def poured(answer, count, step, gap):
    """Hand over blocks and a writer to a peer that rests for `gap` seconds after each read.

    Returns:
        [whether all of it arrived and the connection was closed, the most that waited in memory].
    """
    blocks = [bytes([65 + number * step % 26]) * BLOCK for number in range(count)]
    got, heaps, ended = [], [0], asyncio.Event()

    async def slowly(reader, writer):
        while data := await reader.read(CHUNK):
            got.append(data)
            await asyncio.sleep(gap)
        ended.set()

    async with Peer(slowly) as peer:
        _, writer = await asyncio.open_connection(peer.host, peer.port)
        # Else the system itself takes some megabytes, on some machines more than on others.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CHUNK)
        _weigh(writer, heaps)
        try:
            await answer(writer, blocks)
            async with asyncio.timeout(gap * count):
                await ended.wait()
        except TimeoutError:
            return ["not closed after a long while", max(heaps)]
        finally:
            writer.close()
    whole = b"".join(got) == b"".join(blocks)
    return ["all of it" if whole else "not the same bytes", max(heaps)]


def _weigh(writer, heaps):
    """Note after each write what waits in memory then."""
    for name in ("write", "writelines"):
        plain = getattr(writer, name)

        def noted(data, plain=plain):
            plain(data)
            heaps.append(writer.transport.get_write_buffer_size())

        setattr(writer, name, noted)


async def visited(answer, plan, seconds):
    """Let the answer serve a client that sends lines as planned: [(moment, line) that it got back,
    the moment of the end]. `plan`: (pause before it, what is sent); None is the client's end."""
    connected = asyncio.get_running_loop().create_future()

    async def serve(reader, writer):
        connected.set_result((reader, writer))

    mark = serving.set(True)
    try:
        server = await asyncio.start_server(serve, HOST, 0)
    except OSError as why:
        raise NotServed(f"Nobody may listen: {why}.\n{LOOPBACK}") from None
    guest = asyncio.create_task(_visit(*server.sockets[0].getsockname(), plan))
    serving.reset(mark)
    try:
        await answer(*await connected, seconds)
        await asyncio.wait([guest], timeout=MOMENT)
        return guest.result() if guest.done() else ["?", "still open"]
    finally:
        guest.cancel()
        server.close()


async def _visit(host, port, plan):
    reader, writer = await asyncio.open_connection(host, port)
    now = asyncio.get_running_loop().time
    start, came = now(), []

    async def send():
        for pause, text in plan:
            await asyncio.sleep(pause)
            if text is None:
                writer.write_eof()
            else:
                writer.write(text)

    sending = asyncio.create_task(send())
    try:
        async for line in reader:
            came.append([round(now() - start, 3), line])
    except ConnectionError:
        pass
    finally:
        sending.cancel()
        writer.close()
    return [came, round(now() - start, 3)]


async def surveyed(answer, web, others, at_once, seconds):
    """Hand over urls of a web server's pages, and of a port where nobody listens: [words, report].

    `others` come last: "" is a url without a path, "refused" one of that other port.
    """
    async with web, Peer(None) as nobody:
        more = {"": web.url, "refused": f"http://{nobody.host}:{nobody.port}/page"}
        urls = [f"{web.url}/{name}" for name in web.pages] + [more[other] for other in others]
        words = await answer(urls, at_once, seconds)
        await asyncio.sleep(MOMENT)
        return [words, web.report()]


async def line_served(answer, visits, stop_at, grace):
    """Run the server `answer(started, stop, grace)` and tell it to stop at a moment.

    Args:
        visits: of each client (when it connects, when it sends each of its lines, when it leaves).

    Returns:
        [for each client its answers, or "refused", and when its connection ended; when the server
        ended]. Seconds are counted from the start.
    """
    loop = asyncio.get_running_loop()
    port, stop, start = loop.create_future(), asyncio.Event(), loop.time()

    def started(number):
        if not isinstance(number, int):
            raise TypeError(f"started wants the port, an int, not {number!r}")
        port.set_result(number)

    mark = serving.set(True)
    guests = [asyncio.create_task(_guest(port, start, *visit)) for visit in visits]
    bell = asyncio.create_task(_ring(stop, stop_at))
    serving.reset(mark)
    try:
        await answer(started, stop, grace)
        ended = round(loop.time() - start, 3)
        await asyncio.sleep(MOMENT)
        late = [n for n, guest in enumerate(guests) if not guest.done()]
        return [[guest.result() if guest.done() else "open" for guest in guests], ended, late]
    finally:
        for task in (*guests, bell):
            task.cancel()


async def _ring(stop, stop_at):
    await asyncio.sleep(stop_at)
    stop.set()


async def _guest(port, start, connects, lines, leaves):
    loop = asyncio.get_running_loop()
    number = await asyncio.shield(port)
    await asyncio.sleep(start + connects - loop.time())
    try:
        reader, writer = await asyncio.open_connection(HOST, number)
    except ConnectionError:
        return ["refused", round(loop.time() - start, 3)]
    sending = asyncio.create_task(_send_at(writer, start, lines, leaves))
    came = []
    try:
        async for line in reader:
            came.append(line.decode())
    except ConnectionError:
        pass
    finally:
        sending.cancel()
        writer.close()
    return [came, round(loop.time() - start, 3)]


async def _send_at(writer, start, lines, leaves):
    loop = asyncio.get_running_loop()
    for at, text in lines:
        await asyncio.sleep(start + at - loop.time())
        writer.write(text)
    await asyncio.sleep(start + leaves - loop.time())
    writer.write_eof()
