"""Exercises of 16_processes: work for other CPUs, what is shared, and what comes back."""

EXERCISES = (
    "shopping",
    "compute_all",
    "first_come",
    "add_votes",
    "word_counts",
    "with_progress",
    "fetch_here",
)
