"""How the tests of the lab's peers talk to them, on both clocks."""

import asyncio
import contextlib
import gc
import sys
import warnings

from checker.engine import Limits, observe

HURRIED = Limits(real_seconds=5)


def on_the_clock(scene, *args):
    """The run on the virtual clock, which left nothing and complained of nothing."""
    run = observe(scene, *args, limits=HURRIED)
    assert (run.failure, run.left, run.complaints, run.stop) == (None, [], [], None)
    return run


def in_real_time(scene, *args):
    """What it returned on asyncio's own loop, which said nothing either."""
    said = []

    async def heard():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        return await scene(*args)

    gc.collect()  # what earlier tests have left is not this scene's
    unraisable, sys.unraisablehook = sys.unraisablehook, said.append
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            result = asyncio.run(heard())
            gc.collect()
    finally:
        sys.unraisablehook = unraisable
    assert (said, [str(warning.message) for warning in warned]) == ([], [])
    return result


def on_both(scene, *args):
    """The same came of it on both clocks: the run, and its result."""
    run = on_the_clock(scene, *args)
    assert in_real_time(scene, *args) == run.result
    return run, run.result


@contextlib.asynccontextmanager
async def connected(peer, **options):
    reader, writer = await asyncio.open_connection(peer.host, peer.port, **options)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def talk(peer, *said, **options):
    """Say it piece by piece; what came back to the end, or the error; and what the peer saw."""
    async with peer:
        async with connected(peer, **options) as (reader, writer):
            try:
                for data in said:
                    writer.write(data)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if writer.can_write_eof():
                    writer.write_eof()
                heard = await reader.read()
            except ConnectionError as error:
                heard = type(error).__name__
    return heard, peer.saw


async def talk_over_tls(peer, *said):
    async with peer, connected(peer, ssl=peer.client_ssl) as (reader, writer):
        writer.write(b"".join(said))
        heard = await reader.readexactly(sum(map(len, said)))
    return heard, peer.saw


ONCE = "1 connection, at most 1 at once: "
