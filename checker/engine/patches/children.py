"""Child processes that an answer starts: its clock waits while one is alive, its run ends them."""

import contextlib
import functools
import os
import subprocess
from multiprocessing.process import BaseProcess

from checker.engine import private
from checker.engine.current import current_run, working_for
from checker.engine.patches.patching import Patch


def _start_child(original):
    @functools.wraps(original)
    def start(self, *args, **options):
        run = current_run()
        counted = contextlib.nullcontext() if run is None else run.clock.machine_at_work()
        with counted, working_for(None):
            original(self, *args, **options)
        if run is not None:
            run.clock.children.append(self)
            started_by = private.frame_at(1).f_globals["__name__"]
            if started_by != "asyncio.unix_events":  # that one is told of by its loop
                run.recorder.opened("child", self)

    return start


def alive(child):
    """Whether a child process still runs. It is not reaped: that is for its owner."""
    if getattr(child, "returncode", None) is not None:
        return False
    if not hasattr(os, "waitid"):
        return True
    try:
        return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except (ChildProcessError, ValueError):  # reaped already, and perhaps closed
        return False


def end(child):
    """Kill a child process that is still there, and reap it."""
    if alive(child):
        child.kill()
        (child.wait if hasattr(child, "wait") else child.join)()


PATCHES = (
    Patch(subprocess.Popen, "__init__", _start_child),
    Patch(BaseProcess, "start", _start_child),
)
