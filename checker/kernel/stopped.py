"""A check that was stopped says so in one line, without the checker's inside.

The stop button cancels the cell, and Python would show the way through the checker to the place
where it waited. The cell still counts as broken off: *Run All* ends there.
"""

import asyncio
import sys

WHAT = "a short word for what was stopped"


def install(ip):
    """Wrap one method of `ip`; returns the function that undoes it."""
    show = ip.showtraceback

    def showtraceback(exc_tuple=None, *args, **kwargs):
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if was_asked(error):
            print("Stopped.")
        else:
            show(exc_tuple, *args, **kwargs)

    ip.showtraceback = showtraceback

    def undo():
        ip.showtraceback = show

    return undo


def was_asked(error):
    """Whether an exception broke off what a learner asked for: `check` and its sisters."""
    if not isinstance(error, (asyncio.CancelledError, KeyboardInterrupt)):
        return False
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_globals.get("__name__") == "checker.learner.check":
            return True
        traceback = traceback.tb_next
    return False
