"""The checker of the asyncio course: the names that a learner types.

To see how it works, read five files, in this order: `exercise.py` (what an exercise is),
`chapters/welcome/greet.py` (one of them), `judge/expect.py` (what a rule may expect of a run),
`judge/causes.py` (why an answer falls short) and `engine/run.py` (what is known of a run).
"""

from checker.kernel.selftest import selftest
from checker.learner.check import check, play, predict, timeline
from checker.learner.help import hint, solution
from checker.show.progress import progress

__all__ = ["check", "hint", "play", "predict", "progress", "selftest", "solution", "timeline"]


def load_ipython_extension(ip):
    """What `%load_ext checker` does."""
    from checker import kernel

    kernel.load(ip)


def unload_ipython_extension(ip):
    """What `%unload_ext checker` does."""
    from checker import kernel

    kernel.unload(ip)
