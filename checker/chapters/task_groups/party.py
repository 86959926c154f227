from checker.exercise import Exercise

party = Exercise(
    "party",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Who has ended at 2 s, and who is still at work then?",
        "What does a group do with its members, and with its body, when one member fails?",
        "The cake cleans up. Who waits for that, and what is done only then?",
    ],
)
