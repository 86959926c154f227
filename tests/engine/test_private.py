"""The private names of CPython's that the package uses are there, on each Python that has them."""

import ast
import asyncio
import concurrent.futures
import contextlib
import importlib
import inspect
import os
import pathlib
import pkgutil
import queue
import re
import sys
import textwrap
import threading
from asyncio import base_events, base_subprocess

import pytest

import checker
from checker.engine import private

PRIVATE = re.compile(r"_[a-z]\w*")


def a_loop():
    loop = asyncio.SelectorEventLoop()
    loop.close()
    return loop


async def _nothing():
    pass


def a_task():
    loop = asyncio.SelectorEventLoop()
    task = loop.create_task(_nothing())
    loop.run_until_complete(task)
    loop.close()
    return task


def a_gathering():
    loop = asyncio.SelectorEventLoop()
    gathering = asyncio.gather(loop.create_future())
    loop.close()
    return gathering


async def a_timeout():
    async with asyncio.timeout(None) as timeout:
        return timeout


def in_a_loop(make):
    async def made():
        return make()

    return lambda: asyncio.run(made())


async def a_read_pipe():
    reading, writing = os.pipe()
    os.close(writing)
    with open(reading, "rb", buffering=0) as pipe:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(asyncio.Protocol, pipe)
        transport.close()
        return transport


# For names that only objects have: class → what makes one.
SAMPLES = {
    asyncio.SelectorEventLoop: a_loop,
    asyncio.Handle: lambda: asyncio.Handle(print, (), a_loop()),
    asyncio.TimerHandle: lambda: asyncio.TimerHandle(1, print, (), a_loop()),
    private.ThreadSafeHandle: lambda: private.ThreadSafeHandle(print, (), a_loop()),
    asyncio.Task: a_task,
    asyncio.Future: lambda: asyncio.Future(loop=a_loop()),
    asyncio.tasks._GatheringFuture: a_gathering,
    asyncio.Timeout: lambda: asyncio.run(a_timeout()),
    asyncio.TaskGroup: asyncio.TaskGroup,
    asyncio.Lock: asyncio.Lock,
    asyncio.Event: asyncio.Event,
    asyncio.Condition: in_a_loop(asyncio.Condition),
    asyncio.Semaphore: asyncio.Semaphore,
    asyncio.Barrier: in_a_loop(lambda: asyncio.Barrier(2)),
    asyncio.Queue: in_a_loop(asyncio.Queue),
    asyncio.StreamWriter: lambda: asyncio.StreamWriter(NotClosed(), None, None, a_loop()),
    threading.Thread: threading.Thread,
    threading.Condition: threading.Condition,
    concurrent.futures.Future: concurrent.futures.Future,
    concurrent.futures.ThreadPoolExecutor: lambda: concurrent.futures.ThreadPoolExecutor(1),
    concurrent.futures.ProcessPoolExecutor: lambda: concurrent.futures.ProcessPoolExecutor(1),
}


if private.READ_PIPE is not None:
    SAMPLES[private.READ_PIPE] = lambda: asyncio.run(a_read_pipe())


class NotClosed(asyncio.Transport):
    def is_closing(self):
        return True


def words(known):
    owner = getattr(known.owner, "__qualname__", getattr(known.owner, "__name__", ""))
    return f"{owner}.{known.name}"


@pytest.mark.parametrize("known", private.NAMES, ids=words)
def test_a_name_is_there_on_the_pythons_that_are_said_to_have_it(known):
    make = SAMPLES.get(known.owner)
    there = hasattr(known.owner if make is None else make(), known.name)
    assert there == known.is_due()


@pytest.mark.parametrize("known", private.NAMES, ids=words)
def test_of_each_name_it_is_said_what_it_is_for(known):
    assert known.why
    assert known.since >= private.OLDEST
    assert known.before is None or known.since < known.before


def modules():
    """The modules of the package, without its tests."""
    for found in pkgutil.walk_packages(checker.__path__, "checker."):
        # What runs inside a sandbox is no part of this package there.
        if not found.name.startswith(("tests", "checker.__main__", "checker.grade.inside.")):
            yield importlib.import_module(found.name)


