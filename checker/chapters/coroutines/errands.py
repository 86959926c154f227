from checker.exercise import Exercise

errands = Exercise(
    "errands",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        'Which line of `letter` runs when `letter("bill")` is called?',
        "During the first second, who runs and who waits? Has anybody begun to read?",
        "Which of the two coroutines is awaited first, and when does the other one begin?",
    ],
)
