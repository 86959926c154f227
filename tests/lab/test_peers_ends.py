"""The lab's peers end with their block, and nothing that goes wrong in them is lost."""

import asyncio
import contextlib
import pickle
import sys

import pytest

from checker.engine import observe
from checker.lab.network import local
from checker.lab.network.local import NotServed
from checker.lab.network.peers import Peer
from checker.lab.network.scripts import (
    echo,
    in_pieces,
)
from tests.support.programs import refused
from tests.support.talking import (
    HURRIED,
    ONCE,
    connected,
    on_both,
    on_the_clock,
    talk,
    talk_over_tls,
)


async def fails(reader, writer):
    await reader.read(1)
    raise ValueError("out of order")


async def talk_from_here(peer):  # in the file of the script: it is the answer's own then
    return await talk(peer, b"abc")


def test_an_error_in_a_script_is_reported():
    run = observe(talk_from_here, Peer(fails))
    assert run.complaints == ["The script fails of a peer failed: ValueError('out of order')"]
    assert run.result[1] == ONCE + "error"
    [unheard] = run.unheard
    assert "ValueError: out of order" in str(unheard)


async def goes_on(reader, writer):
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
            return


def test_a_script_that_cannot_be_stopped_is_named():
    async def ask(peer):
        async with peer, connected(peer):
            pass

    run = observe(ask, Peer(goes_on), limits=HURRIED)
    assert run.complaints == ["The script goes_on goes on although cancelled"]


def test_it_ends_with_its_block_also_after_an_error():
    async def ask(peer):
        with contextlib.suppress(LookupError):
            async with peer:
                reader, writer = await asyncio.open_connection(peer.host, peer.port)
                writer.write(b"abc")
                await asyncio.sleep(0.05)
                raise LookupError
        heard = await reader.read()
        writer.close()
        return heard, peer.saw, refused(peer.port)

    _, result = on_both(ask, Peer(echo(delay=3000)))
    assert result == (b"", ONCE + "cut", True)


def test_it_ends_if_its_task_is_cancelled():
    async def inside(peer):
        async with peer, connected(peer) as (reader, writer):
            writer.write(b"abc")
            await reader.read()

    async def ask(peer):
        try:
            async with asyncio.timeout(0.05):
                await inside(peer)
        except TimeoutError:
            return peer.saw, refused(peer.port)

    _, result = on_both(ask, Peer(echo(delay=3000)))
    assert result == (ONCE + "eof", True)


def test_it_ends_if_everybody_waits():
    async def ask(peer):
        async with peer, connected(peer) as (reader, _):
            await reader.read()

    run = observe(ask, Peer(echo()), limits=HURRIED)
    assert (run.stop.reason, run.complaints) == ("deadlock", [])
    assert [left.what for left in run.left] == ["an open connection"]  # the client's


def test_the_tasks_of_a_peer_are_none_of_the_answers():
    run = on_the_clock(talk, Peer(echo(delay=1)), b"abc")
    assert "peer, connection 1" in [task.name for task in run.tasks if task.service]
    assert [task.name for task in run.own_tasks] == ["talk"]


def test_a_peer_is_fresh_in_each_run():
    peer = Peer(echo())
    assert on_the_clock(talk, peer, b"a").result == on_the_clock(talk, peer, b"a").result
    assert peer.connections == []


def test_it_can_be_sent_to_another_process():
    peer = pickle.loads(pickle.dumps(Peer(in_pieces(b"abc", size=2), tls=True)))
    assert repr(peer) == "peer(in_pieces(data=b'abc', size=2, gap=0.0), tls=True)"
    assert on_the_clock(talk_over_tls, Peer(echo(), tls=True), b"a").result[0] == b"a"


def test_a_peer_that_is_not_running_says_how_to_have_it():
    with pytest.raises(NotServed, match=r"not running.*\nasync with Peer"):
        Peer(echo()).port
    with pytest.raises(NotServed, match="kind='unix'"):
        Peer(echo()).path


def test_an_address_that_nobody_may_listen_on_has_a_remedy(monkeypatch):
    monkeypatch.setattr(Peer, "host", "192.0.2.1")  # RFC 5737: no machine has it

    async def ask(script):
        async with Peer(script):
            pass

    for script in (echo(), None):
        with pytest.raises(NotServed, match="cannot start.*\nPrograms must be allowed"):
            asyncio.run(ask(script))


def test_tls_without_its_package_has_a_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "trustme", None)
    local.authority.cache_clear()
    with pytest.raises(NotServed, match="pip install -r requirements.txt"):
        Peer(echo(), tls=True)
