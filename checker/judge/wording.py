"""How times and counts are worded for a learner."""

from collections.abc import Iterable


def duration(seconds: float) -> str:
    """A number of seconds as a reader likes it: "3 s", "0.25 s"; to the millisecond."""
    return f"{round(seconds, 3):g} s"


def list_of_times(times: Iterable[float]) -> str:
    """Several times in seconds: "1, 2.5 s"; "no time" if there are none."""
    texts = [f"{time:g}" for time in times]
    return f"{', '.join(texts)} s" if texts else "no time"


def counted(number: int, noun: str) -> str:
    """A number of things, by the noun for one of them: "1 report", "3 reports"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
