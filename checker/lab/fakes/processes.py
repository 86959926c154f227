"""A pool of pretended processes on the run's clock, and work for it.

It keeps to what `ProcessPoolExecutor` does with processes that are spawned: what goes there and
what comes back is a copy, made by pickling; a function must stand in a module that can be imported
there; calls wait in line for a free worker. Only the seconds are pretended.
"""

import asyncio
import collections
import functools
import itertools
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from checker.engine import Service
from checker.engine.service import serving
from checker.engine.values import Plain
from checker.lab.fakes.pages import ERRORS, Pages

T = TypeVar("T")

HERE = "in this process"  # the remark on a call that no process of the pool makes
UNLOCKED = "without its lock"  # the remark on a call that writes a number so
_there = threading.local()  # .inside is True where a pretended process is at work


class Work(Service):
    """`work(item)`, a plain function that computes for a while and returns the square.

    In a process it has a CPU of its own. In threads it shares one: calls there take turns.

    Args:
        seconds: item → seconds that it takes.
        errors: item → the error that it ends with: "ValueError: no number".
    """

    name = "work"

    def __init__(self, seconds: Mapping[int, float], errors: Mapping[int, str] | None = None):
        self._seconds = dict(seconds)
        self._errors = dict(errors or {})
        self._cpu: threading.Semaphore | None = None
        self.sent_by = os.getpid()

    def fresh(self) -> "Work":
        return Work(self._seconds, self._errors)

    def __reduce__(
        self,
    ) -> tuple[
        Callable[..., "Work"], tuple[dict[int, float], dict[int, str], int]
    ]:  # as a function of a module, which is sent by its name
        return _sent, (self._seconds, self._errors, os.getpid())

    def at_least(self) -> dict[str, float]:
        return {f"work({item!r})": seconds for item, seconds in self._seconds.items()}

    @property
    def seconds(self) -> list[float]:
        """Seconds that the items take, in their order."""
        return list(self._seconds.values())

    def __iter__(self) -> Iterator[int]:
        return iter(self._seconds)

    def __call__(self, item: int) -> int:
        if self.sent_by != os.getpid():
            raise RuntimeError("work came to a process that is not one of the given pool")
        with self.call(f"work({item!r})", "" if _inside() else HERE):
            if _inside():
                time.sleep(self._seconds[item])
            else:
                self._cpu = self._cpu or threading.Semaphore()
                with self._cpu:
                    time.sleep(self._seconds[item])
            if item in self._errors:
                kind, _, text = self._errors[item].partition(": ")
                raise ERRORS[kind](text)
            return item * item

    def __repr__(self) -> str:
        return "work"


def _sent(seconds: Mapping[int, float], errors: Mapping[int, str], sender: int) -> Work:
    work = Work(seconds, errors)
    work.sent_by = sender
    return work


class Counts(Service):
    """`count(lines)`, a plain function that counts words: it returns a dict.

    Args:
        seconds: that it takes for each line.
    """

    name = "count"

    def __init__(self, seconds: float):
        self._seconds = seconds

    def __call__(self, lines: Sequence[str]) -> dict[str, int]:
        many = f"{len(lines)} line{'s' * (len(lines) != 1)}"
        with self.call(f"count({many})", "" if _inside() else HERE):
            time.sleep(self._seconds * len(lines))
            found: dict[str, int] = {}
            for line in lines:
                for word in line.split():
                    found[word] = found.get(word, 0) + 1
            return found

    def __repr__(self) -> str:
        return "count"


