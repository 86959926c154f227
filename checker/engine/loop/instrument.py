"""What a `VirtualLoop` tells whoever watches it.

A class of its own for the interface: the recorder of a run is one, and so is what watches a second
loop of the same run.
"""


class Instrument:
    """Watches a loop. This base does nothing: it watches a loop that nobody records.

    Attributes:
        cause: which step runs, or scheduled the step that runs; new handles keep it as `by`.
        over: nothing of the loop matters any more.
    """

    cause = None
    over = False

    def turn(self):
        """A turn of the loop begins."""

    def step(self, handle, callback):
        """A handle is about to run its callback."""

    def idle(self, until):
        """Nothing is left to do before `until` (nanoseconds, None: ever)."""

    def opened(self, kind, thing):
        """A "server", "transport", "pipe" or "process" is there."""

    def dropped(self, transport):
        """The stream of an open transport is destroyed."""

    def noticed(self, context):
        """Somebody is told of an exception that nobody handles."""

    def complain(self, context):
        """What asyncio would log; returns whether that is done with."""
        return False
