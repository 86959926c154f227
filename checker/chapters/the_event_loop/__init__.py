"""Exercises of 07_the_event_loop: which loop runs, how one is made, stopped and closed."""

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
