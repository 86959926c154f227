"""Exercises of 11_async_iteration: streams of items, who waits in them, and who closes them."""

NEEDS = ("04_cancellation", "05_timeouts", "09_gather_wait_as_completed")
EXERCISES = (
    "kitchen",
    "Countdown",
    "handle_all",
    "pages_of",
    "first_items",
    "each_in_time",
    "running_average",
    "drive",
)
