"""Exercises of 12_async_context_managers: what is opened, used, and closed on every way out."""

NEEDS = ("04_cancellation", "10_task_groups", "11_async_iteration")
EXERCISES = (
    "visit",
    "Stopwatch",
    "Opened",
    "lent",
    "reported",
    "open_all",
    "Wall",
)
