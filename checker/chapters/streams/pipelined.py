from checker.exercise import Exercise

pipelined = Exercise(
    "pipelined",
    kind="predict",
    asks=("prints", "takes"),
    hints=[
        "Does `write` wait for an answer? How many lines has the server got at 0 s?",
        "The server rests for 1 s before each answer. At which moments are the three answers sent?",
        "From 1 s to 4 s nobody reads. Where are the answers that come meanwhile, and how many of "
        "them can one `read(100)` take?",
    ],
)