def private_names_on_self(tree):
    """The private names that code reads on `self`, `cls` or `super()`, or defines in a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and PRIVATE.fullmatch(node.attr):
            on = node.value.func if isinstance(node.value, ast.Call) else node.value
            if getattr(on, "id", "") in ("self", "cls", "super"):
                yield node.attr
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield part.name


# Written in C; asyncio has the same in Python.
IN_PYTHON = {asyncio.Task: asyncio.tasks._PyTask, asyncio.Future: asyncio.futures._PyFuture}


def sources_of_bases(kind):
    """The source of the classes of the standard library from which a class of ours derives."""
    for base in kind.__mro__[1:]:
        base = IN_PYTHON.get(base, base)
        if base.__module__.partition(".")[0] in sys.stdlib_module_names:
            with contextlib.suppress(OSError, TypeError):  # one that is written in C
                yield inspect.getsource(base)


def test_every_private_name_that_our_classes_share_with_their_bases_is_listed():
    listed = {known.name for known in private.NAMES}
    looked_at, missing = 0, []
    for module in modules():
        for kind in vars(module).values():
            if not inspect.isclass(kind) or kind.__module__ != module.__name__:
                continue
            sources = list(sources_of_bases(kind))
            tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
            names = private_names_on_self(tree) if sources else ()
            for name in {name for name in names if PRIVATE.fullmatch(name)} - listed:
                looked_at += 1
                if any(re.search(rf"\bself\.{name}\b|def {name}\b", text) for text in sources):
                    missing.append(f"{module.__name__}.{kind.__name__}: {name}")
    assert looked_at > 10
    assert missing == []


def test_every_private_name_on_self_outside_of_classes_is_listed():
    """What replaces a method of the standard library has its `self`."""
    listed = {known.name for known in private.NAMES}
    for module in modules():
        if not module.__name__.startswith("checker.engine"):
            continue
        tree = ast.parse(pathlib.Path(module.__file__).read_text())
        methods = {
            node
            for kind in ast.walk(tree)
            if isinstance(kind, ast.ClassDef)
            for node in ast.walk(kind)
        }
        loose = [
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and PRIVATE.fullmatch(node.attr)
            and getattr(node.value, "id", "") == "self"
            and node not in methods
        ]
        own = {"_tasks"} if module.__name__ == "checker.engine.record" else set()
        assert set(loose) - own <= listed, module.__name__


def test_readers_give_what_asyncio_keeps():
    async def main():
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        task = asyncio.create_task(asyncio.wait_for(done, None))
        handle = loop.call_soon(print, "never")
        assert private.callback_of(handle) is print
        assert private.args_of(handle) == ("never",)
        handle.cancel()
        lock, semaphore, line = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Queue(1)
        await lock.acquire()
        waiters = [asyncio.create_task(lock.acquire()), asyncio.create_task(line.get())]
        await asyncio.sleep(0)
        await semaphore.acquire()
        assert private.awaited_by(task) is done
        assert [callback for callback, _ in private.callbacks_of(done)]
        assert len(private.waiters_of(lock)) == len(private.getters_of(line)) == 1
        assert private.value_of(semaphore) == 1
        done.set_result("all")
        line.put_nowait("page")
        lock.release()
        await asyncio.gather(task, *waiters)
        line.put_nowait("more")
        assert list(private.items_of(line)) == ["more"]
        assert private.unfinished_of(line) == 2
        condition = asyncio.Condition(lock)
        assert private.lock_of(condition) is private.lock_of(lock) is lock
        assert private.running_loop() is loop

    asyncio.run(main())
    assert private.running_loop() is None


def test_an_exception_is_read_without_being_retrieved():
    async def main():
        async def fail():
            raise LookupError("no page")

        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        assert isinstance(private.exception_of(task), LookupError)
        assert private.is_unretrieved(task)
        task.exception()
        assert not private.is_unretrieved(task)

    asyncio.run(main())


def test_a_call_in_a_pool_is_told_of_in_other_words():
    told = []
    future = concurrent.futures.Future()
    future.add_done_callback(lambda _: told.append("asked"))

    def wrap(tell):
        def both():
            told.append("before")
            tell()
            told.append("after")

        return both

    private.wrap_telling(future, wrap)
    future.set_result(None)
    assert told == ["before", "asked", "after"]


def test_a_callback_is_described_as_by_asyncio():
    for debug in (False, True):
        loop = asyncio.SelectorEventLoop()
        loop.set_debug(debug)
        handle = loop.call_soon(sorted, [3])
        assert private.described(sorted, ([3],), debug) in repr(handle)
        loop.close()


@pytest.mark.parametrize("version", [(3, 11, 2), (3, 13), (3, 15, 9)])
def test_of_a_tested_python_nothing_is_said(version):
    assert private.untested(version) == ""


@pytest.mark.parametrize("version", [(3, 16, 0), (4, 0, 0)])
def test_of_a_newer_python_one_line_is_said(version):
    line = f"Python {version[0]}.{version[1]} is newer than the course was tested with (to 3.15)."
    assert private.untested(version) == line


def test_classes_are_those_that_asyncio_uses():
    assert inspect.isclass(base_subprocess.WriteSubprocessPipeProto)
    assert private.end_of_run is base_events._run_until_complete_cb
    assert (
        issubclass(private.PySimpleQueue, object) and private.PySimpleQueue is not queue.SimpleQueue
    )
