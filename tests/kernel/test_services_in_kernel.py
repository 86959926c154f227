"""A service that a cell has started ends with an interrupt, and with its kernel."""

import pytest

from tests.support.programs import refused
from tests.support.real_kernel import Kernel

SERVICES = {
    "web": ('Web(["a"])', "it.url.rpartition(':')[2]"),
    "peer": ("Peer(echo())", "it.port"),
}
START = """
import asyncio
from checker.lab.network.peers import Peer
from checker.lab.network.scripts import echo
from checker.lab.network.web import Web
started = asyncio.Event()
async def serve():
    async with {service} as it:
        print({port}, flush=True)
        started.set()
        await asyncio.sleep(3600)
job = asyncio.create_task(serve())
await started.wait()
"""


@pytest.fixture
def kernel():
    kernel = Kernel()
    yield kernel
    kernel.close()


@pytest.fixture(params=SERVICES)
def port(kernel, request):
    """The port of a service that a cell of this kernel has started."""
    service, port = SERVICES[request.param]
    assert kernel.answer(kernel.send("%load_ext checker"), 30)["status"] == "ok"
    start = START.format(service=service, port=port)
    port = int(kernel.answer(kernel.send(start), 30)["stdout"].split()[0])
    assert not refused(port)
    return port


def test_it_ends_with_an_interrupt_and_the_kernel_goes_on(kernel, port):
    shown, _ = kernel.stopped("await job")
    assert shown["status"] == "error"
    assert refused(port)
    assert kernel.run("1 + 1")["result"] == "2"


def test_nothing_is_left_running_after_the_kernel_is_gone(kernel, port):
    kernel.manager.restart_kernel(now=True)
    assert refused(port)
