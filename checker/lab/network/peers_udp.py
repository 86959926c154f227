"""A peer that answers datagrams, or loses, delays and doubles its answers by plan."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self, TypeAlias

from checker.engine import Service
from checker.engine.service import serving
from checker.lab.network.local import HOST, LOOPBACK, NotServed

TURNS = 5  # of the loop, in which what was sent arrives when the block ends

Fate: TypeAlias = str | float  # "ok", "drop", "twice", or seconds until the answer
Address: TypeAlias = tuple[str, int]


@dataclass
class Datagram:
    """One datagram, as the peer saw it.

    Attributes:
        number: from 1, in the order of their coming.
        client: the number of the address that it came from, from 1.
        at: seconds since the peer started.
        data: its bytes.
        fate: what the plan had for it.
    """

    number: int
    client: int
    at: float
    data: bytes
    fate: Fate


class UdpPeer(Service):
    """Answers datagrams: `async with UdpPeer(plan=("drop", 0.3, "twice")) as peer:`.

    Args:
        reply: datagram → the answer, bytes to bytes; None is no answer. By default the same bytes.
        plan: what the first datagrams get, one after the other: "ok", an answer at once; "drop",
            none; "twice", two; or seconds until the answer, which may so come after the answers to
            later datagrams. Those beyond the plan get "ok".
        port: 0 takes a free one.

    Attributes:
        host: always "127.0.0.1".
        datagrams: a `Datagram` for each that came, in the order of their coming.

    Raises:
        NotServed: if nobody may listen here; the text says what to do.
    """

    name = "peer"
    host = HOST

    def __init__(
        self,
        reply: Callable[[bytes], bytes | None] | None = None,
        *,
        plan: Sequence[Fate] = (),
        port: int = 0,
    ):
        for fate in plan:
            if fate not in ("ok", "drop", "twice") and not isinstance(fate, int | float):
                raise ValueError(f'a plan has "ok", "drop", "twice" and seconds, not {fate!r}')
        self.reply, self.plan = reply, tuple(plan)
        self._asked_for = port
        self._port: int | None = None
        self._forget()

    def _forget(self) -> None:
        self.datagrams: list[Datagram] = []
        self._clients: dict[Address, int] = {}  # address → its number
        self._answers: set[asyncio.Task[None]] = set()

    def fresh(self) -> Self:
        """The same peer, not started."""
        return type(self)(self.reply, plan=self.plan, port=self._asked_for)

    def __repr__(self) -> str:
        given = [getattr(self.reply, "__name__", repr(self.reply))] if self.reply else []
        if self.plan:
            given.append(f"plan={self.plan!r}")
        return f"udp_peer({', '.join(given)})"

    async def __aenter__(self) -> Self:
        self._forget()
        loop = asyncio.get_running_loop()
        self._began, self.gone = loop.time(), loop.create_future()
        address = (self.host, self._asked_for)
        mark = serving.set(True)  # its callbacks and tasks are none of the answer's
        try:
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Protocol(self), local_addr=address
            )
        except OSError as why:
            raise NotServed(f"The peer cannot start: {why}.\n{LOOPBACK}") from None
        finally:
            serving.reset(mark)
        self._port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        try:
            for _ in range(TURNS):
                await asyncio.sleep(0)
        finally:
            answers = list(self._answers)
            for task in answers:
                task.cancel()
            self._transport.abort()
            await asyncio.wait([self.gone, *answers])

    @property
    def port(self) -> int:
        """Where it listens, or listened.

        Raises:
            NotServed: if it has never run.
        """
        if self._port is None:
            raise NotServed(
                "The peer is not running. Its port is there inside the block:\n"
                "async with UdpPeer(...) as peer:"
            )
        return self._port

    @property
    def saw(self) -> str:
        """All in one line: "3 datagrams from 1 client"."""
        many, clients = len(self.datagrams), len(self._clients)
        return f"{many} datagram{'s' * (many != 1)} from {clients} client{'s' * (clients != 1)}"

    def report(self) -> dict[str, Any]:
        """All of it, as plain data for a rule."""
        return {"datagrams": [asdict(datagram) for datagram in self.datagrams]}

    def came(self, data: bytes, address: Address) -> None:
        client = self._clients.setdefault(address, len(self._clients) + 1)
        at = round(asyncio.get_running_loop().time() - self._began, 6)
        number = len(self.datagrams) + 1
        fate = self.plan[number - 1] if number <= len(self.plan) else "ok"
        seen = Datagram(number, client, at, data, fate)
        self.datagrams.append(seen)
        if seen.fate != "drop":
            name = f"peer, datagram {seen.number}"
            task = asyncio.create_task(self._answer(seen, address), name=name)
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, seen: Datagram, address: Address) -> None:
        with self.call(f"datagram {seen.number}"):
            try:
                data = seen.data if self.reply is None else self.reply(seen.data)
            except Exception as error:
                asyncio.get_running_loop().call_exception_handler(
                    {"message": "The reply of a peer failed", "exception": error}
                )
                return
            if not isinstance(seen.fate, str):
                await asyncio.sleep(seen.fate)
            for _ in range(2 if seen.fate == "twice" else 1):
                if data is not None:
                    self._transport.sendto(data, address)


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, peer: UdpPeer):
        self.peer = peer

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.peer.came(data, addr)

    def connection_lost(self, exc: Exception | None) -> None:
        self.peer.gone.set_result(None)
