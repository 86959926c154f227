"""Limits of a run: the deterministic ones come first, the real-time limit only catches the rest.

`checker.engine.live` counts and enforces the first, `checker.engine.ending.watchdog` the last.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much a run may use up before it is stopped.

    Attributes:
        seconds: on the run's clock.
        turns: of the loop; also how often the answer may call `time.sleep` in its thread.
        still_turns: turns of the loop while the clock stands still.
        steps: callbacks in these turns, for many tasks that go round and round at once; one that
            comes after a wait counts as four.
        printed: characters of output; each piece of it counts as at least ten.
        tasks: tasks that are alive at once.
        real_seconds: on a real clock, for code that never returns to the loop; up to three times as
            many while the loop goes round.
    """

    seconds: float = 3600
    turns: int = 20_000
    still_turns: int = 10_000
    steps: int = 200_000
    printed: int = 1_000_000
    tasks: int = 10_000
    real_seconds: float = 2


class GaveUp(BaseException):
    """Raised inside an answer that has reached a limit; why is in `LiveRun.stop`.

    It is no doing of the answer's, and stands in no record.
    """


def gave_up(error: BaseException | None) -> bool:
    """Whether an exception is a `GaveUp`, or a group or a consequence of one."""
    todo, seen = [error], set[int]()  # a member of a group may have come of the group itself
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        if isinstance(each, GaveUp):
            return True
        seen.add(id(each))
        todo += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            todo += each.exceptions
    return False
