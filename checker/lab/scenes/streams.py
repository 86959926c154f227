"""Scenes of `19_streams`: the peers that an answer talks to, and what they saw.

They stand in the lab because they run beside the answer. A scene closes over nothing, and returns
plain data. Moments are seconds since the scene began.
"""

import asyncio
import socket

from checker.engine.service import serving
from checker.lab.network.local import HOST, LOOPBACK, NotServed
from checker.lab.network.paced import paced
from checker.lab.network.peers import Peer
from checker.lab.network.scripts import deaf, in_pieces

MOMENT = 0.01  # seconds; until the other side has heard what was done last
BLOCK = 32768  # bytes that are written at once
# Bytes that are read at once: fewer than the low-water mark, so that some wait at every moment up
# to the end.
CHUNK = 16_000


def _reply_after(ask, data, size, gap, stays_open):
    """A script for a peer that replies once.

    Args:
        ask: a coroutine function, given the reader: it reads what is asked.
        data: what is sent then.
        size: bytes of the pieces in which it is sent.
        gap: seconds between two pieces.
        stays_open: whether the peer waits for the client to end the connection; else it ends it.
    """

    async def script(reader, writer):
        await ask(reader)
        await in_pieces(data, size, gap)(reader, writer)
        if stays_open:
            await reader.read()  # to the end of what the client sends

    return script


async def _line(reader):
    await reader.readline()


async def _head(reader):
    while (await reader.readline()).strip():
        pass


async def asked(ask_line, reply, question, patience=None):
    """Ask a peer that reads a line and replies.

    Args:
        reply: the arguments of `_reply_after` besides the first, by name.
        patience: seconds after which the answer is cancelled; None is never.

    Returns:
        "result": what the answer returned, None if it was cancelled; "received": the text that the
        peer got.
    """
    async with Peer(_reply_after(_line, **reply)) as peer:
        result = await _within(patience, ask_line(peer.host, peer.port, question))
        received = b"".join(connection.received for connection in peer.connections)
        return {"result": result, "received": received.decode()}


async def _within(patience, coroutine):
    """What the coroutine returns; None if it was cancelled, after `patience` seconds."""
    try:
        async with asyncio.timeout(patience) as limit:
            return await coroutine
    except TimeoutError:
        if not limit.expired():
            raise
        return None


async def asked_in_vain(answer, what, patience):
    """Ask a peer that never replies, and cancel the answer after `patience` seconds."""
    async with Peer(deaf()) as peer:
        try:
            async with asyncio.timeout(patience):
                await answer(peer.host, peer.port, what)
        except TimeoutError:
            pass


async def fetched(fetch_text, reply, path, patience=None):
    """Ask an HTTP server that replies as `asked` says, with such `patience`.

    Returns:
        "result": what the answer returned, None if it was cancelled; "requests": what came over
        each connection, as bytes.
    """
    async with Peer(_reply_after(_head, **reply)) as peer:
        result = await _within(patience, fetch_text(peer.host, peer.port, path))
        requests = [connection.received for connection in peer.connections]
        return {"result": result, "requests": requests}


async def received(messages_from, data, size, gap):
    """What the answer returns, given the reader of a connection over which `data` comes in pieces
    of `size` bytes, with `gap` seconds between them.
    """
    async with Peer(in_pieces(data, size, gap)) as peer:
        reader, writer = await asyncio.open_connection(peer.host, peer.port)
        try:
            return await messages_from(reader)
        finally:
            writer.close()


