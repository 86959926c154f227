"""Limits of one process, as far as the system has them (POSIX `setrlimit`)."""

import contextlib
import os
import shutil
import tempfile

try:
    import resource
except ImportError:  # Windows has none of this
    resource = None


def apply(settings):
    """Set the limits of this process and of all that it starts.

    Args:
        settings: "cpu" in seconds, "memory" and "file" in bytes, "files" and "processes" as
            numbers.
    """
    with contextlib.suppress(OSError):
        file = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(file, b"1000")  # if memory runs out, this one goes first
        os.close(file)
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
