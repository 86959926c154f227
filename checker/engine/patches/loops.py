"""The loops that asyncio makes inside a run: they are on the clock of that run, too."""

import asyncio
import functools

from checker.engine import private
from checker.engine.current import current_run
from checker.engine.loop.instrument import Instrument
from checker.engine.loop.loop import VirtualLoop
from checker.engine.patches.patching import Patch


def _make_new_event_loop(original):
    @functools.wraps(original)
    def new_event_loop(*policy):
        run = current_run()
        if run is None:
            return original(*policy)
        return VirtualLoop(run.clock, _Aside(run.recorder))

    return new_event_loop


def _make_loop(original):
    @functools.wraps(original)
    def make(self, selector=None):
        run = current_run()
        if run is None or isinstance(self, VirtualLoop):
            original(self, selector)
            return
        # Also a class of the answer's own: what it does not override is on the clock. A selector
        # that it asks for is left out, since a virtual loop has its own.
        kind = type(self)
        own = kind is not asyncio.SelectorEventLoop
        self.__class__ = type(kind.__name__, (kind, VirtualLoop), {}) if own else VirtualLoop
        VirtualLoop.__init__(self, run.clock, _Aside(run.recorder))

    return make


class _Aside(Instrument):
    """Watches a second loop of a run: its tasks are not recorded, its complaints are."""

    def __init__(self, recorder):
        super().__init__()
        self._recorder = recorder
        self.noticed = recorder.noticed
        self.complain = recorder.complain
        self.unwoken = recorder.unwoken

    def is_over(self):
        return self._recorder.over


PATCHES = (
    Patch(asyncio.SelectorEventLoop, "__init__", _make_loop),
    # Here every new loop of asyncio's comes from. While there are policies, one of somebody's own
    # still has its way.
    Patch(private.LOOP_POLICY, "new_event_loop", _make_new_event_loop, before=(3, 16)),
    Patch(asyncio.events, "new_event_loop", _make_new_event_loop, since=(3, 16)),
    Patch(asyncio, "new_event_loop", _make_new_event_loop, since=(3, 16)),
)
