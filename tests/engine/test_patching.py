"""What is replaced in the standard library: all of it or nothing, and all of it can be put back."""

import asyncio
import subprocess
import sys
import threading
import time
import types
import warnings

import pytest

from checker.engine import observe
from checker.engine.patches import install, patching
from checker.engine.patches.patching import Patch


@pytest.fixture
def unpatched():
    """Nothing is replaced in the test; afterwards it is as before."""
    install.uninstall()
    yield
    install.uninstall()
    install.install()


def standing():
    """What stands at each place that is patched on this Python."""
    due = [patch for patch in install.PATCHES if patch.is_due()]
    return [getattr(patch.owner, patch.name) for patch in due]


@pytest.mark.parametrize("patch", install.PATCHES, ids=lambda p: f"{p.name}, {p.since[:2]}")
def test_a_name_is_there_on_the_pythons_that_are_said_to_have_it(patch):
    if patch.is_due():
        assert patch.missing() == []
    elif sys.version_info < (3, 16):
        assert patch.since[:2] == (3, 16) or not hasattr(patch.owner, patch.name)


def test_all_is_put_in_and_all_is_put_back(unpatched):
    before = standing()
    install.install()
    assert not any(was is now for was, now in zip(before, standing(), strict=True))
    install.uninstall()
    assert standing() == before


def test_installing_again_changes_nothing(unpatched):
    install.install()
    first = standing()
    install.install()
    assert standing() == first


def test_put_back_and_in_again_it_works(unpatched):
    install.install()
    install.uninstall()

    async def answer():
        lock = threading.Lock()
        lock.acquire()
        time.sleep(2)
        return await asyncio.to_thread(lock.acquire, True, 1)

    run = observe(answer)
    assert (run.result, run.took, run.charged) == (False, 3, 0)


def test_uninstalling_without_anything_installed_changes_nothing(unpatched):
    before = standing()
    install.uninstall()
    assert standing() == before


@pytest.mark.parametrize(
    ("owner", "name", "said"),
    [
        (threading, "_time", "threading._time"),
        (threading.Thread, "join", "threading.Thread.join"),
        (asyncio.Semaphore, "release", "asyncio.locks.Semaphore.release"),
    ],
)
def test_where_one_name_is_missing_nothing_is_replaced(unpatched, monkeypatch, owner, name, said):
    before = standing()
    with monkeypatch.context() as patched:
        patched.delattr(owner, name)
        lines = []
        install.install(lines.append)
        install.install(lines.append)
    [line, again] = lines
    assert line == again
    version = ".".join(map(str, sys.version_info[:3]))
    assert line.startswith(f"Python {version} lacks {said}. Nothing was replaced")
    assert standing() == before


def test_a_name_that_a_replacement_uses_counts_too(unpatched, monkeypatch):
    before = standing()
    lines = []
    with monkeypatch.context() as patched:
        patched.delattr("queue._PySimpleQueue")
        install.install(lines.append)
    assert "lacks queue._PySimpleQueue. Nothing" in lines[0]
    assert standing() == before


def test_a_private_name_that_the_engine_calls_counts_too(unpatched, monkeypatch):
    before = standing()
    lines = []
    with monkeypatch.context() as patched:
        patched.delattr("asyncio.runners._cancel_all_tasks")
        install.install(lines.append)
    assert "lacks asyncio.runners._cancel_all_tasks. Nothing" in lines[0]
    assert standing() == before


def test_all_that_is_missing_stands_in_one_line(unpatched, monkeypatch):
    lines = []
    with monkeypatch.context() as patched:
        patched.delattr(threading, "_time")
        patched.delattr(time, "perf_counter_ns")
        install.install(lines.append)
    assert len(lines) == 1
    assert "lacks time.perf_counter_ns, threading._time. Nothing" in lines[0]


def test_a_run_on_such_a_python_goes_on_with_one_warning(unpatched, monkeypatch):
    async def answer():
        await asyncio.sleep(1)
        return "here"

    monkeypatch.setattr(install, "_warned", False)
    with monkeypatch.context() as patched, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        patched.delattr(asyncio.Lock, "acquire")
        runs = [observe(answer), observe(answer)]
    assert [(run.result, run.took) for run in runs] == [("here", 1)] * 2
    [warning] = caught
    assert "lacks asyncio.locks.Lock.acquire." in str(warning.message)


def test_a_name_that_a_python_need_not_have_is_left_out():
    place = types.SimpleNamespace(kept="old")
    later = Patch(place, "added", str.upper, since=(3, 16))
    earlier = Patch(None, "gone", str.upper, before=(3, 14))
    kept = Patch(place, "kept", str.upper)
    assert [patch.is_due((3, 15, 2)) for patch in (later, earlier, kept)] == [False, False, True]
    assert [patch.is_due((3, 16, 0)) for patch in (later, earlier, kept)] == [True, False, True]
    assert [patch.is_due((3, 13, 9)) for patch in (later, earlier, kept)] == [False, True, True]


@pytest.mark.parametrize("version", [(3, 15, 2), (3, 16, 0)])
def test_what_a_version_brings_is_put_in(unpatched, version):
    place = types.SimpleNamespace(kept="old", added="new")
    patches = [
        Patch(place, "kept", str.upper),
        Patch(place, "added", str.upper, since=(3, 16)),
        Patch(None, "gone", str.upper, before=(3, 14)),
    ]
    assert patching.install(patches, version) == []
    added = "NEW" if version >= (3, 16) else "new"
    assert vars(place) == {"kept": "OLD", "added": added}
    patching.uninstall()
    assert vars(place) == {"kept": "old", "added": "new"}


@pytest.mark.skipif(sys.version_info < (3, 14), reason="too old to pass for 3.16")
def test_the_engine_starts_on_a_python_without_policies():
    """3.16 takes them away. What asks for a new loop gets one of the run there, too."""
    code = """
import asyncio, sys
for name in ("BaseDefaultEventLoopPolicy", "_BaseDefaultEventLoopPolicy"):
    vars(asyncio.events).pop(name, None)
asyncio.events.new_event_loop = asyncio.new_event_loop = lambda: asyncio.SelectorEventLoop()
sys.version_info = (3, 16, 0, "final", 0)
from checker.engine import observe

async def nap():
    await asyncio.sleep(5)

async def answer():
    await asyncio.to_thread(asyncio.run, nap())
    asyncio.new_event_loop().close()

run = observe(answer)
print(run.took, run.charged, run.failure)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("5.0 0.0 None\n", "")
