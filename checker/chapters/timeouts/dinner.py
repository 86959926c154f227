from checker.exercise import Exercise

dinner = Exercise(
    "dinner",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Soup takes 3 s. When do the two deadlines fall that hold for the rice?",
        "Which of the two is over first? What travels through the inner block then?",
        "Which `except TimeoutError` stands outside of the block whose limit is over?",
    ],
)
