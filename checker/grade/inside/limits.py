"""Limits of one process, as far as the system has them (POSIX `setrlimit`)."""

import contextlib
import ctypes
import os
import shutil
import signal
import struct
import sys
import tempfile
import threading

try:
    import resource
except ImportError:  # Windows has none of this
    resource = None  # type: ignore[assignment]

# As in <signal.h> and <time.h> of Linux.
_TO_THREAD, _MONOTONIC = 4, 1
_SIGNAL = getattr(signal, "SIGRTMAX", 0)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def go_first():
    """If the machine's memory runs out, end this process or those that it starts, and no other."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def apply(settings):
    """Set the limits of this process and of all that it starts.

    Args:
        settings: "cpu" in seconds, "memory" and "file" in bytes, "files" and "processes" as
            numbers.
    """
    if resource is None:
        return
    _set("RLIMIT_CORE", 0)
    _set("RLIMIT_CPU", settings["cpu"])
    _set("RLIMIT_AS", settings["memory"])
    _set("RLIMIT_FSIZE", settings["file"])
    _set("RLIMIT_NOFILE", settings["files"])
    _set("RLIMIT_NPROC", settings["processes"])


def _set(name, value):
    which = getattr(resource, name, None)
    if which is None:
        return
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
        resource.setrlimit(which, (value, value))


def call_after(seconds, function):
    """Call `function` in this thread, which is the main one, after so many real seconds.

    It is called wherever the thread then stands, in the handler of a signal that nothing else here
    uses (`setitimer` would take a timer and a signal from the answer), and again after each such
    span until it returns True.

    Returns:
        whether it will be; only Linux has timers that signal to one thread (`timer_create(2)`).
    """
    try:
        create, settime = _libc.timer_create, _libc.timer_settime
    except AttributeError:
        return False
    timer = ctypes.c_void_p()
    # To the process would be to whatever thread runs, and then the main one may sleep on.
    event = struct.pack("@Piii48x", 0, _SIGNAL, _TO_THREAD, threading.get_native_id())
    if create(_MONOTONIC, event, ctypes.byref(timer)):
        return False
    whole, rest = divmod(round(seconds * 1e9), 10**9)
    never, regularly = struct.pack("@4l", 0, 0, 0, 0), struct.pack("@4l", *(whole, rest) * 2)

    def handle(*_):
        if function():
            settime(timer, 0, never, None)

    signal.signal(_SIGNAL, handle)
    return settime(timer, 0, regularly, None) == 0


def folder_of_its_own(scratch):
    """An empty folder for one child, where none is put in its place.

    Args:
        scratch: the folders that children may write to; it is made in the first of them.
    """
    for folder in scratch:
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):  # of the child before
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    with contextlib.suppress(OSError):
                        os.unlink(entry.path)
    return tempfile.mkdtemp(dir=scratch[0])
