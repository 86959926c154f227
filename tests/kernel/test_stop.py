"""The stop button on a check: one line, and the next check is like any other."""

import asyncio

import pytest

from checker.kernel import stopped
from tests.support.real_kernel import Kernel

SETUP = """%load_ext checker
import asyncio, sys
from checker import check, play, predict, timeline
def spin():
    while True: pass
"""
CHILD = "[sys.executable, '-c', 'input()']"
WAYS = {
    "spins": "while True: pass",
    "waits for a child": f"await (await asyncio.create_subprocess_exec(*{CHILD}, stdin=-1)).wait()",
    "catches everything": "while True:\n        try: spin()\n        except: 1",
}
ASKED = {
    "check": "async def both(first, second):\n    {way}\nawait check(both)",
    "predict": "async def morning():\n    {way}\nawait predict(morning, prints=[], takes=0)",
    "timeline": "async def main():\n    {way}\nawait timeline(main())",
    "play": "async def main():\n    {way}\nawait play(main())",
}
SOLVED = "async def both(first, second):\n    return await asyncio.gather(first, second)\n"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    started = Kernel(XDG_DATA_HOME=str(tmp_path_factory.mktemp("data")))
    assert started.run(SETUP)["status"] == "ok"
    yield started
    started.close()


CASES = [(asked, "spins") for asked in ASKED] + [("check", way) for way in WAYS if way != "spins"]


@pytest.mark.parametrize(("asked", "way"), CASES)
def test_what_was_stopped_says_so_in_one_line_and_the_next_check_works(kernel, asked, way):
    source = ASKED[asked].format(way=WAYS[way])
    shown, took = kernel.stopped(source)
    assert (shown["stdout"], shown["stderr"], shown["result"]) == ("Stopped.\n", "", "")
    assert (shown["status"], shown["error"]) == ("error", None)
    assert took < 2
    shown = kernel.run(f"{SOLVED}await check(both)")
    assert shown["result"] == "both: solved, every rule holds."


def test_a_cell_that_asks_for_nothing_is_left_to_python(kernel):
    shown, _ = kernel.stopped("await asyncio.sleep(5)")
    assert (shown["error"], shown["stdout"]) == ("CancelledError", "")
    shown, _ = kernel.stopped("while True: pass")
    assert (shown["error"], shown["stdout"]) == ("KeyboardInterrupt", "")


def test_only_what_breaks_off_counts_as_stopped():
    assert not stopped.was_asked(ValueError())
    assert not stopped.was_asked(asyncio.CancelledError())
    assert not stopped.was_asked(None)
