"""Exercises of 09_gather_wait_as_completed: many members, and who waits for which of them."""

NEEDS = ("04_cancellation", "05_timeouts")
EXERCISES = (
    "brunch",
    "all_or_none",
    "what_worked",
    "show_pages",
    "leftovers",
    "first_answer",
    "check_pages",
)