class Pool(Service, Executor):
    """A `ProcessPoolExecutor` with pretended processes.

    Args:
        workers: the number of its processes.
    """

    name = "pool"

    def __init__(self, workers: int):
        self.workers = self._max_workers = workers  # the other name is that of a real pool
        # Calls that wait for a process: the future of each, and what `in_a_process` is given.
        self._line: collections.deque[tuple[Future[Any], Any]] = collections.deque()
        self._busy: list[threading.Thread] = []  # the processes
        self._over = False

    def fresh(self) -> "Pool":
        return Pool(self.workers)

    def submit(self, function: Callable[..., T], /, *args: Any, **options: Any) -> Future[T]:
        """As `Executor.submit`."""
        if self._over:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[T] = Future()
        try:
            _must_be_importable(function)
            call = pickle.loads(pickle.dumps((function, args, options)))
        except Exception as error:
            future.set_exception(error)
            return future
        self._line.append((future, call))
        if len(self._busy) < self.workers:
            process = threading.Thread(target=self._work)
            self._busy.append(process)
            token = serving.set(True)
            try:
                process.start()
            finally:
                serving.reset(token)
        return future

    def map(
        self,
        fn: Callable[..., T],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        **options: Any,
    ) -> Iterator[T]:
        """As `ProcessPoolExecutor.map`: `chunksize` inputs are one call, and go to one process.

        Args:
            options: what newer Pythons know besides.
        """
        if chunksize < 1:
            raise ValueError("chunksize must be >= 1.")
        if chunksize == 1:
            return super().map(fn, *iterables, timeout=timeout, **options)
        _must_be_importable(fn)
        inputs = list(zip(*iterables, strict=False))
        chunks = [inputs[at : at + chunksize] for at in range(0, len(inputs), chunksize)]
        results = super().map(functools.partial(_each, fn), chunks, timeout=timeout, **options)
        return itertools.chain.from_iterable(results)

    def _work(self) -> None:
        while self._line:
            future, call = self._line.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = in_a_process(*call)
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(result)
        self._busy.remove(threading.current_thread())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As `Executor.shutdown`."""
        with self.call("pool.shutdown()"):
            self._over = True
        if cancel_futures:
            while self._line:
                self._line.popleft()[0].cancel()
        for process in list(self._busy) if wait else ():
            process.join()

    def __repr__(self) -> str:
        return f"pool of {self.workers}"


def _each(function: Callable[..., T], inputs: Sequence[tuple[Any, ...]]) -> list[T]:
    """What the function returns for each of these inputs."""
    return [function(*each) for each in inputs]


def _must_be_importable(function: Callable[..., object]) -> None:
    while isinstance(function, functools.partial):
        function = function.func
    local = "<" in getattr(function, "__qualname__", "<")  # of these, pickle tells
    if getattr(function, "__module__", None) == "__main__" and not local:
        raise BrokenProcessPool(
            f"a process cannot import {function.__name__}: it stands in a cell, not in a module"
        )


def in_a_process(
    function: Callable[..., T], args: Sequence[Any] = (), options: Mapping[str, Any] | None = None
) -> T:
    """Call a function as if this thread were a process; what it returns is a copy."""
    _there.inside = True
    try:
        result: T = pickle.loads(pickle.dumps(function(*args, **(options or {}))))
        return result
    finally:
        _there.inside = False


def _inside() -> bool:
    return getattr(_there, "inside", False)


class Count(Service):
    """A number that processes share, as `multiprocessing.Value` makes it. It is made inside a run.

    To read and to write it takes a while, so that another process can come in between. A lock of
    the answer's own would be another one in each process, but is one here: so who writes without
    the number's lock is noted.

    Args:
        seconds: that it takes to read, and to write.
    """

    name = "total"

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._lock = threading.RLock()
        self._holder = threading.local()
        self.number = 0  # to look at it costs nothing

    def get_lock(self) -> "Count":
        """The lock that belongs to the number."""
        return self

    get_obj = get_lock  # the lock may be taken again by whoever has it

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """As `multiprocessing.RLock.acquire`."""
        taken = self._lock.acquire(blocking, -1 if timeout is None else timeout)
        self._holder.times = self._times() + taken
        return taken

    def release(self) -> None:
        """As `multiprocessing.RLock.release`."""
        self._lock.release()
        self._holder.times = self._times() - 1

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _times(self) -> int:
        return getattr(self._holder, "times", 0)

    @property
    def value(self) -> int:
        """The number."""
        with self._lock:
            self._note("total.read()")
            number = self.number
            time.sleep(self._seconds)
            return number

    @value.setter
    def value(self, number: int) -> None:
        remark = "" if self._times() else UNLOCKED
        with self._lock:
            self._note("total.write()", remark)
            time.sleep(self._seconds)
            self.number = number

    def _note(self, what: str, remark: str = "") -> None:
        # No time: of `work` alone it is asked whether it goes on at once.
        with self.call(what, remark):
            pass

    def __repr__(self) -> str:
        return "total"


class Fetches(Pages):
    """As `Pages`, and it remembers what was there when it was called.

    Attributes:
        loops: the event loops that it was called in.
        tasks: the tasks of these loops, as far as they were seen when a call began or ended.
    """

    def __init__(self, delays: Mapping[str, float]):
        super().__init__(delays)
        self.loops: list[asyncio.AbstractEventLoop] = []
        self.tasks: set[asyncio.Task[Any]] = set()

    def fresh(self) -> "Fetches":
        return Fetches(self._delays)

    async def __call__(self, name: str) -> Plain:
        if asyncio.get_running_loop() not in self.loops:
            self.loops.append(asyncio.get_running_loop())
        self.tasks |= asyncio.all_tasks()
        page = await super().__call__(name)
        self.tasks |= asyncio.all_tasks()
        return page
