"""The lab's peers that speak HTTP: what they answer, and what is wrong with a request."""

import pytest

from checker.lab.network.peers import Peer
from checker.lab.network.scripts import (
    in_pieces,
    vanish,
)
from checker.lab.network.scripts_http import http_pages, request_fault
from tests.support.programs import near
from tests.support.talking import ONCE, connected, on_both


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
