"""Which lines of the answer a run comes to, what it returns where, and which exceptions it meets.

Tracing makes code many times slower, so no run is traced that a rule looks at: the judge makes the
run again when it wants to know.
"""

import contextlib
import dis
import sys
from collections import deque
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from checker.engine.record import Passed, Returned, Trace

if TYPE_CHECKING:
    from checker.engine.live import LiveRun

MOST = 1_000  # exceptions, and returns; the earlier ones are kept
NEXT = 8  # lines after an exception: the clauses that are tried, and the first line in one
LAST = 12  # lines before the end of a function: a `finally` comes after its `return`
_RETURNS = frozenset(
    dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in dis.opmap
)
# What a function stands at that will go on; 3.13 has moved one further.
_PAUSES = frozenset((dis.opmap["YIELD_VALUE"], dis.opmap["RESUME"]))
# How Python ends iterations and closes generators: nobody has raised them.
_ORDINARY = (StopIteration, StopAsyncIteration, GeneratorExit)

_Tracer = Callable[[FrameType, str, Any], Any]


class _Tracing:
    """What `sys.settrace` calls in each thread of a run.

    Args:
        live: the run, which is not traced any more once it is over.
        trace: what is written.
    """

    def __init__(self, live: "LiveRun", trace: Trace):
        self._live = live
        self._trace = trace
        self._lines: set[int] = set()
        self._met: dict[FrameType, Passed] = {}  # the last exception of a frame
        self._raising: set[FrameType] = set()  # nothing has come in them since an exception
        self._last: dict[FrameType, deque[int]] = {}

    def called(self, frame: FrameType, event: str, _: object) -> _Tracer | None:
        """A function is called, or goes on after an await."""
        return self._local if frame.f_code.co_filename in self._live.recorder.own else None

    def _local(self, frame: FrameType, event: str, value: Any) -> _Tracer:
        if self._live.recorder.over:
            return self._local
        if event == "line":
            self._line(frame)
        elif event == "exception":
            self._exception(frame, value[1] if isinstance(value[1], BaseException) else value[0])
        elif event == "return":
            self._return(frame)
        return self._local

    def _line(self, frame: FrameType) -> None:
        self._lines.add(frame.f_lineno)
        self._raising.discard(frame)
        if frame not in self._last:
            self._last[frame] = deque(maxlen=LAST)
        self._last[frame].append(frame.f_lineno)
        met = self._met.get(frame)
        if met is not None and len(met.then) < NEXT:
            met.then.append(frame.f_lineno)

    def _exception(self, frame: FrameType, error: Any) -> None:
        self._raising.add(frame)
        kind = error if isinstance(error, type) else type(error)
        if issubclass(kind, _ORDINARY) or len(self._trace.passed) >= MOST:
            return
        bases = [base.__name__ for base in kind.__mro__[1:-1]]
        passed = Passed(kind.__name__, frame.f_lineno, frame.f_code.co_name, bases)
        self._trace.passed.append(passed)
        self._met[frame] = passed

    def _return(self, frame: FrameType) -> None:
        code = frame.f_code
        raising = frame in self._raising
        self._raising.discard(frame)
        if not raising and _goes_on_later(code, frame.f_lasti):
            return
        met, last = self._met.pop(frame, None), self._last.pop(frame, ())
        if code.co_code[frame.f_lasti] in _RETURNS:
            if len(self._trace.returned) < MOST:
                made = Returned(code.co_name, code.co_firstlineno, frame.f_lineno, list(last))
                self._trace.returned.append(made)
        elif met is not None:
            met.left = True

    def close(self) -> None:
        self._trace.lines = sorted(self._lines)
        self._met.clear()
        self._last.clear()
        self._raising.clear()


def _goes_on_later(code: CodeType, at: int) -> bool:
    """Whether it stands at an await or a `yield`: for `settrace` that is a return, too."""
    return code.co_code[at] in _PAUSES


@contextlib.contextmanager
def traced(live: "LiveRun", trace: Trace) -> Iterator[None]:
    """Inside the block, what the answer does in this thread, and in threads that it starts, is
    written into `trace`.
    """
    tracing = _Tracing(live, trace)
    live.tracer = tracing.called
    before = sys.gettrace()
    sys.settrace(tracing.called)
    try:
        yield
    finally:
        sys.settrace(before)
        live.tracer = None
        tracing.close()
