"""The lab's peers: what each script does, what they saw, and that they end. On both clocks."""

import asyncio
import contextlib
import gc
import os
import pickle
import socket
import struct
import sys
import warnings

import pytest

from checker.engine import Limits, observe
from checker.lab import local, peers
from checker.lab.local import NotServed
from checker.lab.peers import Peer
from checker.lab.scripts import (
    answer_lines,
    deaf,
    echo,
    half_close,
    in_pieces,
    slow_reader,
    start_tls,
    vanish,
)
from checker.lab.scripts_http import http_pages, request_fault
from checker.tests.programs import near, refused

HURRIED = Limits(real_seconds=5)


def on_the_clock(scene, *args):
    """The run on the virtual clock, which left nothing and complained of nothing."""
    run = observe(scene, *args, limits=HURRIED)
    assert (run.failure, run.left, run.complaints, run.stop) == (None, [], [], None)
    return run


def in_real_time(scene, *args):
    """What it returned on asyncio's own loop, which said nothing either."""
    said = []

    async def heard():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        return await scene(*args)

    unraisable, sys.unraisablehook = sys.unraisablehook, said.append
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            result = asyncio.run(heard())
            gc.collect()
    finally:
        sys.unraisablehook = unraisable
    assert (said, [str(warning.message) for warning in warned]) == ([], [])
    return result


def on_both(scene, *args):
    """The same came of it on both clocks: the run, and its result."""
    run = on_the_clock(scene, *args)
    assert in_real_time(scene, *args) == run.result
    return run, run.result


@contextlib.asynccontextmanager
async def connected(peer, **options):
    reader, writer = await asyncio.open_connection(peer.host, peer.port, **options)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def talk(peer, *said, **options):
    """Say it piece by piece; what came back to the end, or the error; and what the peer saw."""
    async with peer:
        async with connected(peer, **options) as (reader, writer):
            try:
                for data in said:
                    writer.write(data)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if writer.can_write_eof():
                    writer.write_eof()
                heard = await reader.read()
            except ConnectionError as error:
                heard = type(error).__name__
    return heard, peer.saw


async def talk_over_tls(peer, *said):
    async with peer, connected(peer, ssl=peer.client_ssl) as (reader, writer):
        writer.write(b"".join(said))
        heard = await reader.readexactly(sum(map(len, said)))
    return heard, peer.saw


ONCE = "1 connection, at most 1 at once: "


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


async def fails(reader, writer):
    await reader.read(1)
    raise ValueError("out of order")


def test_an_error_in_a_script_is_reported():
    run = observe(talk, Peer(fails), b"abc")
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


# ---------------------------------------------------------------------- HTTP


async def ask_for(peer, *requests):
    """The status and the body that each request gets over a connection of its own."""
    answers = []
    async with peer:
        for request in requests:
            async with connected(peer) as (reader, writer):
                writer.write(request)
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
                answers.append((head.split(b"\r\n")[0].decode(), body.decode()))
    return answers, peer.saw


CLOSE = b" HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
PAGES = http_pages({"/a": (0.2, "200 OK", b"the a page"), "/b": (0, "410 Gone", b"gone")})


def test_pages_have_a_delay_a_status_and_a_body():
    requests = [b"GET /a" + CLOSE, b"GET /b?x=1" + CLOSE, b"HEAD /a" + CLOSE, b"GET /c" + CLOSE]
    run, (answers, _) = on_both(ask_for, Peer(PAGES), *requests)
    assert answers == [
        ("HTTP/1.1 200 OK", "the a page"),
        ("HTTP/1.1 410 Gone", "gone"),
        ("HTTP/1.1 200 OK", ""),
        ("HTTP/1.1 404 Not Found", "no such page"),
    ]
    assert run.took == near(0.4)


def test_a_connection_stays_open_for_the_next_request():
    async def ask(peer):
        async with peer, connected(peer) as (reader, writer):
            for _ in range(3):
                writer.write(b"GET /b HTTP/1.1\r\nHost: lab\r\n\r\n")
                await reader.readuntil(b"gone")
        return peer.saw

    assert on_both(ask, Peer(PAGES))[1] == ONCE + "eof"


def test_another_script_may_answer_for_a_page():
    pages = {"/slow": in_pieces(b"HTTP/1.1 200 OK\r\n\r\nabc", 5, 0.01), "/gone": vanish()}

    async def ask(peer):
        answers, _ = await ask_for(peer, b"GET /slow" + CLOSE)
        try:
            await ask_for(peer, b"GET /gone" + CLOSE)
        except ConnectionResetError:
            return answers

    _, answers = on_both(ask, Peer(http_pages(pages)))
    assert answers == [("HTTP/1.1 200 OK", "abc")]


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nhost: lab\r\n\r\nGET again", None),
        (b"GET / HTTP/1.0\r\n\r\n", None),
        (b"GET / HTTP/1.1\nHost: lab\n\n", "line 1 ends with \\n alone; HTTP wants \\r\\n"),
        (b"GET / HTTP/1.1\r\nHost: lab\r\n\n", "line 3 ends with \\n alone; HTTP wants \\r\\n"),
        (b"GET / HTTP/1.1\r\nHost: lab\r\n", "the empty line after the headers is missing"),
        (b"GET / HTTP/1.1", "the empty line after the headers is missing"),
        (b"", "nothing came"),
        (b"GET / HTTP/1.1\r\n\r\n", "the header Host is missing"),
        (b"GET /\r\n\r\n", "the first line must be like GET /path HTTP/1.1, not 'GET /'"),
        (b"GET a HTTP/1.1\r\nHost: lab\r\n\r\n", "the path must begin with /, not 'a'"),
        (
            b"GET / HTTP/1.1\r\nHost lab\r\n\r\n",
            "a header must be like Name: value, not 'Host lab'",
        ),
    ],
)
def test_what_is_wrong_with_a_request(request_, fault):
    assert request_fault(request_) == fault


def test_a_request_that_is_not_correct_is_told_so():
    bad = b"GET /a HTTP/1.1\n\n"
    _, (answers, saw) = on_both(ask_for, Peer(PAGES), bad)
    assert answers == [("HTTP/1.1 400 Bad Request", request_fault(bad))]
    assert saw == ONCE + "eof"
