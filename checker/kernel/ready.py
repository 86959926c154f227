"""Kernels of the course's own environment are fit for it from their start.

`python -m checker.kernel.ready`, which `make lab` calls, puts a line into the environment's
configuration of IPython. From then on every kernel of it has the names that the first cell of a
chapter brings, also after a restart. That first cell stays for all other environments; where this
has been done, it does nothing new.
"""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import checker
from checker import kernel

if TYPE_CHECKING:  # it takes a while to import
    from IPython.core.interactiveshell import InteractiveShell

_FILE = Path("etc") / "ipython" / "ipython_kernel_config.py"  # IPython reads it below sys.prefix
_TEXT = """\
# Written by `make lab`: each kernel of this environment has the names of the course.
c = get_config()
c.InteractiveShellApp.extensions.append("checker.kernel.ready")
"""


def load_ipython_extension(ip: "InteractiveShell") -> None:
    """Make a kernel fit, as `%load_ext checker` does, and bring the names that a learner types."""
    kernel.load(ip)
    names = {name: getattr(checker, name) for name in checker.__all__}
    ip.push({"asyncio": asyncio, **names}, interactive=False)  # no names of the learner's: `%who`


def write(prefix: str = sys.prefix) -> str:
    """Have the kernels of an environment load this; a file that somebody wrote there stays.

    Args:
        prefix: the folder of the environment.

    Returns:
        "" or a line that says why it was not done.

    Raises:
        OSError: if nothing can be written there.
    """
    file = Path(prefix) / _FILE
    if not (Path(prefix) / "pyvenv.cfg").exists():
        return f"{prefix} is not the course's own. Run the first cell of each chapter."
    if file.exists() and "checker.kernel.ready" not in file.read_text(encoding="utf-8"):
        return f"{file} is yours and was left alone. Run the first cell of each chapter."
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_TEXT, encoding="utf-8")
    return ""


if __name__ == "__main__":
    if said := write():
        print(said)
