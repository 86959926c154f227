"""The stop button stops a cell that awaits.

ipykernel notes the signal, but an idle loop sleeps on until something else wakes it; and code that
never awaits keeps the note from being read. Here the signal wakes the loop, and code of a cell
that holds the loop is stopped where it stands.
"""

import asyncio
import contextlib
import signal

from checker.kernel import private
from checker.kernel.tasks import is_learners

WHAT = "the stop button on a cell that awaits"


def install(ip):
    """Replace the kernel's way to cancel a cell; returns the function that puts it back."""
    kernel = ip.kernel
    ordinary = private.sigint_canceller(kernel)

    @contextlib.contextmanager
    def cancel_on_sigint(cell):
        """Inside the block, SIGINT cancels `cell`, the task that runs the cell."""
        loop = asyncio.get_running_loop()

        def stop(_signal, frame):
            loop.call_soon_threadsafe(cell.cancel)
            if not _from_cell(ip, frame):
                return
            task = asyncio.current_task(loop)
            if task is cell or (task and not is_learners(task)):
                raise KeyboardInterrupt
            # KeyboardInterrupt in a task or callback would end the loop, and the kernel with it.
            raise asyncio.CancelledError

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    private.set_sigint_canceller(kernel, cancel_on_sigint)

    def undo():
        private.set_sigint_canceller(kernel, ordinary)

    return undo


def _from_cell(ip, frame):
    """Whether code of a cell is being executed, at `frame` or further out."""
    while frame is not None:
        if ip.compile.format_code_name(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False
