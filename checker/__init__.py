"""The checker of the asyncio course: the names that a learner types.

To see how it works, read five files, in this order: `exercise.py` (what an exercise is),
`chapters/welcome/greet.py` (one of them, with its rules), `engine/observe.py` (how an answer is run
on a virtual clock), `judge/verdict.py` (how the rules become a verdict) and
`judge/causes/table.py` (how it says why an answer falls short).
"""

from typing import TYPE_CHECKING

from checker.kernel.selftest import selftest
from checker.learner.check import check, play, predict, timeline
from checker.learner.help import hint, solution
from checker.show.progress import progress

if TYPE_CHECKING:  # it takes a while to import
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["check", "hint", "play", "predict", "progress", "selftest", "solution", "timeline"]


def load_ipython_extension(ip: "InteractiveShell") -> None:
    """What `%load_ext checker` does."""
    from checker import kernel

    kernel.load(ip)


def unload_ipython_extension(ip: "InteractiveShell") -> None:
    """What `%unload_ext checker` does."""
    from checker import kernel

    kernel.unload(ip)
