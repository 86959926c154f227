"""A thread that stands between clients and a PostgreSQL server, and writes down what passes."""

import asyncio
import contextlib
import struct
import threading
from urllib.parse import parse_qs, unquote, urlsplit

from checker.engine.current import working_for
from checker.lab.postgresql.wire import Conversation, Log, parameters

_CANCEL, _TLS, _GSS = 80877102, 80877103, 80877104  # what a connection may begin with
_PIECE = 1 << 16  # bytes


class Relay:
    """Takes connections at `folder/.s.PGSQL.5432` and passes them on to a server.

    Args:
        folder: for the socket.
        address: of the server: (host, port), or (path of a UNIX socket,).
    """

    def __init__(self, folder, address):
        self._path = f"{folder}/.s.PGSQL.5432"
        self._address = address
        self._logs = {}  # schema → Log
        self._meetings = set()  # tasks; asyncio forgets them when their client has gone
        self._ready = threading.Event()
        self._loop = None
        # It belongs to the kernel, whoever asked for it first.
        with working_for(None):
            threading.Thread(target=self._work, name="relay", daemon=True).start()
            self._ready.wait()

    def log(self, schema):
        """The log of the connections that have this schema for their `search_path`."""
        return self._logs.setdefault(schema, Log())

    def do(self, coroutine):
        """Run a coroutine in the relay's thread, wait for it and return its result."""
        with working_for(None):
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def catch_up(self):
        """Return when everything that was sent to the relay before is written down."""
        self.do(_turns())

    def forget(self, schema):
        """Nobody asks for this log any more."""
        self._logs.pop(schema, None)

    def _work(self):
        async def serve():
            self._loop = asyncio.get_running_loop()
            server = await asyncio.start_unix_server(self._meet, self._path)
            self._ready.set()
            async with server:
                await server.serve_forever()

        asyncio.run(serve())

    async def _meet(self, reader, writer):
        self._meetings.add(asyncio.current_task())
        try:
            await self._serve(reader, writer)
        finally:
            self._meetings.discard(asyncio.current_task())

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            while True:
                head = await reader.readexactly(8)
                size, code = struct.unpack("!II", head)
                if code not in (_TLS, _GSS):
                    break
                writer.write(b"N")  # not over this socket
            body = await reader.readexactly(size - 8)
            behind = await self._call()
            with contextlib.closing(behind[1]):
                behind[1].write(head + body)
                if code == _CANCEL:
                    self._note_cancel(body)
                    await behind[0].read()
                    return
                schema = parameters(body).get("search_path", "")
                await _both_ways(reader, writer, *behind, Conversation(self.log(schema)))

    async def _call(self):
        if len(self._address) == 1:
            return await asyncio.open_unix_connection(*self._address)
        return await asyncio.open_connection(*self._address)

    def _note_cancel(self, secret):
        for log in list(self._logs.values()):
            log.cancels += any(one.secret == secret for one in log.live)


async def _turns():
    for _ in range(4):  # it wakes, asks its sockets, reads them, and gives that to their tasks
        await asyncio.sleep(0)


async def _both_ways(reader, writer, from_server, to_server, conversation):
    async def pass_on(source, target, note):
        while data := await source.read(_PIECE):
            note(data)  # before anybody can act on it
            target.write(data)
            await target.drain()

    ways = [
        asyncio.create_task(pass_on(reader, to_server, conversation.said_by_client)),
        asyncio.create_task(pass_on(from_server, writer, conversation.said_by_server)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        conversation.over()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


def address_of(url):
    """Where the server of a URL is, as `Relay` wants it."""
    parts = urlsplit(url)
    hosts = parse_qs(parts.query).get("host") or [unquote(parts.hostname or "")]
    port = parts.port or 5432
    if hosts[0].startswith("/"):
        return (f"{hosts[0]}/.s.PGSQL.{port}",)
    return (hosts[0] or "127.0.0.1", port)
