"""Exercises of 10_task_groups: groups, their errors, and how they end."""

NEEDS = ("03_tasks", "04_cancellation", "05_timeouts")
EXERCISES = (
    "collect_all",
    "party",
    "run_and_report",
    "what_there_is",
    "all_or_error",
    "walk",
    "first_find",
    "shop_page",
)