async def poured(pour, count, step, gap):
    """Hand over blocks, and a writer to a reader that rests after each read.

    Args:
        count: how many blocks there are.
        step: by how many letters each differs from the one before.
        gap: the seconds for which the reader rests.

    Returns:
        "closed": whether the connection was closed; "whole": whether exactly the blocks had
        arrived by then; "lost": whether some of them were thrown away; "most_waiting": the largest
        number of bytes that waited in memory.
    """
    blocks = [bytes([65 + number * step % 26]) * BLOCK for number in range(count)]
    writer, transport = paced(CHUNK, gap)
    try:
        await pour(writer, blocks)
        async with asyncio.timeout(gap * (count * BLOCK // CHUNK + 2)):
            await transport.ended.wait()
    except TimeoutError:
        pass
    closed = transport.ended.is_set()
    most_waiting, lost = transport.most_waiting, transport.lost
    transport.abort()
    whole = closed and bytes(transport.arrived) == b"".join(blocks)
    return {"closed": closed, "whole": whole, "lost": lost, "most_waiting": most_waiting}


async def visited(drop_idle, plan, seconds):
    """Let the answer serve one client.

    Args:
        plan: pairs (seconds of a pause, what the client sends then); None is its end.
        seconds: for which a client may be idle.

    Returns:
        "answers": pairs [moment, line] of what the client got back; "ended": the moment at which
        its connection ended, None if it was still open when the answer had returned.
    """
    answers = []
    token = serving.set(True)
    server, connected = await _door()
    client = asyncio.create_task(_visit(*server.sockets[0].getsockname(), plan, answers))
    serving.reset(token)
    try:
        reader, writer = await connected
        await drop_idle(reader, writer, seconds)
        await asyncio.wait([client], timeout=MOMENT)
        ended = client.result() if client.done() else None
        return {"answers": answers, "ended": ended}
    finally:
        client.cancel()
        server.close()


async def _door():
    """A server, and the future of the reader and the writer of its first client."""
    connected = asyncio.get_running_loop().create_future()

    async def serve(reader, writer):
        connected.set_result((reader, writer))

    try:
        return await asyncio.start_server(serve, HOST, 0), connected
    except OSError as why:
        raise NotServed(f"Nobody may listen: {why}.\n{LOOPBACK}") from None


async def visited_by_the_deaf(drop_idle, seconds, patience):
    """Let the answer serve a client that sends many lines and never reads.

    Args:
        seconds: for which a client may be idle.
        patience: seconds after which the answer is cancelled.

    Returns:
        "took": the seconds until the answer returned, None if it was cancelled; "gone": whether its
        side of the connection is gone then, and does not even wait to send the rest.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    token = serving.set(True)
    server, connected = await _door()
    client = asyncio.create_task(_deaf_client(*server.sockets[0].getsockname()))
    serving.reset(token)
    try:
        reader, writer = await connected
        _keep_little(writer.get_extra_info("socket"), socket.SO_SNDBUF)
        async with asyncio.timeout(patience):
            await drop_idle(reader, writer, seconds)
        took = round(loop.time() - start, 3)
        await asyncio.sleep(MOMENT)
    except TimeoutError:
        took = None
    finally:
        client.cancel()
        server.close()
    gone = writer.is_closing() and not writer.transport.get_write_buffer_size()
    return {"took": took, "gone": gone}


def _keep_little(sock, which):
    """Let the system keep little of what is on the way, so that a little is too much."""
    sock.setsockopt(socket.SOL_SOCKET, which, BLOCK)


async def _deaf_client(host, port):
    """Connect, send more lines than the system keeps on the way, never read, and stay."""
    sock = socket.socket()
    _keep_little(sock, socket.SO_RCVBUF)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (host, port))
    reader, writer = await asyncio.open_connection(sock=sock)
    writer.transport.pause_reading()
    try:
        writer.write((b"x" * BLOCK + b"\n") * 320)
        await asyncio.get_running_loop().create_future()
    finally:
        writer.transport.abort()


async def _visit(host, port, plan, answers):
    """Be the client of `visited`; return the moment at which the connection ended."""
    reader, writer = await asyncio.open_connection(host, port)
    now = asyncio.get_running_loop().time
    start = now()

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
            answers.append([round(now() - start, 3), line])
    except ConnectionError:
        pass
    finally:
        sending.cancel()
        writer.close()
    return round(now() - start, 3)


async def surveyed(status_words, web, others, at_once, seconds):
    """Hand over urls of a web server's pages, and of a port where nobody listens.

    Args:
        others: urls that come last: "" is one without a path, "refused" one of that other port.

    Returns:
        "words": what the answer returned; "server": what the web server reports.
    """
    async with web, Peer(None) as nobody:
        urls = [f"{web.url}/{name}" for name in web.pages]
        special = {"": web.url, "refused": f"http://{nobody.host}:{nobody.port}/page"}
        urls += [special[other] for other in others]
        words = await status_words(urls, at_once, seconds)
        await asyncio.sleep(MOMENT)
        return {"words": words, "server": web.report()}


async def line_served(line_server, visits, stop_at, grace):
    """Run a server, and tell it to stop at a moment.

    Args:
        visits: of each client a dict of moments: "connects"; "lines", pairs (moment, line) of what
            it sends; "leaves". One that has "deaf" in place of all that sends much and never reads.

    Returns:
        "visits": what each client saw: {"answers": lines, "ended": the moment at which its
        connection ended}, {"refused": the moment at which it was not let in}, or "open" if its
        connection had not ended; "ended": the moment at which the server ended.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    port = loop.create_future()
    stop = asyncio.Event()

    def started(number):
        if not isinstance(number, int):
            raise TypeError(f"started wants the port, an int, not {number!r}")
        port.set_result(number)

    token = serving.set(True)
    clients = [
        asyncio.create_task(_deaf_visit(port) if "deaf" in visit else _client(port, start, **visit))
        for visit in visits
    ]
    stopping = asyncio.create_task(_set_after(stop, stop_at))
    serving.reset(token)
    try:
        await line_server(started, stop, grace)
        ended = round(loop.time() - start, 3)
        await asyncio.sleep(MOMENT)
        seen = [client.result() if client.done() else "open" for client in clients]
        return {"visits": seen, "ended": ended}
    finally:
        for task in (*clients, stopping):
            task.cancel()


async def met_at_the_door(line_server, turns, grace):
    """Run a server that is told to stop so many turns of the loop after a client has come.

    Returns:
        "ended": the moment at which the server ended. A moment later the scene ends, and the client
        leaves.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    port = loop.create_future()
    stop = asyncio.Event()

    async def come():
        number = await port
        sock = socket.socket()
        sock.setblocking(False)
        await asyncio.sleep(1)
        await loop.sock_connect(sock, (HOST, number))
        for _ in range(turns):
            await asyncio.sleep(0)
        stop.set()
        try:
            await loop.create_future()
        finally:
            sock.close()

    token = serving.set(True)
    client = asyncio.create_task(come())
    serving.reset(token)
    try:
        await line_server(port.set_result, stop, grace)
        ended = round(loop.time() - start, 3)
        await asyncio.sleep(MOMENT)
        return {"ended": ended}
    finally:
        client.cancel()


async def _deaf_visit(port):
    await _deaf_client(HOST, await asyncio.shield(port))


async def _set_after(event, seconds):
    await asyncio.sleep(seconds)
    event.set()


async def _client(port, start, connects, lines, leaves):
    """Be a client of `line_served`; return what it saw."""
    loop = asyncio.get_running_loop()
    number = await asyncio.shield(port)
    await asyncio.sleep(start + connects - loop.time())
    try:
        reader, writer = await asyncio.open_connection(HOST, number)
    except ConnectionError:
        return {"refused": round(loop.time() - start, 3)}
    sending = asyncio.create_task(_send_at(writer, start, lines, leaves))
    answers = []
    try:
        async for line in reader:
            answers.append(line.decode())
    except ConnectionError:
        pass
    finally:
        sending.cancel()
        writer.close()
    return {"answers": answers, "ended": round(loop.time() - start, 3)}


async def _send_at(writer, start, lines, leaves):
    loop = asyncio.get_running_loop()
    for moment, line in lines:
        await asyncio.sleep(start + moment - loop.time())
        writer.write(line)
    await asyncio.sleep(start + leaves - loop.time())
    writer.write_eof()
