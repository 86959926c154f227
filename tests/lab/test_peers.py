"""The lab's peers: what each script does, and what they saw. On both clocks."""

import asyncio
import os
import socket
import struct

import pytest

from checker.lab.network import peers
from checker.lab.network.peers import Peer
from checker.lab.network.scripts import (
    answer_lines,
    deaf,
    echo,
    half_close,
    in_pieces,
    slow_reader,
    start_tls,
    vanish,
)
from tests.support.programs import near
from tests.support.talking import (
    ONCE,
    connected,
    on_both,
    on_the_clock,
    talk,
    talk_over_tls,
)


@pytest.mark.parametrize(
    ("script", "said", "heard", "ended"),
    [
        (echo(), [b"a", b"bc"], b"abc", "eof"),
        (echo(delay=0.05), [b"abc"], b"abc", "eof"),
        (answer_lines({"a": "b"}), [b"a\r\nc\n"], b"b\n?\n", "eof"),
        (answer_lines(str.upper, delay=0.05), [b"a\n", b"b\n"], b"A\nB\n", "eof"),
        (answer_lines({"bye": None, "a": "b"}), [b"a\nbye\n"], b"b\n", "eof"),
        (in_pieces(b"abcdefgh", size=3, gap=0.02), [], b"abcdefgh", "eof"),
        (half_close(b"bye"), [b"a", b"b"], b"bye", "eof"),
        (half_close(b"bye", first=True), [b"a", b"b"], b"bye", "eof"),
        (vanish(after=2), [b"abc"], "ConnectionResetError", "closed"),
        (slow_reader(size=1, gap=0.01), [b"abc"], b"", "eof"),
    ],
)
def test_each_script_keeps_its_habit(script, said, heard, ended):
    _, result = on_both(talk, Peer(script), *said)
    assert result == (heard, ONCE + ended)


def test_an_echo_takes_its_delay():
    async def ask(peer):
        async with peer, connected(peer) as (reader, writer):
            for data in (b"a", b"b"):
                writer.write(data)
                await reader.readexactly(1)
            await asyncio.sleep(1)
        return peer.report()

    run = on_the_clock(ask, Peer(echo(delay=0.2)))
    assert run.took == near(1.4)
    [seen] = run.result["connections"]
    assert seen == {
        "number": 1,
        "start": 0,
        "end": 1.4,
        "received": b"ab",
        "sent": b"ab",
        "ended": "eof",
    }
    assert [(call.service, call.what) for call in run.calls] == [("peer", "connection 1")]


def test_pieces_come_one_by_one():
    async def ask(peer):
        moments = []
        async with peer, connected(peer) as (reader, _):
            while data := await reader.read(100):
                moments.append((round(asyncio.get_running_loop().time(), 6), data))
        return moments

    run = on_the_clock(ask, Peer(in_pieces(b"abcdefgh", size=3, gap=0.1)))
    assert run.result == [(0, b"abc"), (0.1, b"def"), (0.2, b"gh")]


def test_a_half_closed_peer_still_reads():
    async def ask(peer):
        async with peer, connected(peer) as (reader, writer):
            heard = await reader.read()
            writer.write(b"still there?")
            await asyncio.sleep(0.05)
        return heard, peer.connections[0].lines

    _, result = on_both(ask, Peer(half_close(b"bye", first=True)))
    assert result == (b"bye", ["still there?"])


async def write_on(peer, seconds=1):
    """Write until nothing more goes in, for so long at most; whether it all went in."""
    async with peer, connected(peer) as (_, writer):
        try:
            async with asyncio.timeout(seconds):
                for _ in range(400):
                    writer.write(bytes(65536))
                    await writer.drain()
            written = True
        except TimeoutError:
            written = False
            writer.transport.abort()
    return written, peer.connections[0].received


def test_a_deaf_peer_makes_its_writer_wait():
    _, result = on_both(write_on, Peer(deaf()), 0.3)
    assert result == (False, b"")


def test_a_slow_reader_makes_its_writer_wait_for_some_time():
    run = on_the_clock(write_on, Peer(slow_reader(size=100_000, gap=0.1)), 60)
    written, received = run.result
    assert (written, len(received)) == (True, peers.KEPT)
    assert run.took > 1


AT_ONCE = struct.pack("ii", 1, 0)  # a socket is closed with an RST, see socket(7)


def test_a_client_that_vanishes():
    async def ask(peer):
        async with peer:
            _, writer = await asyncio.open_connection(peer.host, peer.port)
            writer.write(b"abc")
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            await asyncio.sleep(0.01)
            writer.transport.abort()
            await asyncio.sleep(0.01)
            return peer.saw, peer.connections[0].received

    _, result = on_both(ask, Peer(echo(delay=5)))
    assert result == (ONCE + "reset", b"abc")


