from checker.exercise import Exercise

ledger = Exercise(
    "ledger",
    kind="predict",
    asks=("prints",),
    hints=[
        "`set_result` makes the future done. Does it call anybody, or put calls into a queue?",
        "Which lines stand between `set_result` and the next `await` that suspends?",
        "Callbacks run in the order in which they were added, in a turn of the loop that comes "
        "after the running code has given way. Where is that for the third one?",
    ],
)
