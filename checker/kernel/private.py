"""Every private name of IPython's and ipykernel's that this package uses.

Where a version lacks one, the part of the extension that needs it is left out, and `load` says so:
each function raises `AttributeError` then.
"""


def error_sender(ip):
    """The method of the shell that sends an error to the front end: (type, error, lines)."""
    return ip._showtraceback


def allow_errors_in_async_cells(ip):
    """Async cells read the last traceback before anything has set it."""
    if not hasattr(ip, "_last_traceback"):
        ip._last_traceback = None


def forget_failed_display(ip):
    """No object of an earlier cell has failed to show itself.

    ipykernel does this for cells without `await` alone: after one object whose repr raised, every
    later async cell would count as failed.
    """
    ip._last_traceback_during_displayhook = False


def sigint_canceller(kernel):
    """What the kernel has entered around an async cell, so that SIGINT cancels it."""
    return kernel._cancel_on_sigint


def set_sigint_canceller(kernel, cancel_on_sigint):
    """Have the kernel enter this one instead."""
    kernel._cancel_on_sigint = cancel_on_sigint
