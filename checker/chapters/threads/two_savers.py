from checker.exercise import Exercise

two_savers = Exercise(
    "two_savers",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "At which second does each thread read the box, and at which does it write?",
        "What did the second thread read, before the first had written?",
        "The third starts when both are over. What does it find in the box?",
    ],
)
