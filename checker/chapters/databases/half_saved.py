from checker.exercise import Exercise

half_saved = Exercise(
    "half_saved",
    kind="predict",
    asks=("prints",),
    needs="PostgreSQL",
    hints=[
        "Which of the blocks does the exception leave, and which one not?",
        "What does the server take back: all, or what came after the savepoint?",
        "The block that is left by the `ValueError`: which of the inserts are within it?",
    ],
)
