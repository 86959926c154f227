"""Exercises of 08_keeping_the_loop_free: what holds the loop, and where to put it."""

NEEDS = ("03_tasks", "04_cancellation", "05_timeouts", "06_futures_and_callbacks")
EXERCISES = (
    "breakfast",
    "convert_all",
    "early_or_late",
    "convert_few",
    "digest",
    "watch_lag",
    "make_factory",
    "guard",
)
