"""Running an answer for a rule."""

import functools
from collections.abc import Callable
from typing import Any, Literal, overload

from checker.engine import Limits
from checker.engine.values import short_repr
from checker.judge.answer import Answer
from checker.judge.expect import Observed
from checker.judge.several import ObservedAudit, ObservedSchedules


@overload
def observe(
    subject: Answer | Callable[..., object],
    *args: object,
    call: str | None = None,
    limits: Limits | None = None,
) -> Observed: ...
@overload
def observe(
    subject: Answer | Callable[..., object],
    *args: object,
    call: str | None = None,
    limits: Limits | None = None,
    schedules: int,
) -> ObservedSchedules: ...
@overload
def observe(
    subject: Answer | Callable[..., object],
    *args: object,
    call: str | None = None,
    limits: Limits | None = None,
    cancel: Literal["everywhere"],
) -> ObservedAudit: ...
def observe(
    subject: Answer | Callable[..., object],
    *args: object,
    call: str | None = None,
    limits: Limits | None = None,
    schedules: int | None = None,
    cancel: Literal["everywhere"] | None = None,
) -> Observed | ObservedSchedules | ObservedAudit:
    """Run an answer, or a scenario that gets the answer as an argument, and return what can be
    expected of it.

    Args:
        subject: the `Answer`, or a coroutine function of the rule's: a scenario.
        args: plain data, services, and the `Answer` where the subject is a scenario.
        call: how a learner would write this call; made of the arguments if it is not given.
        limits: the limits of the run, where the usual ones do not fit.
        schedules: in how many orders of events to run it; what can be expected then is said by
            `ObservedSchedules`.
        cancel: "everywhere" cancels it at each of its await points, in a run for each;
            `ObservedAudit` says what can be expected then.

    Raises:
        NoRun: if what runs the answer is gone.
        KeyboardInterrupt: if the learner has stopped the check.
    """
    answer = next(a for a in (subject, *args) if isinstance(a, Answer))
    name = getattr(answer.function, "__name__", "answer")
    given = [a for a in args if a is not answer]
    shown = call or f"{name}({', '.join(short_repr(a, 60) for a in given)})"
    functions = [a.function if isinstance(a, Answer) else a for a in (subject, *args)]
    if answer.abandoned:
        raise KeyboardInterrupt
    options: dict[str, Any] = {"name": name}
    if limits:
        options["limits"] = limits
    own = {answer.file} if answer.file else None
    start = functools.partial(answer.observe, *functions, own=own, **options)
    if schedules is None and cancel is None:
        run = start()
        answer.note(run, start)
        return Observed(run, shown)
    runs = start(schedules=schedules, cancel=cancel)
    answer.note(runs[0], start)
    kind = ObservedSchedules if cancel is None else ObservedAudit
    return kind(runs, shown, answer, start)
