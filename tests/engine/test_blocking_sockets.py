"""Blocking sockets work inside a run as outside it, and what their peer sleeps is skipped."""

import asyncio
import http.client
import socket
import subprocess
import sys
import threading

import pytest

from checker.engine import observe
from tests.support.programs import line_of, near

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there such a wait is real")


async def upper(reader, writer):
    line = await reader.readline()
    await asyncio.sleep(9)
    writer.write(line.upper())
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def asks_in_a_thread():
    async with await asyncio.start_server(upper, "127.0.0.1", 0) as server:

        def ask():
            address = server.sockets[0].getsockname()
            with socket.create_connection(address) as sock, sock.makefile("rw") as file:
                file.write("hello\n")
                file.flush()
                return file.readline()

        return await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(3)))


async def asks_by_http_in_a_thread():
    async def serve(reader, writer):
        while (await reader.readline()).strip():
            pass
        await asyncio.sleep(7)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:

        def ask():
            connection = http.client.HTTPConnection(*server.sockets[0].getsockname(), timeout=30)
            connection.request("GET", "/")
            answer = connection.getresponse().read()
            connection.close()
            return answer.decode()

        return await asyncio.to_thread(ask)


async def serves_in_a_thread():
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for _ in range(2):
            connection, _address = listener.accept()
            with connection:
                while data := connection.recv(100):
                    connection.sendall(data.upper())

    async def ask(word):
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(word)
        await asyncio.sleep(5)
        answer = await reader.readexactly(len(word))
        writer.close()
        await writer.wait_closed()
        return answer

    thread = threading.Thread(target=serve)
    thread.start()
    answers = [await ask(b"one"), await ask(b"two")]
    thread.join()
    listener.close()
    return answers


async def waits_for_as_long_as_it_said():
    ours, theirs = socket.socketpair()

    def wait():
        ours.settimeout(30)
        try:
            return ours.recv(1)
        except TimeoutError as error:
            return str(error)

    with ours, theirs:
        return await asyncio.to_thread(wait)


async def goes_on_with_other_tasks():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        asyncio.get_running_loop().call_later(20, theirs.send, b"x")
        waits = asyncio.create_task(asyncio.to_thread(ours.recv, 1))
        ticks = 0
        while not waits.done():
            await asyncio.sleep(3)
            ticks += 1
        return ticks


@pytest.mark.parametrize(
    ("answer", "result", "seconds"),
    [
        (asks_in_a_thread, ["HELLO\n"] * 3, 9),
        (asks_by_http_in_a_thread, "ok", 7),
        (serves_in_a_thread, [b"ONE", b"TWO"], 10),
        (waits_for_as_long_as_it_said, "timed out", 30),
        (goes_on_with_other_tasks, 7, 21),
    ],
)
def test_it_takes_what_the_other_end_takes_and_no_real_time(answer, result, seconds):
    run = observe(answer)
    assert (run.result, run.took, run.charged, run.left) == (result, near(seconds), 0, [])


def test_a_wait_that_nobody_ends_has_its_line():
    async def answer():
        ours, theirs = socket.socketpair()

        def wait():
            return ours.recv(1)

        with ours, theirs:
            return await asyncio.to_thread(wait)

    stop = observe(answer).stop
    assert (stop.reason, stop.line, stop.stuck) == ("deadlock", line_of(answer, 4), False)
    assert "socket.recv" in stop.text


def test_a_coroutine_that_waits_for_its_own_loop_is_told_as_that():
    async def answer():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.accept()

    stop = observe(answer).stop
    assert (stop.reason, stop.text) == ("deadlock", "answer: socket.accept")
    assert stop.line == line_of(answer, 2)


def test_another_process_is_waited_for_really():
    program = "import socket, sys, time; s = socket.create_connection(('127.0.0.1', "
    program += "int(sys.argv[1]))); time.sleep(0.3); s.sendall(b'late')"

    async def answer():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            child = subprocess.Popen([sys.executable, "-c", program, port])
            connection, _ = await asyncio.to_thread(listener.accept)
            with connection:
                data = await asyncio.to_thread(connection.recv, 100)
            child.wait()
            return data

    run = observe(answer)
    assert run.result == b"late"
    assert run.charged > 0.2
