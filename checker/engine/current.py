"""Which run, if any, the calling thread belongs to."""

import os
import threading

_local = threading.local()
if hasattr(os, "register_at_fork"):  # a forked child works on, without the run
    os.register_at_fork(after_in_child=lambda: _local.__dict__.clear())


def current_run():
    """The live run that this thread works for, or None outside of any run."""
    return getattr(_local, "run", None)


class working_for:
    """`with working_for(run):` the calling thread belongs to `run`."""

    def __init__(self, run):
        self.run = run

    def __enter__(self):
        self.before = current_run()
        _local.run = self.run

    def __exit__(self, *error):
        _local.run = self.before
