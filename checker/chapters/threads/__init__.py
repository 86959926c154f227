"""Exercises of 15_threads: what threads share, locks, threads that end, a loop in a thread."""

NEEDS = (
    "01_why_asyncio",
    "06_futures_and_callbacks",
    "08_keeping_the_loop_free",
    "13_synchronization",
)
EXERCISES = (
    "Repeater",
    "two_savers",
    "count_all",
    "SafeList",
    "transfer",
    "in_pool",
    "LoopThread",
)
