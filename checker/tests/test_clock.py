"""The clock of a run skips idle waits, counts real work, and never hurries what is outside."""

import asyncio
import os
import socket
import sys
import threading
import time

import pytest

from checker.engine import Limits, observe

_PATIENT = Limits(turns=10**7, still_turns=10**7, real_seconds=5)


def near(seconds, by=0.15):
    """Charged time: it only ever adds."""
    return pytest.approx(seconds, abs=by)


async def _sleep(seconds, value=None):
    await asyncio.sleep(seconds)
    return value


def test_sleeps_at_once_take_as_long_as_the_longest():
    async def answer():
        return await asyncio.gather(*(_sleep(d, d) for d in (1, 2, 3)))

    run = observe(answer)
    assert (run.result, run.took, run.charged) == ([1, 2, 3], 3.0, 0)


def test_two_at_a_time():
    async def answer():
        two = asyncio.Semaphore(2)

        async def job():
            async with two:
                await asyncio.sleep(0.5)

        await asyncio.gather(*(job() for _ in range(6)))

    assert observe(answer).took == 1.5


@pytest.mark.parametrize("how", ["timeout", "wait_for"])
def test_a_timeout_ends_a_long_wait(how):
    async def answer():
        try:
            if how == "timeout":
                async with asyncio.timeout(1):
                    await asyncio.sleep(10)
            await asyncio.wait_for(asyncio.sleep(10), 1)
        except TimeoutError:
            return "late"

    run = observe(answer)
    assert (run.result, run.took) == ("late", 1.0)


def test_a_timeout_that_is_not_needed_does_nothing():
    async def answer():
        for _ in range(3):
            async with asyncio.timeout(1):
                await asyncio.sleep(0.5)

    run = observe(answer)
    assert (run.took, run.tasks[0].cancels) == (1.5, [])


def test_a_failing_group_cancels_the_others():
    async def answer():
        async def fail():
            await asyncio.sleep(1)
            raise ValueError("no")

        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(asyncio.sleep(10))

    run = observe(answer)
    assert (run.failure.type, run.failure.of[0].text, run.took) == ("ExceptionGroup", "no", 1.0)


def test_call_at_has_its_order_and_its_times():
    async def answer():
        loop, seen = asyncio.get_running_loop(), []
        start = loop.time()
        for delay in (3.5, 0.5, 2):
            loop.call_at(start + delay, lambda: seen.append(loop.time() - start))
        await asyncio.sleep(4)
        return seen

    assert observe(answer).result == [0.5, 2.0, 3.5]


def test_a_queue_between_a_producer_and_a_consumer():
    async def answer():
        queue = asyncio.Queue(1)

        async def produce():
            for number in range(3):
                await asyncio.sleep(0.5)
                await queue.put(number)

        async def consume():
            for _ in range(3):
                await queue.get()
                await asyncio.sleep(1)

        await asyncio.gather(produce(), consume())

    assert observe(answer).took == 3.5


def test_as_completed_and_wait():
    async def answer():
        tasks = [asyncio.create_task(_sleep(d, d)) for d in (3, 1, 2)]
        first = [await done for done in asyncio.as_completed(tasks)]
        slow = asyncio.create_task(_sleep(9))
        _, pending = await asyncio.wait([slow], timeout=1)
        slow.cancel()
        return first, len(pending)

    run = observe(answer)
    assert (run.result, run.took) == (([1, 2, 3], 1), 4.0)


def test_cleaning_up_after_a_cancellation_takes_its_time():
    async def answer():
        async def job():
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.5)

        task = asyncio.create_task(job())
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])

    assert observe(answer).took == 1.5


def test_a_condition_an_event_and_a_barrier():
    async def answer():
        event, condition, barrier = asyncio.Event(), asyncio.Condition(), asyncio.Barrier(2)

        async def waits():
            await event.wait()
            async with condition:
                await condition.wait()
            await barrier.wait()

        task = asyncio.create_task(waits())
        await asyncio.sleep(1)
        event.set()
        await asyncio.sleep(1)
        async with condition:
            condition.notify()
        await barrier.wait()
        await task

    run = observe(answer)
    assert (run.returned, run.took) == (True, 2.0)


def test_tiny_sleeps_and_two_days():
    async def answer():
        for _ in range(3):
            await asyncio.sleep(1e-7)
        await asyncio.sleep(172_800)

    assert observe(answer, limits=Limits(seconds=10**6)).took == pytest.approx(172_800.0000003)


def test_ten_thousand_sleeping_tasks():
    async def answer():
        await asyncio.gather(*(asyncio.sleep(2) for _ in range(9_000)))

    assert 2 <= observe(answer, limits=_PATIENT).took < 2.5


# ------------------------------------------------------------------ work and blocking calls


def test_time_sleep_holds_the_loop():
    async def answer():
        async def job():
            time.sleep(0.5)

        await asyncio.gather(job(), job())

    run = observe(answer)
    assert run.took == 1.0
    assert [(b.seconds, b.what, b.exact) for b in run.blocked] == [(0.5, "time.sleep", True)] * 2


def test_a_held_loop_makes_a_timer_late():
    async def answer():
        loop, seen = asyncio.get_running_loop(), []
        loop.call_later(0.2, lambda: seen.append(loop.time()))
        time.sleep(0.7)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return seen

    assert observe(answer).result == [0.7]


def test_work_is_charged_and_has_its_line():
    async def answer():
        end = time.thread_time() + 0.2
        while time.thread_time() < end:
            pass

    run = observe(answer)
    assert run.took == near(0.2)
    assert run.charged == run.took
    first = answer.__code__.co_firstlineno
    assert first < run.blocked[0].line <= first + 3
    assert run.blocked[0].exact is False


def test_a_busy_wait_on_the_clock_ends():
    async def answer():
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass

    assert observe(answer).took == near(0.2)


def test_a_spin_ends_when_its_timer_is_due():
    async def answer():
        flag = []
        asyncio.get_running_loop().call_later(0.2, flag.append, 1)
        while not flag:
            await asyncio.sleep(0)

    run = observe(answer, limits=_PATIENT)
    assert (run.returned, run.took) == (True, near(0.2))
    assert run.blocked == []


def test_debug_mode_reports_a_slow_callback(caplog):
    async def answer():
        asyncio.get_running_loop().set_debug(True)
        await asyncio.sleep(0)
        time.sleep(0.5)
        await asyncio.sleep(1)

    assert observe(answer).took == 1.5
    assert "took 0.500 seconds" in caplog.text


# ------------------------------------------------------------------ threads, processes, sockets


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
    assert (run.result, run.took) == ("done", near(0.1, 0.3))


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
    assert (run.result, run.took) == (b"late\n", near(0.1, 0.3))


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
