from checker.exercise import Exercise

power_cut = Exercise(
    "power_cut",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "At 2 s, `soup` has just been made. Has it run a line when it is asked to stop?",
        "What does `cancel()` return for a task that is done? Which of the two is done at 2 s?",
        "Does `tea` run inside `cancel()`, or when `power_cut` next suspends?",
    ],
)
