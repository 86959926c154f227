from checker.exercise import Exercise

shopping = Exercise(
    "shopping",
    kind="predict",
    asks=("prints",),
    hints=[
        "What is sent to the process: the list, or a copy of it?",
        "To which of the two lists does the process append?",
        "What comes back is what the call returns. What does `append` return, and what `sorted`?",
    ],
)
