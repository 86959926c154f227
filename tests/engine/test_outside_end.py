"""The end of a run that other processes talk to: from the answer's end on they are not heard."""

import asyncio
import select

from checker.engine import Limits, observe
from tests.engine.test_outside_sockets import PATIENT, TCP_PEER, another_process


def test_what_another_process_has_said_is_not_heard_after_the_end():
    """Else it would be chance whether a task that was left behind still gets its answer."""

    async def leaves(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def listen():
            return await reader.read(4), writer.is_closing()

        async def busy():
            for _ in range(5):
                await asyncio.sleep(0)

        left = [asyncio.create_task(listen()), asyncio.create_task(busy())]
        await asyncio.sleep(0)
        select.select([writer.get_extra_info("socket").fileno()], [], [], 10)  # it has spoken
        return len(left)

    with another_process(TCP_PEER) as port:
        run = observe(leaves, int(port), limits=PATIENT)
    assert run.result == 2
    assert [task.ended for task in run.tasks[1:]] == ["left", "done"]


ECHO_PEER = """
import socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
connection, _ = server.accept()
while data := connection.recv(100):
    connection.sendall(data)
"""


async def hears_at_the_end(port, heard):
    """Begin a task that asks the other process something when it is cancelled."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def listen():
        try:
            await asyncio.sleep(60)
        finally:
            writer.write(b"bye")
            heard.append(await reader.read(4))

    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    return task


def test_what_is_ended_at_a_limit_hears_another_process():
    heard = []

    async def waits(port):
        task = await hears_at_the_end(port, heard)
        await asyncio.sleep(60)
        return task.done()

    with another_process(ECHO_PEER) as port:
        run = observe(waits, int(port), limits=Limits(real_seconds=1, seconds=30))
    assert run.stop is not None
    assert heard == [b"bye"]


def test_what_is_ended_after_the_answer_hears_another_process():
    heard = []

    async def leaves(port):
        task = await hears_at_the_end(port, heard)
        return task.done()

    with another_process(ECHO_PEER) as port:
        run = observe(leaves, int(port), limits=PATIENT)
    assert run.result is False
    assert heard == [b"bye"]
