"""The warning of a coroutine that was never awaited: a run notes it, and nobody is warned."""

import functools
import warnings

from checker.engine import private
from checker.engine.current import current_run
from checker.engine.patches.patching import Patch


def _make_unawaited_warning(original):
    @functools.wraps(original)
    def warn_unawaited_coroutine(coroutine):
        run = current_run()
        if run is None and coroutine.cr_origin is None:
            # The original would name this function as the place, and warn of it only once.
            text = f"coroutine '{coroutine.__qualname__}' was never awaited"
            warnings.warn(text, RuntimeWarning, stacklevel=2, source=coroutine)
        elif run is None or coroutine.cr_origin is None:  # it is not of this run
            original(coroutine)
        else:
            run.recorder.never_awaited(coroutine)

    return warn_unawaited_coroutine


PATCHES = (Patch(*private.UNAWAITED_WARNING, _make_unawaited_warning),)
