"""Exercises of 05_timeouts: limits, deadlines, and what is done when they are over."""

NEEDS = ("04_cancellation",)
EXERCISES = (
    "fetch_in_time",
    "dinner",
    "value_or",
    "remind",
    "persist",
    "receive_all",
    "harvest",
)
