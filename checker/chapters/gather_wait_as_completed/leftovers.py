from checker.exercise import Exercise

leftovers = Exercise(
    "leftovers",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "When does each of the three pages end, and which of them is awaited first?",
        "The loop is left at 2 s. What becomes of the page that has not arrived by then?",
        "Does `wait` wait for its 5 s if all tasks are done before that? What is a failed task?",
    ],
)
