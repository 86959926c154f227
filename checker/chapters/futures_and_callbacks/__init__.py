"""Exercises of 06_futures_and_callbacks: from callbacks to something that one can await."""

NEEDS = ("03_tasks", "04_cancellation")
EXERCISES = (
    "alarm",
    "ledger",
    "live",
    "fetch_page",
    "later",
    "Scheduler",
    "hear",
    "find_old",
)
