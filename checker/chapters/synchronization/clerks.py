from checker.exercise import Exercise

clerks = Exercise(
    "clerks",
    kind="predict",
    asks=("prints", "returns"),
    hints=[
        "Which of the three has read the stock before anybody has written it?",
        "What does `left` hold when a clerk wakes up: what the stock is now, or what it was when "
        "that clerk looked?",
        "Who is the last to write, and what had that clerk read?",
    ],
)
