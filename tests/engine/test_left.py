"""What an answer leaves behind is written down and ended."""

import asyncio
import contextlib
import gc
import queue
import subprocess
import sys
import threading
import time

import pytest

from checker.engine import observe
from checker.engine.clock.clock import real_sleep
from tests.support.programs import five_times, line_of, page

# Destroying a stream closes its connection since 3.11.5. Before, it stays open for both sides.
STREAMS_STAY_OPEN = sys.version_info < (3, 11, 5)


def test_tasks_that_are_left():
    async def answer():
        answer.task = asyncio.create_task(page(10))
        await asyncio.sleep(1)

    run = five_times(answer)
    assert [(left.kind, left.what, left.task) for left in run.left] == [("task", "page", 1)]
    assert run.tasks[1].ended == "left"
    assert run.took == 1


def test_a_task_that_is_about_to_end_is_not_left():
    async def answer():
        asyncio.create_task(page(0))  # noqa: RUF006
        await asyncio.sleep(0)

    assert five_times(answer).left == []


def test_what_is_left_is_cancelled_in_silence():
    said = []

    async def answer():
        async def job():
            try:
                await asyncio.sleep(10)
            finally:
                await asyncio.sleep(1)
                print("too late")
                said.append("ended")

        answer.task = asyncio.create_task(job())
        await asyncio.sleep(1)

    run = observe(answer)
    assert (said, run.output, run.took) == (["ended"], "", 1)


def test_a_connection_that_its_handler_never_closes_is_left():
    async def answer():
        async def handle(reader, writer):
            writer.write(await reader.readline())

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"a\n")
        await reader.readline()
        writer.close()
        server.close()
        await asyncio.sleep(1)

    run = five_times(answer)
    assert [(left.kind, left.what) for left in run.left] == [
        ("transport", "a connection that a server accepted")
    ]


def test_a_stream_that_the_garbage_collector_destroys_in_any_thread_is_left():
    class Client:
        async def open(self, address):
            self.streams = await asyncio.open_connection(*address)
            self.in_a_circle = self

    async def answer():
        async def handle(reader, writer):
            await reader.read()
            writer.close()

        async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
            await Client().open(server.sockets[0].getsockname())
            await asyncio.to_thread(gc.collect)
            await asyncio.sleep(1)

    run = observe(answer)
    left = [(left.what, left.line) for left in run.left]
    assert ("an open connection", line_of(Client.open, 1)) in left
    assert len(left) == 1 or STREAMS_STAY_OPEN


@pytest.mark.parametrize("opened", ["await opening", "await asyncio.wait_for(opening, 1)"])
def test_a_stream_that_nobody_closed_is_left_although_destroying_it_closes_it(opened):
    source = f"""
import asyncio
async def answer(host, port):
    opening = asyncio.open_connection(host, port)
    reader, writer = {opened}
    writer.write(b"x")
    await reader.read()
"""

    async def scene(answer):
        async def serve(reader, writer):
            await reader.read(1)
            writer.write_eof()
            await reader.read()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            await answer(*server.sockets[0].getsockname())
            await asyncio.sleep(1)

    for close, wanted in (("", [("transport", "an open connection", 5)]), ("writer.close()", [])):
        names = {}
        exec(compile(f"{source}    {close}\n", "<streams>", "exec"), names)
        run = observe(scene, names["answer"], own={"<streams>"})
        left = [(left.kind, left.what, left.line) for left in run.left]
        if wanted and STREAMS_STAY_OPEN:
            assert wanted[0] in left
        else:
            assert left == wanted


def test_servers_and_connections_that_are_left():
    async def answer():
        async def serve(reader, writer):
            await reader.read()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await asyncio.sleep(1)
        answer.kept = server, writer

    run = five_times(answer)
    found = [(left.kind, left.what, left.line) for left in run.left if left.kind != "task"]
    assert ("server", "an open server", line_of(answer, 5)) in found
    assert ("transport", "an open connection", line_of(answer, 6)) in found
    assert ("transport", "a connection that a server accepted", None) in found
    server, writer = answer.kept
    assert not server.sockets
    assert writer.is_closing()


def test_a_socket_without_a_connection_that_is_left():
    async def answer():
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))

    assert [left.kind for left in observe(answer).left] == ["transport"]


def test_a_child_process_that_is_left_is_ended():
    async def answer():
        code = "import time; time.sleep(60)"
        answer.child = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", code)

    run = observe(answer)
    assert [(left.kind, left.what, left.line) for left in run.left] == [
        ("process", "a child process", line_of(answer, 2))
    ]
    assert answer.child.returncode == -9


