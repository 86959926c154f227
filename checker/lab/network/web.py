"""A web server for chapters and exercises, and what it saw. It needs the package `aiohttp`.

It lives in the loop that starts it: in a check, its delays are on the run's clock. It ends with its
`async with` block, and with the process at the latest.
"""

import asyncio
import errno
import socket
import ssl
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from checker.engine import Service
from checker.engine.service import serving
from checker.lab.network.local import HOST, INSTALL, LOOPBACK, NotServed, authority

if TYPE_CHECKING:
    import aiohttp
    from aiohttp import web
    from aiohttp.web_protocol import RequestHandler

PIECES = 10  # in which a slow body is sent
# Seconds until the end of the block ends a request that is still being answered: as few as the
# clock can count, so that a connection which was left open adds nothing to what a run took.
_CUT_OFF = 1e-9


@dataclass(frozen=True)
class Page:
    """What a page answers.

    Attributes:
        delay: seconds until the answer begins.
        status: of the answer, as 200 or 404.
        text: the body; made of the page's name if it is None.
        size: characters of the body, instead of a text.
        slow: seconds that it takes to send the body, in pieces.
        headers: of the answer, besides the usual ones.
        plan: what the first requests get, one after the other, the last entry ever after: a status;
            "drop", the connection is closed without an answer; or "hang", there is no answer.
    """

    delay: float = 0.0
    status: int = 200
    text: str | None = None
    size: int | None = None
    slow: float = 0.0
    headers: dict[str, str] | None = None
    plan: tuple[int | str, ...] = ()

    def body(self, name: str) -> str:
        """The text of the answer if nothing goes wrong, for a page that is called `name`."""
        if self.size is not None:
            return "x" * self.size
        return f"the {name} page" if self.text is None else self.text


@dataclass
class Request:
    """One request, as the server saw it.

    Attributes:
        path: with its slash, as "/home".
        connection: the number of the connection that it came over, from 1.
        start, end: seconds since the server started; `end` is None while it is being answered.
        status: that it got; None if there was no whole answer, or nobody waited for it any more.
    """

    path: str
    connection: int
    start: float
    end: float | None = None
    status: int | None = None
    headers: dict[str, str] | None = None


