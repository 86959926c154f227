"""Peers to talk to over TCP or a UNIX socket, each with a habit, and what they saw.

A peer lives in the loop that starts it: in a check, its delays are on the run's clock. It ends with
its `async with` block. Its script is any `async def (reader, writer)`; the usual ones are in
`scripts`, one for HTTP in `scripts_http`. For datagrams see `peers_udp`. `web.Web` is a web server
for clients that come with packages; it sees requests, not what a client does to its connection.
"""

import asyncio
import errno
import functools
import os
import reprlib
import shutil
import socket
import ssl
import tempfile
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, TypeAlias

from checker.engine import Service
from checker.engine.service import serving
from checker.lab.network.local import HOST, LOOPBACK, NotServed, authority
from checker.lab.network.scripts import Script

Buffer: TypeAlias = bytes | bytearray | memoryview  # what can be written to a stream

KEPT = 1_000_000  # bytes of a connection that are kept in each direction
TURNS = 30  # of the loop, in which what is on its way arrives when the block ends
GIVE_UP = 1.0  # seconds that a script may go on after it was cancelled


@dataclass
class Connection:
    """One connection, as the peer saw it.

    Attributes:
        number: from 1, in the order of their coming.
        start, end: seconds since the peer started; `end` is None while the connection is open.
        received, sent: the bytes that came, and those that the script has written; of each the
            first million.
        ended: "eof", the client has closed its side; "reset", the connection broke; "closed", the
            script closed it first; "cut", it was still open at the end of the peer's block;
            "error", the script failed. None while it is open.
    """

    number: int
    start: float
    end: float | None = None
    received: bytes = b""
    sent: bytes = b""
    ended: str | None = None

    @property
    def lines(self) -> list[str]:
        """What came, as text, line by line."""
        return self.received.decode(errors="replace").splitlines()


