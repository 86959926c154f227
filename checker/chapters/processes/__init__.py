"""Exercises of 16_processes: work for other CPUs, what is shared, and what comes back."""

NEEDS = ("08_keeping_the_loop_free", "09_gather_wait_as_completed", "15_threads")
EXERCISES = (
    "shopping",
    "compute_all",
    "first_come",
    "add_votes",
    "word_counts",
    "with_progress",
    "fetch_here",
)
