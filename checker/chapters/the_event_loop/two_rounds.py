from checker.exercise import Exercise

two_rounds = Exercise(
    "two_rounds",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Does the ticker end when `runner.run` returns, or when the `with` is left?",
        "Who makes the ticker tick while the thread is in `time.sleep`?",
        "A tick was due long before the second round begins. When does it come, and when the next?",
    ],
)
