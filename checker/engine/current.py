"""Which run, if any, the calling thread belongs to."""

import threading

_local = threading.local()


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
