"""A name that nothing has made is answered by the cell that makes it.

After a restart, or with a cell run out of order, Python says that a name is not defined. Which cell
of the notebook defines it, and under which heading, is said below.
"""

from checker import kernel
from checker.files import missing

WHAT = "naming the cell that makes a missing name"


def install(ip):
    """Look at how each cell ends; returns the function that stops it."""

    def after(result):
        name = result and missing_name(result.error_in_exec)
        if name and (text := missing.in_notebook(name, kernel.notebook_path(), kernel.cell_id())):
            print(text)

    ip.events.register("post_run_cell", after)
    return lambda: ip.events.unregister("post_run_cell", after)


def missing_name(error):
    """The name that an exception calls undefined, or one of the group that it is; or None."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(missing_name, error.exceptions)), None)
    undefined = isinstance(error, NameError) and not isinstance(error, UnboundLocalError)
    return error.name if undefined else None
