"""Sockets and pipes: those within the run are on its clock, those that lead out of it are real."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from checker.engine import Limits, observe
from checker.tests.programs import near

HURRIED = Limits(real_seconds=5)
PATIENT = Limits(real_seconds=20)  # on a busy machine a child starts late


@contextlib.contextmanager
def another_process(code, *args):
    """A Python process, and the first line that it prints."""
    command = [sys.executable, "-S", "-c", code, *map(str, args)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


TCP_PEER = """
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
connection, _ = server.accept()
time.sleep(0.05)
connection.sendall(b"late")
time.sleep(60)
"""
UDP_PEER = """
import socket, time
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
_, address = server.recvfrom(10)
time.sleep(0.05)
server.sendto(b"late", address)
time.sleep(60)
"""
UNIX_PEER = """
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("ready", flush=True)
connection, _ = server.accept()
time.sleep(0.05)
connection.sendall(b"late")
time.sleep(60)
"""


async def answer_late(reader, writer):
    data = await reader.read(100)
    await asyncio.sleep(20)
    writer.write(data.upper())
    await writer.drain()
    writer.close()


async def ask(reader, writer):
    writer.write(b"hello")
    try:
        return await asyncio.wait_for(reader.read(100), 50)
    finally:
        writer.close()


class Datagrams(asyncio.DatagramProtocol):
    """Answers each datagram after a while; keeps what it gets."""

    def __init__(self, delay=None):
        self.delay = delay
        self.got = asyncio.Queue()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if self.delay is None:
            self.got.put_nowait(data)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(self.delay, self.transport.sendto, data.upper(), address)


# ------------------------------------------------------------------ TCP


def test_a_server_in_another_process():
    with another_process(TCP_PEER) as port:

        async def answer():
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            return await ask(reader, writer)

        run = observe(answer, limits=PATIENT)
    assert (run.result, run.took) == (b"late", near(0.05, 5))


def test_an_open_connection_to_another_process_makes_every_wait_real():
    with another_process(TCP_PEER) as port:

        async def answer():
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            before = time.perf_counter()
            await asyncio.sleep(0.03)
            writer.close()
            await writer.wait_closed()
            await asyncio.sleep(100)
            return before

        run = observe(answer, limits=HURRIED)
    assert run.charged >= 0.03
    assert run.took == near(100, 5)


def test_a_server_in_a_thread_of_the_run():
    async def answer():
        listening = socket.create_server(("127.0.0.1", 0))

        def serve():
            connection, _ = listening.accept()
            with connection:
                time.sleep(20)
                connection.sendall(b"late")

        thread = threading.Thread(target=serve)
        thread.start()
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        data = await ask(reader, writer)
        thread.join()
        listening.close()
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == (b"late", near(20))


def test_a_server_in_a_loop_of_another_thread():
    async def answer():
        ready = asyncio.Queue()
        loop = asyncio.get_running_loop()

        async def serve():
            over = asyncio.Event()

            async def once(reader, writer):
                await answer_late(reader, writer)
                over.set()

            async with await asyncio.start_server(once, "127.0.0.1", 0) as server:
                loop.call_soon_threadsafe(ready.put_nowait, server.sockets[0].getsockname())
                await over.wait()

        thread = asyncio.create_task(asyncio.to_thread(asyncio.run, serve()))
        data = await ask(*await asyncio.open_connection(*await ready.get()))
        await thread
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == (b"HELLO", near(20))


def test_a_server_that_nobody_calls_is_a_deadlock():
    async def answer():
        server = await asyncio.start_server(answer_late, "127.0.0.1", 0)
        async with server:
            await server.serve_forever()

    assert observe(answer, limits=HURRIED).stop.reason == "deadlock"


def test_a_server_waits_for_a_client_that_the_answer_starts():
    code = (
        "import socket, sys, time; time.sleep(0.05); "
        "s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); "
        "s.sendall(b'hello'); s.shutdown(socket.SHUT_WR); print(s.recv(9))"
    )

    async def answer():
        got = asyncio.Queue()

        async def serve(reader, writer):
            await got.put(await reader.read())
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", code, str(port))
        data = await asyncio.wait_for(got.get(), 50)
        await client.wait()
        server.close()
        return data

    assert observe(answer, limits=PATIENT).result == b"hello"


def test_a_server_does_not_wait_for_a_client_that_nobody_in_the_run_knows():
    code = (
        "import socket, sys, time; print('ready', flush=True); sys.stdin.readline(); "
        "time.sleep(60); socket.create_connection(('127.0.0.1', int(sys.argv[1])))"
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with another_process(code, listening.getsockname()[1]) as said:
            assert said == "ready"

            async def answer():
                server = await asyncio.start_server(answer_late, sock=listening)
                async with server:
                    await asyncio.sleep(3000)

            run = observe(answer, limits=HURRIED)
    assert (run.took, run.charged) == (3000, 0)


def test_a_connection_that_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()

    async def answer():
        await asyncio.open_connection(*address)

    assert observe(answer, limits=PATIENT).failure.type == "ConnectionRefusedError"


def test_a_connection_that_is_under_way_is_waited_for():
    """Its queue is full, so the system makes it wait: nobody knows for how long."""
    with socket.socket() as listening, contextlib.ExitStack() as others:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(3):
            caller = others.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listening.getsockname())

        async def answer():
            await asyncio.wait_for(asyncio.open_connection(*listening.getsockname()), 0.03)

        run = observe(answer, limits=PATIENT)
    assert (run.failure.type, run.charged > 0) == ("TimeoutError", True)


def test_raw_calls_of_the_loop():
    async def answer():
        loop = asyncio.get_running_loop()
        listening, caller = socket.create_server(("127.0.0.1", 0)), socket.socket()
        listening.setblocking(False)
        caller.setblocking(False)

        async def serve():
            connection, _ = await loop.sock_accept(listening)
            with connection:
                data = await loop.sock_recv(connection, 100)
                await asyncio.sleep(20)
                await loop.sock_sendall(connection, data.upper())

        server = asyncio.create_task(serve())
        with listening, caller:
            await asyncio.sleep(10)
            await loop.sock_connect(caller, listening.getsockname())
            await loop.sock_sendall(caller, b"hello")
            async with asyncio.timeout(50):
                data = await loop.sock_recv(caller, 100)
            await server
        return data

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.charged) == (b"HELLO", 30, 0)


def test_raw_calls_to_another_process():
    with another_process(TCP_PEER) as port:

        async def answer():
            loop = asyncio.get_running_loop()
            with socket.socket() as caller:
                caller.setblocking(False)
                await loop.sock_connect(caller, ("127.0.0.1", int(port)))
                async with asyncio.timeout(50):
                    return await loop.sock_recv(caller, 100)

        run = observe(answer, limits=PATIENT)
    assert (run.result, run.took) == (b"late", near(0.05, 5))


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
