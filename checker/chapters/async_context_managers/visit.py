from checker.exercise import Exercise

visit = Exercise(
    "visit",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Which of the two rooms is entered first, and which is left first?",
        "The body fails at some moment. Do the exits run all the same? How long does each take?",
        "Who catches the error, and is anything printed between the last exit and that?",
    ],
)
