from checker.exercise import Exercise

morning = Exercise(
    "morning",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Which code runs until it first waits: that of `morning`, or that of the two tasks?",
        "When `morning` sleeps for 1 s, what do the two tasks do meanwhile?",
        "Each task waits from 0 s on. At which second does each of the three waits end?",
    ],
)