def test_a_thread_that_is_left():
    async def answer():
        threading.Thread(target=time.sleep, args=(5,)).start()
        threading.Thread(target=time.sleep, args=(5,), name="mine").start()

    for _ in range(5):  # not `five_times`: to start a thread may take real time, which is charged
        assert [(left.kind, left.what) for left in observe(answer).left] == [
            ("thread", "thread (sleep)"),
            ("thread", "mine"),
        ]


def test_a_thread_whose_function_is_over_is_not_left():
    class SlowToGo(threading.Thread):
        def _delete(self):  # Python calls it when `run` is over
            real_sleep(0.1)
            super()._delete()

    async def answer():
        SlowToGo().start()
        await asyncio.sleep(1)

    run = observe(answer)
    assert (run.took, run.left) == (1, [])


@contextlib.contextmanager
def busy_machine():
    """Inside the block, six other processes want a CPU."""
    spins = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(spins) for _ in range(6)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


async def wakes_the_loop_last():
    loop = asyncio.get_running_loop()
    rung = loop.create_future()

    def ring():
        sum(range(10_000))
        loop.call_soon_threadsafe(rung.set_result, "rung")

    threading.Thread(target=ring).start()
    return await rung


async def fires_a_timer():
    loop = asyncio.get_running_loop()
    rung = loop.create_future()
    threading.Timer(1, loop.call_soon_threadsafe, [rung.set_result, "rung"]).start()
    return await rung


async def calls_a_timer_off():
    timer = threading.Timer(5, print)
    timer.start()
    try:
        await asyncio.sleep(1)
    finally:
        timer.cancel()


async def tells_its_worker_to_end():
    items = queue.Queue()
    worker = threading.Thread(target=lambda: list(iter(items.get, None)))
    worker.start()
    await asyncio.sleep(1)
    items.put(None)


async def tells_one_of_two_that_wait_for_each_other():
    first = threading.Event()
    one = threading.Thread(target=first.wait)
    two = threading.Thread(target=one.join)
    one.start()
    two.start()
    await asyncio.sleep(1)
    first.set()


@pytest.mark.parametrize(
    "answer",
    [
        wakes_the_loop_last,
        fires_a_timer,
        calls_a_timer_off,
        tells_its_worker_to_end,
        tells_one_of_two_that_wait_for_each_other,
    ],
)
def test_a_thread_that_is_about_to_end_is_not_left(answer):
    with busy_machine():
        assert [observe(answer).left for _ in range(100)] == [[]] * 100


def test_an_exception_in_the_last_line_of_a_thread_is_always_heard():
    async def answer():
        loop = asyncio.get_running_loop()
        rung = loop.create_future()

        def ring():
            loop.call_soon_threadsafe(rung.set_result, "rung")
            raise LookupError("too late")

        threading.Thread(target=ring).start()
        return await rung

    heard = [[failure.text for failure in observe(answer).unheard] for _ in range(20)]
    assert heard == [["too late"]] * 20


def test_a_thread_that_works_on_is_left_and_the_figures_stay_exact():
    over = []

    async def answer():
        def work():
            while not over:
                time.monotonic()

        threading.Thread(target=work).start()

    run = observe(answer)
    over.append(True)
    assert [left.kind for left in run.left] == ["thread"]
    assert (run.took, run.charged) == (0, 0)


def test_an_async_generator_is_closed():
    closed = []

    async def answer():
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(0)
                closed.append(True)

        answer.kept = numbers()
        async for _ in answer.kept:
            break

    observe(answer)
    assert closed == [True]


def test_a_timer_that_a_line_of_the_answer_has_set_is_left():
    async def answer():
        loop = asyncio.get_running_loop()
        loop.call_later(5, print, "late")
        loop.call_at(3, print, "sooner")
        await asyncio.sleep(1)

    run = observe(answer)
    assert [(left.kind, left.what, left.line) for left in run.left] == [
        ("timer", "a timer", line_of(answer, 3)),
        ("timer", "a timer", line_of(answer, 2)),
    ]


def test_timers_that_are_over_or_that_others_have_set_are_not_left():
    async def answer():
        loop = asyncio.get_running_loop()
        loop.call_later(5, print, "late").cancel()
        loop.call_later(0.5, print, "fired")
        loop.call_later(1, print, "now")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(9), 0.5)
        async with asyncio.timeout(50):
            job = asyncio.create_task(asyncio.sleep(70))
            await asyncio.sleep(0.5)
            job.cancel()
        await asyncio.wait([job], timeout=30)

    assert observe(answer).left == []


def test_a_timer_is_not_left_where_the_run_was_stopped():
    async def answer():
        asyncio.get_running_loop().call_later(5000, print, "late")
        await asyncio.Event().wait()

    assert [left.kind for left in observe(answer).left] == []
