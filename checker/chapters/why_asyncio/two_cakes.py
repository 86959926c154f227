from checker.exercise import Exercise

two_cakes = Exercise(
    "two_cakes",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "`start` returns at once. Which lines does the main thread run while both cakes bake?",
        "At which second is each cake out, if both are put in at 0 s?",
        "`join` waits until that one thread has ended. When is the main thread back from the first "
        "`join`, and does the second one have anything left to wait for?",
    ],
)
