"""What `%load_ext checker` does to make an IPython kernel fit for this course.

Every part lives in a module of its own with `WHAT`, the thing that works thanks to it, and
`install(ip)`, which returns the function that takes it out again. The parts lean on names that
IPython and ipykernel keep private. Where one is missing, the others load all the same.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from checker.kernel.frontend import (
    cell_id,
    in_console,
    in_kernel,
    live,
    notebook_name,
    notebook_path,
)

if TYPE_CHECKING:  # it takes a while to import
    from IPython.core.interactiveshell import InteractiveShell

__all__ = [
    "cell_id",
    "in_console",
    "in_kernel",
    "is_loaded",
    "live",
    "load",
    "notebook_name",
    "notebook_path",
    "problems",
    "unload",
]

problems: list[str] = []  # one line for each part that could not be installed in this kernel
_undo: list[Callable[[], object]] = []


def load(ip: "InteractiveShell") -> None:
    """Make the shell `ip` fit for the course; loading again starts afresh.

    Prints one line for each part that this version of IPython, ipykernel or Python has no place
    for, and one if this Python is newer than any tested one. In an IPython outside of Jupyter only
    the clock's stand-ins are put in.
    """
    # Here and not above: who merely asks `live()` need not pay for importing IPython.
    from checker.engine import private
    from checker.engine.patches import install
    from checker.kernel import absent, errors, interrupt, leftovers, logs, names, stopped, warns

    unload(ip)
    install.install(problems.append)
    parts = (errors, absent, stopped, names, interrupt, logs, warns, leftovers)
    for part in parts if hasattr(ip, "kernel") else ():
        try:
            _undo.append(part.install(ip))
        except AttributeError as error:
            problems.append(f"{part.WHAT} does not work with this kernel ({error})")
    for line in filter(None, [private.untested(), *problems]):
        print(f"checker: {line}")


def is_loaded() -> bool:
    """Whether a shell of this process is fit for the course."""
    return bool(_undo)


def unload(ip: "InteractiveShell") -> None:
    """Take out of the shell `ip` what `load` put in; the clock's stand-ins stay, they are inert."""
    problems.clear()
    while _undo:
        _undo.pop()()
