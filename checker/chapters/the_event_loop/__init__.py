"""Exercises of 07_the_event_loop: which loop runs, how one is made, stopped and closed."""

NEEDS = ("03_tasks", "04_cancellation", "05_timeouts", "06_futures_and_callbacks")
EXERCISES = (
    "loop_runs",
    "stop_and_go",
    "two_rounds",
    "run_in_turn",
    "launch",
    "run_on",
    "TrackingLoop",
    "serve",
)
