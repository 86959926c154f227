"""Sockets and pipes: those within the run are on its clock, those that lead out of it are real."""

import asyncio
import contextlib
import gc
import socket
import subprocess
import sys
import threading
import time

import pytest

from checker.engine import Limits, observe
from tests.support.programs import near

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


def test_a_connection_that_one_end_has_closed_is_exact():
    async def answer():
        async def serve(reader, writer):
            await asyncio.sleep(1)
            while await reader.read(10):
                pass
            await asyncio.sleep(1)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write_eof()
            await reader.read()
            writer.close()
            _, other = await asyncio.open_connection(*server.sockets[0].getsockname())
            other.close()
            await asyncio.sleep(3)

    run = observe(answer)
    assert (run.took, run.charged) == (5, 0)


@pytest.mark.parametrize("turns", range(6))
def test_a_server_that_is_closed_while_somebody_comes_is_no_trouble(turns, monkeypatch):
    """In one of these turns the connection is accepted, and not yet handed to the server."""
    troubles = []
    monkeypatch.setattr(sys, "unraisablehook", troubles.append)

    async def close_early():
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        guest = asyncio.create_task(asyncio.open_connection(*address))
        for _ in range(turns):
            await asyncio.sleep(0)
        server.close()
        with contextlib.suppress(OSError):
            _, writer = await guest
            writer.close()
        return "closed"

    assert observe(close_early).result == "closed"
    gc.collect()
    assert troubles == []
