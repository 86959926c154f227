"""What stands outside the answer and may be called by it: it takes time, and remembers its calls.

The engine knows this base alone; what can be served is in `checker.lab`.
"""

import contextlib
import contextvars
from collections.abc import Iterator
from types import CoroutineType, FrameType
from typing import Any, Self

from checker.engine.current import current_run

# True in tasks that belong to a service, and where it starts threads: none of it is the answer's.
serving = contextvars.ContextVar("serving", default=False)


class Absent(Exception):
    """A service that cannot be had on this machine; the text says why, and what to do.

    It is no fault of the answer's: `observe` lets it out. `told` is set once it has been shown.
    """

    told = False


class Service:
    """Base of everything that a rule hands to an answer and that is no plain data.

    A service describes itself by its `repr`, which is the call that makes it.
    """

    name = "service"

    def fresh(self) -> Self:
        """The service as it is at the start of a run. One that keeps state returns a copy."""
        return self

    def at_least(self) -> dict[str, float]:
        """How a call is written → seconds that it takes at least, if it ends well. A record in
        which it took less cannot be right. Calls that are not named may take any time.
        """
        return {}

    @contextlib.contextmanager
    def call(self, what: str, remark: str = "") -> Iterator[None]:
        """Note one call from the start to the end of the block.

        Args:
            what: the call as a reader would write it: "save('a')".
            remark: what is odd about it, for rules to ask for; "" if nothing is.
        """
        run = current_run()
        if run is None:
            yield
            return
        noted = run.recorder.call_starts(self.name, what, remark)
        try:
            yield
        except GeneratorExit:
            raise
        except BaseException as error:
            run.recorder.call_ends(noted, error)
            raise
        else:
            run.recorder.call_ends(noted, None)

    def now_serving(self, frame: FrameType) -> str:
        """What a suspended frame of this service is busy with, as a reader would write the call."""
        code, local = frame.f_code, frame.f_locals
        names = code.co_varnames[1 : code.co_argcount]
        arguments = ", ".join(repr(local[name]) for name in names if name in local)
        method = "" if code.co_name == "__call__" else f".{code.co_name}"
        return f"{self.name}{method}({arguments})"


def label(coroutine: Any) -> str:
    """What a coroutine is called in a record: the call, for one of a service."""
    if not isinstance(coroutine, CoroutineType):
        return str(getattr(coroutine, "__name__", type(coroutine).__name__))
    # Reading local variables is slow, and there may be thousands of coroutines.
    code = coroutine.cr_code
    if code.co_argcount and code.co_varnames[0] == "self":
        frame = coroutine.cr_frame
        held = frame and frame.f_locals.get("self")
        if frame and isinstance(held, Service):
            return held.now_serving(frame)
    return coroutine.__name__
