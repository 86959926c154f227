"""A cell that needs a service which is not there says so in a line, and the next cells go on.

What is missing, and what to do, is said in full once (`checker.engine.Absent`). As an error of the
cell it would end *Run All*, and cells that do not need the service would not run.
"""

import sys

from checker.engine import Absent

WHAT = "going on without a service that is missing"


def install(ip):
    """Wrap one method of `ip` and watch its cells; returns the function that undoes both."""
    show = ip.showtraceback

    def showtraceback(exc_tuple=None, *args, **kwargs):
        missing = find(exc_tuple[1] if exc_tuple else sys.exc_info()[1])
        if missing is None:
            show(exc_tuple, *args, **kwargs)
            return
        print(missing if not missing.told else f"Not run. {str(missing).splitlines()[0]}")
        missing.told = True

    def after(result):
        if result is not None and find(result.error_in_exec) is not None:
            result.error_in_exec = None

    ip.showtraceback = showtraceback
    ip.events.register("post_run_cell", after)

    def undo():
        ip.showtraceback = show
        ip.events.unregister("post_run_cell", after)

    return undo


def find(error):
    """The `Absent` that an exception is or that a group of exceptions holds, or None."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(find, error.exceptions)), None)
    return error if isinstance(error, Absent) else None
