from checker.exercise import Exercise

two_places = Exercise(
    "two_places",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "How many of the four requests does the connector let out at 0 s?",
        "At which moment is the first of the two places free? Who takes it?",
        "Draw two rows, one for each place. Into which does each of the four waits go?",
    ],
)
