from checker.exercise import Exercise

kitchen = Exercise(
    "kitchen",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Which line of the generator runs first, and when: at the call, or at the first step?",
        "While `kitchen` eats, where does `cook` stand? Does it cook meanwhile?",
        "After the last `yield`, who makes the generator go on to its last line?",
    ],
)
