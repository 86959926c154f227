"""Exercises of 04_cancellation: asking a task to stop, and being asked."""

NEEDS = ("03_tasks",)
EXERCISES = (
    "power_cut",
    "cancel_and_wait",
    "heartbeat",
    "cancel_all",
    "result_or",
    "finish_anyway",
    "cancel_monitor",
    "until_pressed",
)
