"""The checker of the asyncio course: the names that a learner types.

To see how it works, read five files, in this order: `exercise.py` (what an exercise is),
`chapters/welcome/greet.py` (one of them), `judge/expect.py` (what a rule may expect of a run),
`judge/causes/table.py` (why an answer falls short) and `engine/record.py` (what is known of a run).
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
