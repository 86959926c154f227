from checker.exercise import Exercise

bakery = Exercise(
    "bakery",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "When does the baker take the first step: at `create_task`, or at the first wait of "
        "`bakery`?",
        "There is room for one. Which `put` has to wait, and which line of `bakery` ends that?",
        "How often does `bakery` sleep, and does anybody else sleep?",
    ],
)
