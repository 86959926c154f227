"""Exercises of 13_synchronization: what several tasks share, and how they wait for each other."""

NEEDS = ("05_timeouts", "10_task_groups")
EXERCISES = (
    "clerks",
    "order_total",
    "LoadOnce",
    "move_money",
    "fetch_by_host",
    "PerSecond",
    "patrol",
    "Shelf",
)
