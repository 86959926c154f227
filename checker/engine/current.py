"""Which run, and which call in a pool, the calling thread belongs to, if any."""

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.engine.live import LiveRun

_local = threading.local()
if hasattr(os, "register_at_fork"):  # a forked child works on, without the run
    os.register_at_fork(after_in_child=lambda: _local.__dict__.clear())


def current_run() -> "LiveRun | None":
    """The live run that this thread works for, or None outside of any run."""
    return getattr(_local, "run", None)


class working_for:
    """`with working_for(run):` the calling thread belongs to `run`."""

    def __init__(self, run: "LiveRun | None"):
        self.run = run

    def __enter__(self) -> None:
        self.before = current_run()
        _local.run = self.run

    def __exit__(self, *error: object) -> None:
        _local.run = self.before


def current_job() -> object:
    """The call in a pool that this thread carries out, or None."""
    return getattr(_local, "job", None)


@contextlib.contextmanager
def working_on(job: object) -> Iterator[None]:
    """Inside the block, the calling thread stands for `job`."""
    _local.job = job
    try:
        yield
    finally:
        _local.job = None
