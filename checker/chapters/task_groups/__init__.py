"""Exercises of 10_task_groups: groups, their errors, and how they end."""

NEEDS = ("05_timeouts", "09_gather_wait_as_completed")
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