@pytest.mark.parametrize("says_eof", [False, True])
def test_a_client_that_vanishes_just_as_the_script_ends(says_eof):
    async def ask():
        over = asyncio.Event()

        async def script(reader, writer):
            await over.wait()
            if says_eof:
                writer.write_eof()

        async with Peer(script) as peer:
            with socket.create_connection((peer.host, peer.port)) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                await asyncio.sleep(0.05)
            over.set()
        return peer.saw

    assert on_both(ask)[1] == ONCE + "reset"


def test_a_client_that_never_closes_is_cut_at_the_end_of_the_block():
    async def ask(peer):
        async with peer:
            reader, writer = await asyncio.open_connection(peer.host, peer.port)
            heard = await reader.read()
        saw = peer.saw
        writer.close()
        return heard, saw

    _, result = on_both(ask, Peer(in_pieces(b"abc", 2)))
    assert result == (b"abc", ONCE + "cut")


@pytest.mark.parametrize("waits", [True, False])
def test_connections_in_turn_are_one_at_once(waits):
    async def ask(peer):
        async with peer:
            for _ in range(5):
                reader, writer = await asyncio.open_connection(peer.host, peer.port)
                writer.write(b"a")
                await reader.readexactly(1)
                writer.close()
                if waits:
                    await writer.wait_closed()
        return peer.saw

    _, saw = on_both(ask, Peer(echo()))
    assert saw == "5 connections, at most 1 at once: eof, eof, eof, eof, eof"


def test_connections_together_are_counted():
    async def one(peer):
        async with connected(peer) as (reader, writer):
            writer.write(b"a")
            await reader.readexactly(1)

    async def ask(peer):
        async with peer:
            await asyncio.gather(*(one(peer) for _ in range(4)))
        return peer.saw

    _, saw = on_both(ask, Peer(echo(delay=0.1)))
    assert saw == "4 connections, at most 4 at once: eof, eof, eof, eof"


async def own_script(reader, writer):
    writer.write(await reader.readuntil(b"."))
    writer.close()


def test_a_script_of_ones_own_may_close_at_once():
    async def ask(peer):
        async with peer, connected(peer) as (reader, writer):
            writer.write(b"abc.def")
            return await reader.read(), peer.saw

    _, result = on_both(ask, Peer(own_script))
    assert result == (b"abc.", ONCE + "closed")


def test_nobody_listens():
    async def ask(peer):
        async with peer:
            try:
                await asyncio.open_connection(peer.host, peer.port)
            except ConnectionRefusedError as error:
                return type(error).__name__

    run, result = on_both(ask, Peer(None))
    assert result == "ConnectionRefusedError"
    assert run.charged == 0


def test_a_reset_leaves_figures_exact():
    run = on_the_clock(talk, Peer(vanish(after=1)), b"abc")
    assert run.charged == 0


def test_over_a_unix_socket():
    async def ask(peer):
        async with peer:
            reader, writer = await asyncio.open_unix_connection(peer.path)
            writer.write(b"abc")
            writer.write_eof()
            heard = await reader.read()
            writer.close()
            folder = peer.path.rpartition("/")[0]
        return heard, peer.saw, os.path.exists(folder)

    _, result = on_both(ask, Peer(half_close(b"bye"), kind="unix"))
    assert result == (b"bye", ONCE + "eof", False)


def test_over_tls():
    run, result = on_both(talk_over_tls, Peer(echo(delay=0.1), tls=True), b"abc")
    assert result == (b"abc", ONCE + "eof")
    assert run.took == near(0.1)


def test_tls_with_a_client_that_does_not_trust_it():
    async def ask(peer):
        async with peer:
            try:
                await asyncio.open_connection(peer.host, peer.port, ssl=True)
            except OSError as error:
                return type(error).__name__, peer.saw

    _, result = on_both(ask, Peer(echo(), tls=True))
    assert result == ("SSLCertVerificationError", "0 connections, at most 0 at once")


def test_start_tls():
    async def ask(peer):
        async with peer, connected(peer) as (reader, writer):
            writer.write(b"STARTTLS\r\n")
            answer = await reader.readline()
            await writer.start_tls(peer.client_ssl, server_hostname=peer.host)
            writer.write(b"secret")
            secret = await reader.readexactly(6)
        return answer, secret, peer.saw, peer.connections[0].received

    _, result = on_both(ask, Peer(start_tls(echo(delay=0.05))))
    assert result == (b"OK\n", b"secret", ONCE + "eof", b"STARTTLS\r\nsecret")