class Web(Service):
    """A web server on this machine: `async with Web({"home": Page(delay=0.1)}) as web:`.

    Args:
        pages: name → `Page`, or an iterable of names of plain pages. Other names get status 404.
        at_once: more requests than that at the same moment get status 503.
        rate: (requests, seconds): what goes beyond gets status 429, and a header `Retry-After`
            with the seconds after which there is room again.
        keep_alive: seconds that a connection stays open for a next request; 0 closes it at once.
        tls: speak HTTPS; a client trusts it with `ssl=web.trust`.
        port: 0 takes a free one. If another one is taken, that is printed, and a free one serves.

    Attributes:
        url: its address, without a slash at the end.
        requests: a `Request` for each, in the order of their coming.
        connections: how many were opened.
        peak: the largest number of requests at the same moment.

    Raises:
        NotServed: if a package is missing, or nobody may listen here; the text says what to do.
    """

    name = "web"

    def __init__(
        self,
        pages: dict[str, Page] | Iterable[str] = (),
        *,
        at_once: int | None = None,
        rate: tuple[int, float] | None = None,
        keep_alive: float = 75.0,
        tls: bool = False,
        port: int = 0,
    ):
        _import_aiohttp()  # now, and not in the middle of a run
        if tls:
            authority()
        self.pages = dict(pages) if isinstance(pages, dict) else {name: Page() for name in pages}
        self._options: dict[str, Any] = {"at_once": at_once, "rate": rate}
        self._options |= {"keep_alive": keep_alive, "tls": tls, "port": port}
        self.at_once, self.rate, self.keep_alive = at_once, rate, keep_alive
        self.tls, self.port = tls, port
        self._server: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._forget()

    def _forget(self) -> None:
        self.requests: list[Request] = []
        self.connections = self.peak = self._now = 0
        self._numbers: dict[object, int] = {}  # aiohttp's handler of a connection → its number
        self._plans = {name: list(page.plan) for name, page in self.pages.items()}
        self._served: deque[float] = deque()  # the moments at which the latest requests came

    def fresh(self) -> "Web":
        """The same pages in a server that has not started."""
        return Web(self.pages, **self._options)

    def at_least(self) -> dict[str, float]:
        if self.at_once is not None or self.rate is not None:
            return {}
        pages = ((name, page) for name, page in self.pages.items() if not page.plan)
        return {f"/{name}": page.delay + page.slow for name, page in pages}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_in_short(page)}" for name, page in self.pages.items())
        return f"web({shown})"

    # ------------------------------------------------------------------ its life

    async def __aenter__(self) -> Self:
        from aiohttp import web

        self._forget()
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        self._server = web.Server(
            self._respond,
            handler_cancellation=True,
            keepalive_timeout=self.keep_alive,
            access_log=None,
        )
        # Accepted connections and their tasks inherit this mark: they are none of the answer's.
        mark = serving.set(True)
        try:
            self._listener = await self._listen(loop, self.port)
        finally:
            serving.reset(mark)
        port = self._listener.sockets[0].getsockname()[1]
        self.url = f"http{'s' * self.tls}://{HOST}:{port}"
        return self

    async def _listen(self, loop: asyncio.AbstractEventLoop, port: int) -> asyncio.Server:
        tls = authority()[0] if self.tls else None
        try:
            return await loop.create_server(self._accept, HOST, port, ssl=tls)
        except OSError as why:
            if not port or why.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise NotServed(f"The web server cannot start: {why}.\n{LOOPBACK}") from None
            print("The port that you asked for is not free: another program has it. A free one")
            print(
                "serves instead, and `web.url` names it. Without `port=` it is always a free one."
            )
            return await self._listen(loop, 0)

    async def __aexit__(self, *exc_info: object) -> None:
        listener, self._listener = self._listener, None
        assert listener is not None and self._server is not None  # the block has begun
        listener.close()
        mark = serving.set(True)
        try:
            await self._server.shutdown(_CUT_OFF)
            await listener.wait_closed()
        finally:
            serving.reset(mark)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end.

        Raises:
            NotServed: if it is not running.
        """
        if self._listener is None:
            raise NotServed(
                "The web server is not running. Its address is there inside the block:\n"
                "async with Web(...) as web:"
            )
        return self._url

    @url.setter
    def url(self, url: str) -> None:
        self._url = url

    @property
    def trust(self) -> ssl.SSLContext:
        """The `ssl.SSLContext` with which a client trusts this server."""
        return authority()[1]

    def session(self, **options: Any) -> "aiohttp.ClientSession":
        """An `aiohttp.ClientSession` for paths such as "/home".

        It finds this server under the name `lab`, so that no error names a port of this moment.
        """
        import aiohttp

        resolver = _Resolver(int(self.url.rpartition(":")[2]))
        # It is no subclass of theirs: that would need the package when this module is imported.
        connector = aiohttp.TCPConnector(resolver=resolver)  # type: ignore[arg-type]
        return aiohttp.ClientSession("http://lab", connector=connector, **options)

    # ------------------------------------------------------------------ what it saw

    @property
    def open_now(self) -> int:
        """The connections that are open."""
        return 0 if self._server is None else len(self._server.connections)

    @property
    def saw(self) -> str:
        """All in one line: "3 requests over 1 connection, at most 1 at once"."""
        many, connections = len(self.requests), self.connections
        return (
            f"{many} request{'s' * (many != 1)} over "
            f"{connections} connection{'s' * (connections != 1)}, at most {self.peak} at once"
        )

    def report(self) -> dict[str, Any]:
        """All of it but the headers, as plain data for a rule."""
        return {
            "requests": [{**asdict(request), "headers": None} for request in self.requests],
            "connections": self.connections,
            "open": self.open_now,
            "peak": self.peak,
        }

    # ------------------------------------------------------------------ serving

    def _accept(self) -> "RequestHandler":
        assert self._server is not None
        handler = self._server()
        self.connections += 1
        self._numbers[handler] = self.connections
        return handler

    def _seconds(self) -> float:
        return round(asyncio.get_running_loop().time() - self._began, 6)

    async def _respond(self, request: "web.BaseRequest") -> "web.StreamResponse":
        noted = Request(request.path, self._numbers[request.protocol], self._seconds())
        noted.headers = dict(request.headers)
        self.requests.append(noted)
        self._now += 1
        self.peak = max(self.peak, self._now)
        try:
            with self.call(request.path):
                response = await self._answer(request)
                if self.keep_alive == 0:
                    response.force_close()
                if response.prepared:
                    await response.write_eof()
            noted.status = response.status
            return response
        finally:
            self._now -= 1
            noted.end = self._seconds()

    async def _answer(self, request: "web.BaseRequest") -> "web.StreamResponse":
        from aiohttp import web

        name = request.path.removeprefix("/")
        page = self.pages.get(name)
        if page is None:
            return web.Response(status=404, text=f"no page {name}")
        if self.at_once is not None and self._now > self.at_once:
            return web.Response(status=503, text="too many at once")
        wait = self._until_there_is_room()
        if wait:
            return web.Response(status=429, headers={"Retry-After": f"{wait:g}"}, text="too fast")
        plan = self._plans[name]
        step = page.status if not plan else plan.pop(0) if len(plan) > 1 else plan[0]
        await asyncio.sleep(page.delay)
        if step == "hang":
            await asyncio.get_running_loop().create_future()
        if step == "drop":
            if request.transport is not None:  # else the client has done so
                request.transport.close()
            raise asyncio.CancelledError
        body = page.body(name) if step == page.status else f"status {step}"
        if page.slow:
            return await self._send_slowly(request, page, step, body)
        return web.Response(status=step, text=body, headers=page.headers)

    async def _send_slowly(
        self, request: "web.BaseRequest", page: Page, status: int, body: str
    ) -> "web.StreamResponse":
        from aiohttp import web

        response = web.StreamResponse(status=status, headers=page.headers)
        await response.prepare(request)
        data = body.encode()
        edges = [len(data) * number // PIECES for number in range(PIECES + 1)]
        for start, end in zip(edges, edges[1:], strict=False):
            await asyncio.sleep(page.slow / PIECES)
            await response.write(data[start:end])
        return response

    def _until_there_is_room(self) -> float:
        """Seconds, 0 if this request is within the rate; it counts then."""
        if self.rate is None:
            return 0
        many, seconds = self.rate
        now = self._seconds()
        while self._served and self._served[0] <= now - seconds:
            self._served.popleft()
        if len(self._served) < many:
            self._served.append(now)
            return 0
        return round(self._served[0] + seconds - now, 3)


class _Resolver:
    """Where a name is found, in the form that aiohttp asks for: always at one port of ours."""

    def __init__(self, port: int):
        self.port = port

    async def resolve(
        self, host: str, port: int = 0, family: int = socket.AF_INET
    ) -> list[dict[str, Any]]:
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        at = {"hostname": host, "host": HOST, "port": self.port}
        return [{**at, "family": socket.AF_INET, "proto": 0, "flags": flags}]

    async def close(self) -> None:
        """There is nothing to close."""


def _in_short(page: Page) -> str:
    shown = [f"{page.delay:g} s"] if page.delay else []
    if page.plan:
        return " + ".join([*shown, "/".join(map(str, page.plan))])
    if page.slow:
        shown.append(f"{page.slow:g} s to send")
    if page.status != 200 or not shown:
        shown.append(f"status {page.status}")
    return " + ".join(shown)


def _import_aiohttp() -> None:
    try:
        import aiohttp.web  # noqa: F401
    except ImportError as why:
        raise NotServed(f"The web server needs a package: {why}.\n{INSTALL}") from None