class Peer(Service):
    """A server on this machine: `async with Peer(echo(delay=0.2)) as peer:`.

    When a script returns, the peer closes its writing side and waits until the client closes its
    own, except over TLS, which has no such half. A script that closes its writer ends at once.
    An error in a script is reported as asyncio reports one that nobody handles.

    Args:
        script: what is done with each connection; None: nobody listens, connections are refused.
        kind: "tcp" or "unix".
        tls: speak TLS from the start; a client trusts it with `ssl=peer.client_ssl`.
        port: 0 takes a free one.

    Attributes:
        host: always "127.0.0.1".
        connections: a `Connection` for each, in the order of their coming.
        peak: the most of them at the same moment.

    Raises:
        ValueError: if there is no such kind.
        NotServed: if nobody may listen here; the text says what to do.
    """

    name = "peer"
    host = HOST

    def __init__(
        self,
        script: Script | None,
        *,
        kind: Literal["tcp", "unix"] = "tcp",
        tls: bool = False,
        port: int = 0,
    ):
        if kind not in ("tcp", "unix"):
            raise ValueError(f'kind is "tcp" or "unix", not {kind!r}')
        if tls:
            authority()
        self.script = script
        self._options: dict[str, Any] = {"kind": kind, "tls": tls, "port": port}
        self._address: str | int | None = None  # a path or a port
        self._listener: asyncio.Server | _Nobody | None = None
        self._forget()

    def _forget(self) -> None:
        self.connections: list[Connection] = []
        self.peak = self._now = 0
        self.still_open: set[_Protocol] = set()  # whose connection is not gone

    def fresh(self) -> Self:
        """The same peer, not started."""
        return type(self)(self.script, **self._options)

    def __repr__(self) -> str:
        changed = [f"{k}={v!r}" for k, v in self._options.items() if v not in ("tcp", False, 0)]
        return f"peer({', '.join([in_short(self.script), *changed])})"

    # ------------------------------------------------------------------ its life

    async def __aenter__(self) -> Self:
        self._forget()
        self._began = asyncio.get_running_loop().time()
        # Accepted connections and their tasks inherit this mark: they are none of the answer's.
        mark = serving.set(True)
        try:
            self._listener = await self._listen()
        except OSError as why:
            self._remove_path()
            raise NotServed(f"The peer cannot start: {why}.\n{LOOPBACK}") from None
        finally:
            serving.reset(mark)
        return self

    async def _listen(self) -> "asyncio.Server | _Nobody":
        loop = asyncio.get_running_loop()
        tls = authority()[0] if self._options["tls"] else None
        if self._options["kind"] == "unix":
            self._address = path = os.path.join(tempfile.mkdtemp(prefix="peer-"), "socket")
            if self.script is None:
                return _Nobody(socket.AF_UNIX, path)
            return await loop.create_unix_server(self._accept, path, ssl=tls)
        listener: asyncio.Server | _Nobody
        port: int = self._options["port"]
        if self.script is None:
            listener = _Nobody(socket.AF_INET, (self.host, port))
        else:
            listener = await loop.create_server(self._accept, self.host, port, ssl=tls)
        self._address = listener.sockets[0].getsockname()[1]
        return listener

    def _accept(self) -> "_Protocol":
        return _Protocol(self, asyncio.get_running_loop())

    async def __aexit__(self, *exc_info: object) -> None:
        listener, self._listener = self._listener, None
        assert listener is not None  # the block has begun
        listener.close()
        try:
            for _ in range(TURNS):
                if not self.still_open:
                    break
                await asyncio.sleep(0)
        finally:
            await self._cut()

    async def _cut(self) -> None:
        left, loop = list(self.still_open), asyncio.get_running_loop()
        for protocol in left:
            self.over(protocol.seen, "eof" if protocol.eof else "cut")
            protocol.task.cancel()
            protocol.writer.transport.abort()
        self._remove_path()
        waits = [w for protocol in left for w in (protocol.task, protocol.gone)]
        if waits:
            _, stuck = await asyncio.wait(waits, timeout=GIVE_UP)
            if stuck:
                loop.call_exception_handler(
                    {"message": f"The script {_name(self.script)} goes on although cancelled"}
                )

    def _remove_path(self) -> None:
        if isinstance(self._address, str):
            shutil.rmtree(os.path.dirname(self._address), ignore_errors=True)

    @property
    def port(self) -> int:
        """Where it listens, or listened.

        Raises:
            NotServed: if it has never run, or is of the other kind.
        """
        port: int = self._where("tcp")
        return port

    @property
    def path(self) -> str:
        """The file name of its UNIX socket.

        Raises:
            NotServed: if it has never run, or is of the other kind.
        """
        path: str = self._where("unix")
        return path

    def _where(self, kind: str) -> Any:
        if self._options["kind"] != kind:
            name = "port" if kind == "tcp" else "path"
            raise NotServed(f"A peer has a {name} if it is made with kind={kind!r}.")
        if self._address is None:
            raise NotServed(
                "The peer is not running. Its address is there inside the block:\n"
                "async with Peer(...) as peer:"
            )
        return self._address

    @property
    def client_ssl(self) -> ssl.SSLContext:
        """The `ssl.SSLContext` with which a client trusts this peer."""
        return authority()[1]

    # ------------------------------------------------------------------ what it saw

    @property
    def saw(self) -> str:
        """All in one line: "2 connections, at most 1 at once: eof, cut"."""
        many = len(self.connections)
        ends = ", ".join(connection.ended or "open" for connection in self.connections)
        return (
            f"{many} connection{'s' * (many != 1)}, at most {self.peak} at once"
            f"{': ' * bool(ends)}{ends}"
        )

    def report(self) -> dict[str, Any]:
        """All of it, as plain data for a rule."""
        connections = [asdict(connection) for connection in self.connections]
        return {"connections": connections, "peak": self.peak}

    # ------------------------------------------------------------------ serving

    def _seconds(self) -> float:
        return round(asyncio.get_running_loop().time() - self._began, 6)

    def met(self) -> Connection:
        seen = Connection(len(self.connections) + 1, self._seconds())
        self.connections.append(seen)
        return seen

    def over(self, seen: Connection, how: str) -> None:
        if seen.ended is None:
            seen.end, seen.ended = self._seconds(), how
            self._now -= 1

    async def serve(
        self, protocol: "_Protocol", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        seen, script = protocol.seen, self.script
        assert script is not None  # else nobody listens
        # Counted here and not when it was accepted: a client that closes one connection and opens
        # the next in one go has had one at a time.
        self._now += seen.ended is None
        self.peak = max(self.peak, self._now)
        with self.call(f"connection {seen.number}"):
            try:
                await script(reader, writer)
                await self._until_the_client_closes(protocol, reader, writer)
            except OSError as error:
                if protocol.gone.done() or error.errno == errno.ENOTCONN:
                    self.over(seen, "eof" if protocol.eof else "reset")  # no fault of the script's
                else:
                    self._failed(protocol, error)
            except Exception as error:
                self._failed(protocol, error)
            finally:
                writer.close()

    async def _until_the_client_closes(
        self, protocol: "_Protocol", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        how = "closed"
        if not protocol.eof and not writer.is_closing() and writer.can_write_eof():
            try:
                writer.write_eof()
                while await reader.read(KEPT):
                    pass
            except OSError:
                how = "reset"
        self.over(protocol.seen, "eof" if protocol.eof else how)

    def _failed(self, protocol: "_Protocol", error: Exception) -> None:
        self.over(protocol.seen, "error")
        message = f"The script {_name(self.script)} of a peer failed"
        about = {"exception": error, "transport": protocol.writer.transport}
        asyncio.get_running_loop().call_exception_handler({"message": message, **about})


class _Nobody:
    """A port or a path that is taken, where nobody listens."""

    def __init__(self, family: int, address: str | tuple[str, int]):
        self.sockets = [socket.socket(family, socket.SOCK_STREAM)]
        try:
            self.sockets[0].bind(address)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        self.sockets[0].close()


class _Protocol(asyncio.StreamReaderProtocol):
    """The stream of one connection, which writes down what comes and goes."""

    eof = False

    def __init__(self, peer: Peer, loop: asyncio.AbstractEventLoop):
        super().__init__(asyncio.StreamReader(loop=loop), self._begin, loop)
        self.peer = peer
        self.gone = loop.create_future()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.seen, self.writer = self.peer.met(), writer
        write = writer.write

        def noted(data: Buffer) -> None:
            self.seen.sent += data[: KEPT - len(self.seen.sent)]
            write(data)

        writer.write = noted  # type: ignore[method-assign]
        writer.writelines = lambda data: noted(b"".join(data))  # type: ignore[method-assign]
        self.peer.still_open.add(self)
        name = f"peer, connection {self.seen.number}"
        self.task = asyncio.create_task(self.peer.serve(self, reader, writer), name=name)

    def data_received(self, data: bytes) -> None:
        self.seen.received += data[: KEPT - len(self.seen.received)]
        super().data_received(data)

    def eof_received(self) -> bool | None:
        self.eof = True
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if hasattr(self, "seen"):
            self.peer.over(self.seen, "eof" if self.eof else "closed" if exc is None else "reset")
            self.peer.still_open.discard(self)
        if not self.gone.done():
            self.gone.set_result(None)


def in_short(script: object) -> str:
    """A script as the call that makes it."""
    if isinstance(script, functools.partial):
        given = ", ".join(f"{k}={reprlib.repr(v)}" for k, v in script.keywords.items())
        return f"{_name(script)}({given})"
    return _name(script)


def _name(script: object) -> str:
    function = getattr(script, "func", script)
    return getattr(function, "__name__", repr(function)).lstrip("_")
