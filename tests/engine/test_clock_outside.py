"""Threads, child processes and sockets: the clock waits for those that really work."""

import asyncio
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from checker.engine import observe
from checker.engine.clock.clock import FREE, SECOND, Clock, ns, real_sleep
from tests.support.programs import near


async def _sleep(seconds, value=None):
    await asyncio.sleep(seconds)
    return value


def test_threads_that_sleep_sleep_at_once():
    async def answer():
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 2) for _ in range(3)))

    assert observe(answer).took == near(2)


def test_a_thread_at_work_is_waited_for():
    async def answer():
        def work():
            end = time.thread_time() + 0.1
            while time.thread_time() < end:
                pass
            return "done"

        return await asyncio.wait_for(asyncio.to_thread(work), 50)

    run = observe(answer)
    assert (run.result, run.took) == ("done", near(0.1, 5))


def test_a_ticker_beside_a_thread_ticks_at_its_rate():
    async def answer():
        ticks = []

        async def tick():
            while True:
                await asyncio.sleep(1)
                ticks.append(1)

        ticker = asyncio.create_task(tick())
        await asyncio.to_thread(time.sleep, 4.5)
        ticker.cancel()
        return len(ticks)

    run = observe(answer)
    assert (run.result, run.took) == (4, near(4.5))


def test_run_in_executor_gives_back_its_result():
    async def answer():
        return await asyncio.get_running_loop().run_in_executor(None, pow, 2, 5)

    assert observe(answer).result == 32


def test_a_raw_thread_may_call_back():
    async def answer():
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def work():
            time.sleep(1)
            loop.call_soon_threadsafe(future.set_result, 42)

        threading.Thread(target=work).start()
        return await asyncio.wait_for(future, 50)

    run = observe(answer)
    assert (run.result, run.took) == (42, near(1))


def test_a_loop_in_a_thread_shares_the_clock():
    async def answer():
        return await asyncio.gather(
            asyncio.to_thread(asyncio.run, _sleep(2, "inner")), asyncio.sleep(3, "outer")
        )

    run = observe(answer)
    assert (run.result, run.took) == (["inner", "outer"], near(3))


def test_coroutines_are_sent_to_the_loop_from_a_thread():
    async def answer():
        loop = asyncio.get_running_loop()

        def work():
            return asyncio.run_coroutine_threadsafe(_sleep(0.1, "sent"), loop).result()

        return await asyncio.to_thread(work)

    run = observe(answer)
    assert (run.result, run.took) == ("sent", near(0.1))


def test_a_local_server_and_its_client_are_on_the_clock():
    async def answer():
        async def serve(reader, writer):
            line = await reader.readline()
            await asyncio.sleep(1)
            writer.write(line.upper())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        line = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        await writer.wait_closed()
        server.close()
        return line

    run = observe(answer)
    assert (run.result, run.took, run.left) == (b"HELLO\n", 1.0, [])


def test_two_hundred_echoes_are_no_timeout():
    async def answer():
        async def echo(reader, writer):
            while line := await reader.readline():
                writer.write(line)
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        async with asyncio.timeout(5):
            for _ in range(200):
                writer.write(b"x\n")
                await reader.readline()
        writer.close()
        server.close()

    run = observe(answer)
    assert (run.returned, run.took) == (True, near(0))


def test_a_server_outside_is_waited_for():
    outside = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = outside.accept()
        with connection:
            time.sleep(0.1)
            connection.sendall(b"late\n")

    thread = threading.Thread(target=serve)
    thread.start()

    async def answer():
        reader, writer = await asyncio.open_connection(*outside.getsockname())
        line = await asyncio.wait_for(reader.readline(), 50)
        writer.close()
        return line

    run = observe(answer)
    thread.join()
    outside.close()
    assert (run.result, run.took) == (b"late\n", near(0.1, 5))


def test_a_child_process_is_waited_for():
    async def answer():
        code = "import time; time.sleep(0.1); print('hi')"
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-S", "-c", code, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await asyncio.wait_for(child.communicate(), 50)
        return out, child.returncode

    run = observe(answer)
    assert (run.result, run.left) == ((b"hi\n", 0), [])
    assert 0.1 <= run.took < 2


def test_files_of_ended_threads_are_closed():
    def check():
        observe(_sleep, 1)

    def open_files():
        return len(os.listdir("/proc/self/fd"))

    check()
    before = open_files()
    for _ in range(20):
        thread = threading.Thread(target=check)
        thread.start()
        thread.join()
    assert open_files() <= before + 1


def test_short_work_outside_is_not_overtaken_by_a_timer():
    clock, asked = Clock(), []
    clock.wait(asked.append, until=ns(0.001))
    assert (asked, clock.base, clock.charged) == ([FREE / SECOND], 0, 0)


def test_long_work_outside_lets_each_timer_go_off_at_its_time():
    clock, asked = Clock(), []
    clock.wait(lambda seconds: real_sleep(0.06), until=ns(0.001))
    assert clock.base == clock.charged == ns(0.001)
    clock.wait(asked.append, until=ns(0.002))
    assert (asked, clock.base) == ([0], ns(0.002))
    clock.jump(ns(1))
    clock.wait(asked.append, until=ns(1.001))
    assert (asked, clock.base) == ([0, FREE / SECOND], ns(1))


def test_another_thread_never_reads_an_earlier_moment(no_cpu):
    clock = Clock()
    with ThreadPoolExecutor(1) as pool:
        real_sleep(2 * FREE / SECOND)
        ahead = pool.submit(clock.now).result()
        clock.tick()
        assert ahead > 2 * FREE
        assert pool.submit(clock.now).result() == ahead
        assert clock.now() == 0
        clock.jump(ahead + 1)
        assert pool.submit(clock.now).result() == clock.now() == ahead + 1
