"""Exercises of 03_tasks: waits that share the same second."""

NEEDS = ("02_coroutines",)
EXERCISES = (
    "morning",
    "both",
    "fetch_all",
    "save_all",
    "watch",
    "outcomes",
    "timed",
    "drain",
)
