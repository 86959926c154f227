from checker.exercise import Exercise

countdown = Exercise(
    "countdown",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Follow the loop with a finger: what is printed before the first wait?",
        'How many waits are there between the first line and "go"?',
        "Each round prints a number and then waits 1 s. What comes after the third wait?",
    ],
)
