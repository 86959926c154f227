"""How much of a stretch of real time a thread had its CPU, or could not have had it."""

import os
import threading
import time
from collections.abc import Callable

try:
    import resource
except ImportError:  # Windows has no resource usage of a thread
    resource = None  # type: ignore[assignment]

# Kept from before the dispatchers are put into the module `time`.
real_ns = time.perf_counter_ns
thread_cpu_ns = time.thread_time_ns

_local = threading.local()
if hasattr(os, "register_at_fork"):  # what is kept for a thread is not that of the forked one
    os.register_at_fork(after_in_child=lambda: _local.__dict__.clear())


class _Schedstat:
    """What Linux counts of the calling thread; the file is closed when the thread ends."""

    def __init__(self) -> None:
        try:
            self.file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self.file = -1

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        if self.file >= 0:
            close(self.file)


def _waits_for_a_cpu() -> int:
    """Nanoseconds that this thread could have run but got no CPU (Linux; elsewhere 0)."""
    try:
        file = _local.schedstat.file
    except AttributeError:
        _local.schedstat = _Schedstat()
        file = _local.schedstat.file
    return int(os.pread(file, 64, 0).split()[1]) if file >= 0 else 0


def _gave_way() -> int:
    """How often this thread gave up its CPU of its own accord, as a blocking call does."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw if resource else -1


class Reading:
    """What a thread has had of its CPU until now; `without_waits` compares later with it."""

    __slots__ = ("at", "_cpu", "_queued", "_ways")

    def __init__(self) -> None:
        self.at = real_ns()
        self._cpu = thread_cpu_ns()
        self._queued = _waits_for_a_cpu()
        self._ways = _gave_way()

    def without_waits(self, used: int) -> int:
        """`used` ns, less those in which another process had the CPU since this reading."""
        if _gave_way() == self._ways != -1:
            return min(used, thread_cpu_ns() - self._cpu)
        return used - (_waits_for_a_cpu() - self._queued)
