from checker.exercise import Exercise

breakfast = Exercise(
    "breakfast",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Who can run while `toast` is in `time.sleep`?",
        "A tick was due at 2 s. At which moment does the loop get to it?",
        "From when on does the ticker count its next second: from 2 s, or from when it ran?",
    ],
)
