from checker.exercise import Exercise

early_or_late = Exercise(
    "early_or_late",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Which of the two calls hands `work` to a thread on the spot?",
        "What does a coroutine do that nobody awaits yet?",
        "From which moment on does the second of `to_thread` count: its making, or its await?",
    ],
)
