"""The table of what is patched in the standard library, and putting it in.

`install()` puts everything in place once for the whole process, all or none. Each stand-in looks at
`current_run()` first and is the real thing everywhere else: a kernel, its front end and everybody's
other threads go on with the real clock, the real output and the real loops.

Out of reach: a name that a third-party module took from `time` before `install()`. Names in the
answer's own globals, defaults and closures are pointed at the stand-ins by `bound_names`.
"""

import platform
import warnings
from collections.abc import Callable

from checker.engine import private
from checker.engine.patches import (
    blocking_sockets,
    children,
    clocks,
    conditions,
    lock_owners,
    loops,
    patching,
    pools,
    sockets,
    thread_locks,
    threads,
    unawaited,
)

PATCHES = [
    *clocks.PATCHES,
    *loops.PATCHES,
    *unawaited.PATCHES,
    *threads.PATCHES,
    *conditions.PATCHES,
    *pools.PATCHES,
    *children.PATCHES,
    *sockets.PATCHES,
    *blocking_sockets.PATCHES,
    *lock_owners.PATCHES,
    *thread_locks.PATCHES,
]
_warned = False  # what this Python lacks was said in this process


def install(tell: Callable[[str], object] | None = None) -> None:
    """Put the stand-ins in place, once; calling it again changes nothing.

    Where this Python lacks a name that one of them is for, none is put in, and a line says so.

    Args:
        tell: called with that line each time; by default it is a `RuntimeWarning`, once.
    """
    global _warned
    if patching.is_installed():
        return
    missing = [patching.dotted(*place) for place in private.missing()]
    missing = missing or patching.install(PATCHES)
    if not missing:
        return
    line = (
        f"Python {platform.python_version()} lacks {', '.join(missing)}. Nothing was replaced in "
        "it: clocks, threads and locks of an answer are the real ones, and verdicts may be wrong."
    )
    if tell is not None:
        tell(line)
    elif not _warned:
        warnings.warn(line, RuntimeWarning, stacklevel=2)
    _warned = True


def uninstall() -> None:
    """Put back everything that `install` has replaced."""
    patching.uninstall()
