from checker.exercise import Exercise

brunch = Exercise(
    "brunch",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        '`gather` is called before "table" is printed. When do its members take their first step?',
        "In which order do the two dishes end, and in which order does `gather` return them?",
        "In the comprehension, is there a second task before the first one is awaited to its end?",
    ],
)
