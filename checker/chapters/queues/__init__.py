"""Exercises of 14_queues: who puts in, who takes out, who waits, and how everybody goes home."""

NEEDS = ("04_cancellation", "05_timeouts")
EXERCISES = (
    "bakery",
    "next_or",
    "crew",
    "pump",
    "work_off",
    "FairQueue",
    "close_down",
    "take_orders",
)
