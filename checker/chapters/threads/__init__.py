"""Exercises of 15_threads: what threads share, locks, threads that end, a loop in a thread."""

EXERCISES = (
    "Repeater",
    "two_savers",
    "count_all",
    "SafeList",
    "transfer",
    "in_pool",
    "LoopThread",
)
