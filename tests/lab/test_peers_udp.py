"""The lab's peer for datagrams: its plan, what it saw, and that it ends. On both clocks."""

import asyncio
import pickle

import pytest

from checker.engine import observe
from checker.lab.network.local import NotServed
from checker.lab.network.peers_udp import UdpPeer
from tests.support.talking import HURRIED, on_both, on_the_clock


class Inbox(asyncio.DatagramProtocol):
    def __init__(self):
        self.came = []

    def datagram_received(self, data, addr):
        self.came.append((round(asyncio.get_running_loop().time(), 3), data))


async def send(peer, *said, wait=0.2):
    """Send it all; what had come after a while, with its times; and what the peer saw."""
    loop = asyncio.get_running_loop()
    async with peer:
        began = loop.time()
        address = (peer.host, peer.port)
        transport, inbox = await loop.create_datagram_endpoint(Inbox, remote_addr=address)
        for data in said:
            transport.sendto(data)
        await asyncio.sleep(wait)
        transport.close()
    return [(at - began, data) for at, data in inbox.came], peer.saw


async def send_untimed(peer, *said):
    came, saw = await send(peer, *said)
    return [data for _, data in came], saw


def upper(data):
    return data.upper() if data.isalpha() else None


@pytest.mark.parametrize(
    ("peer", "heard"),
    [
        (UdpPeer(), [b"a", b"b", b"1"]),
        (UdpPeer(upper), [b"A", b"B"]),
        (UdpPeer(plan=("drop",)), [b"b", b"1"]),
        (UdpPeer(plan=("ok", "twice")), [b"a", b"b", b"b", b"1"]),
        (UdpPeer(plan=(0.1, 0.05)), [b"1", b"b", b"a"]),
        (UdpPeer(plan=(5, "drop", "drop")), []),
    ],
)
def test_answers_go_by_plan(peer, heard):
    _, result = on_both(send_untimed, peer, b"a", b"b", b"1")
    assert result == (heard, "3 datagrams from 1 client")


def test_delays_are_on_the_clock():
    run = on_the_clock(lambda peer: send(peer, b"a", b"b", b"c", wait=60), UdpPeer(plan=(30, 10)))
    assert run.result[0] == [(0, b"c"), (10, b"b"), (30, b"a")]
    assert (run.took, run.charged) == (60, 0)
    assert {call.what for call in run.calls} == {"datagram 1", "datagram 2", "datagram 3"}


def test_what_it_saw():
    async def ask(peer):
        await send(peer, b"a")
        return peer.report()

    [seen] = on_the_clock(ask, UdpPeer(plan=("drop",))).result["datagrams"]
    assert seen == {"number": 1, "client": 1, "at": 0, "data": b"a", "fate": "drop"}


def test_what_is_sent_last_still_arrives():
    _, (_, saw) = on_both(lambda peer: send(peer, b"a", wait=0), UdpPeer())
    assert saw == "1 datagram from 1 client"


def broken(data):
    raise ValueError("out of order")


def test_an_error_in_a_reply_is_reported():
    run = observe(send, UdpPeer(broken), b"a", limits=HURRIED)
    assert run.complaints == ["The reply of a peer failed: ValueError('out of order')"]


def test_a_datagram_that_never_comes_is_a_deadlock():
    async def ask(peer):
        loop = asyncio.get_running_loop()
        async with peer:
            address = (peer.host, peer.port)
            transport, _ = await loop.create_datagram_endpoint(Inbox, remote_addr=address)
            try:
                transport.sendto(b"a")
                await loop.create_future()
            finally:
                transport.close()

    run = observe(ask, UdpPeer(plan=("drop",)), limits=HURRIED)
    assert (run.stop.reason, run.complaints) == ("deadlock", [])
    assert [left.what for left in run.left] == ["an open connection"]  # the client's


def test_it_is_fresh_and_can_be_sent_to_another_process():
    peer = pickle.loads(pickle.dumps(UdpPeer(upper, plan=("drop", 0.5))))
    assert repr(peer) == "udp_peer(upper, plan=('drop', 0.5))"
    assert (
        on_the_clock(send, peer, b"a", b"b").result == on_the_clock(send, peer, b"a", b"b").result
    )
    assert peer.datagrams == []


def test_wrong_use_has_a_remedy(monkeypatch):
    with pytest.raises(ValueError, match="not 'lose'"):
        UdpPeer(plan=("lose",))
    with pytest.raises(NotServed, match=r"not running.*\nasync with UdpPeer"):
        UdpPeer().port
    monkeypatch.setattr(UdpPeer, "host", "192.0.2.1")  # RFC 5737: no machine has it

    async def ask():
        async with UdpPeer():
            pass

    with pytest.raises(NotServed, match="cannot start.*\nPrograms must be allowed"):
        asyncio.run(ask())
