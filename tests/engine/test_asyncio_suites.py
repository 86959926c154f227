"""The virtual loop passes CPython's own tests of asyncio as the stock loop does."""

import asyncio
import socket

import pytest

from checker.engine import private
from checker.engine.observe import observe
from tests.support import asyncio_suites

QUICK = ("test_futures2", "test_timeouts")

needs_suites = pytest.mark.skipif(
    not asyncio_suites.suites(), reason="this Python came without its tests: CONTRIBUTING.md"
)


def as_with_the_stock_loop(suite):
    _, stock, virtual, said, loops = asyncio_suites.compare(suite)
    differ = asyncio_suites.differences(stock, virtual)
    assert [(test, a, b, said.get(test)) for test, a, b, why in differ if why is None] == []
    assert loops["stock"] == 0
    assert len(stock) > 0
    return loops


@needs_suites
@pytest.mark.parametrize("suite", QUICK)
def test_a_small_suite(suite):
    assert as_with_the_stock_loop(suite)["virtual"] >= 3


@needs_suites
@pytest.mark.long
@pytest.mark.parametrize("suite", asyncio_suites.suites())
def test_every_suite(suite):
    as_with_the_stock_loop(suite)


def test_a_task_that_failed_and_is_dropped_is_told_of_at_once():
    async def main():
        told = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: told.append(context["message"]))

        async def fails():
            raise ZeroDivisionError

        asyncio.Task(fails())
        await asyncio.sleep(0)
        return told

    assert observe(main).result == ["Task exception was never retrieved"]


def test_debug_mode_names_handles_as_on_a_stock_loop():
    async def main():
        loop = asyncio.get_running_loop()
        loop.set_debug(True)
        handles = [
            loop.call_soon(print),
            loop.call_soon_threadsafe(print),
            loop.call_later(1, print),
        ]
        for handle in handles:
            handle.cancel()
        return [(type(h).__name__, h._source_traceback[-1].name) for h in handles]

    from_a_thread = private.ThreadSafeHandle.__name__
    names = [("Handle", "main"), (from_a_thread, "main"), ("TimerHandle", "main")]
    assert observe(main).result == names


@pytest.mark.skipif(private.LOOP_POLICY is None, reason="3.16 has no policies")
@pytest.mark.filterwarnings("ignore:.*policy.*:DeprecationWarning")  # since 3.14
def test_a_policy_of_ones_own_makes_the_loops_of_a_run():
    async def main():
        made = []

        class Policy(type(asyncio.get_event_loop_policy())):
            def new_event_loop(self):
                made.append("a loop")
                return super().new_event_loop()

        before = asyncio.get_event_loop_policy()
        asyncio.set_event_loop_policy(Policy())
        try:
            await asyncio.to_thread(asyncio.run, asyncio.sleep(3))
        finally:
            asyncio.set_event_loop_policy(before)
        return made

    run = observe(main)
    assert run.result == ["a loop"]
    assert run.took == 3


def test_what_tcp_holds_back_for_a_while_comes_before_a_timeout():
    async def main():
        loop = asyncio.get_running_loop()
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            here = socket.socket()
            here.setblocking(False)
            await loop.sock_connect(here, server.getsockname())
            there, _ = await loop.sock_accept(server)
            with here, there:
                for _ in range(20):  # now a receipt waits for an answer to go with
                    await loop.sock_sendall(here, b"a")
                    await loop.sock_recv(there, 1)
                    await loop.sock_sendall(there, b"b")
                    await loop.sock_recv(here, 1)
                await loop.sock_sendall(here, b"c")
                await loop.sock_sendall(here, b"d")  # held back until the receipt for "c" is there
                async with asyncio.timeout(1):
                    return await loop.sock_recv(there, 1) + await loop.sock_recv(there, 1)

    run = observe(main)
    assert run.failure is None
    assert run.result == b"cd"
    assert run.took == 0
