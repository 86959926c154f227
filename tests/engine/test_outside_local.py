"""UNIX sockets, datagrams and pipes: within a run, and to other processes."""

import asyncio
import os
import socket
import subprocess
import sys

import pytest

from checker.engine import observe
from tests.engine.test_outside_sockets import (
    HURRIED,
    PATIENT,
    UDP_PEER,
    UNIX_PEER,
    Datagrams,
    another_process,
    answer_late,
    ask,
)
from tests.support.programs import near

# ------------------------------------------------------------------ UNIX sockets and pairs


def test_a_unix_socket_within_the_run(tmp_path):
    async def answer():
        path = str(tmp_path / "s")
        server = await asyncio.start_unix_server(answer_late, path)
        data = await ask(*await asyncio.open_unix_connection(path))
        server.close()
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.charged) == (b"HELLO", 20, 0)


def test_a_unix_socket_of_another_process(tmp_path):
    path = str(tmp_path / "s")
    with another_process(UNIX_PEER, path):

        async def answer():
            return await ask(*await asyncio.open_unix_connection(path))

        run = observe(answer, limits=PATIENT)
    assert (run.result, run.took) == (b"late", near(0.05, 5))


def test_two_ends_of_a_pair():
    async def answer():
        one, other = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=one)
        far = await asyncio.open_connection(sock=other)
        serving = asyncio.create_task(answer_late(*far))
        data = await ask(reader, writer)
        await serving
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.charged) == (b"HELLO", 20, 0)


def test_a_pair_of_which_nobody_writes_is_a_deadlock():
    async def answer():
        one, other = socket.socketpair()
        with other:
            reader, _ = await asyncio.open_connection(sock=one)
            await reader.read()

    assert observe(answer, limits=HURRIED).stop.reason == "deadlock"


# ------------------------------------------------------------------ UDP


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_datagrams_within_the_run(host):
    async def answer():
        loop = asyncio.get_running_loop()
        server, _ = await loop.create_datagram_endpoint(lambda: Datagrams(20), (host, 0))
        port = server.get_extra_info("sockname")[1]
        client, protocol = await loop.create_datagram_endpoint(
            Datagrams, remote_addr=("127.0.0.1", port)
        )
        client.sendto(b"hello")
        data = await asyncio.wait_for(protocol.got.get(), 50)
        client.close()
        server.close()
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.charged) == (b"HELLO", 20, 0)


@pytest.mark.parametrize("connected", [True, False])
def test_datagrams_to_another_process(connected):
    with another_process(UDP_PEER) as port:

        async def answer():
            loop, address = asyncio.get_running_loop(), ("127.0.0.1", int(port))
            remote = {"remote_addr": address} if connected else {"local_addr": ("127.0.0.1", 0)}
            client, protocol = await loop.create_datagram_endpoint(Datagrams, **remote)
            client.sendto(b"hello", None if connected else address)
            try:
                return await asyncio.wait_for(protocol.got.get(), 50)
            finally:
                client.close()

        run = observe(answer, limits=PATIENT)
    assert (run.result, run.took) == (b"late", near(0.05, 5))


def test_raw_datagrams_to_another_process():
    with another_process(UDP_PEER) as port:

        async def answer():
            loop = asyncio.get_running_loop()
            with socket.socket(type=socket.SOCK_DGRAM) as client:
                client.setblocking(False)
                client.bind(("127.0.0.1", 0))
                await loop.sock_sendto(client, b"hello", ("127.0.0.1", int(port)))
                async with asyncio.timeout(50):
                    return await loop.sock_recv(client, 100)

        run = observe(answer, limits=PATIENT)
    assert (run.result, run.took) == (b"late", near(0.05, 5))


def test_a_datagram_that_nobody_sends_is_a_deadlock():
    async def answer():
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
        await protocol.got.get()

    assert observe(answer, limits=HURRIED).stop.reason == "deadlock"


# ------------------------------------------------------------------ pipes and other files


async def both_ends(loop):
    """A reader and a writer transport on the two ends of a pipe."""
    read, write = os.pipe()
    reader = asyncio.StreamReader()
    reading, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb")
    )
    writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(write, "wb"))
    return reader, reading, writing


def test_a_pipe_within_the_run():
    async def answer():
        loop = asyncio.get_running_loop()
        reader, reading, writing = await both_ends(loop)
        loop.call_later(20, writing.write, b"late")
        data = await asyncio.wait_for(reader.read(100), 50)
        writing.close()
        reading.close()
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.charged, run.left) == (b"late", 20, 0, [])


def test_a_pipe_that_is_left_open():
    async def answer():
        await both_ends(asyncio.get_running_loop())

    run = observe(answer, limits=PATIENT)
    assert [(left.kind, left.what) for left in run.left] == [("pipe", "an open pipe")] * 2


def test_a_pipe_that_another_process_writes():
    read, write = os.pipe()
    code = "import time; time.sleep(0.05); print('late', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-S", "-c", code], stdout=write) as process:
        os.close(write)

        async def answer():
            reader = asyncio.StreamReader()
            loop = asyncio.get_running_loop()
            transport, _ = await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb")
            )
            try:
                return await asyncio.wait_for(reader.readline(), 50)
            finally:
                transport.close()

        run = observe(answer, limits=PATIENT)
        process.kill()
    assert (run.result, run.took) == (b"late\n", near(0.05, 5))


def test_add_reader_on_a_socket_of_the_run():
    async def answer():
        loop, seen = asyncio.get_running_loop(), asyncio.Queue()
        one, other = socket.socketpair()
        with one, other:
            loop.add_reader(one, lambda: seen.put_nowait(one.recv(100)))
            loop.call_later(20, other.send, b"late")
            data = await asyncio.wait_for(seen.get(), 50)
            loop.remove_reader(one)
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == (b"late", 20)
