from checker.exercise import Exercise

stop_and_go = Exercise(
    "stop_and_go",
    kind="predict",
    asks=("prints",),
    hints=[
        "Which callbacks were in line when the turn began in which `stop` was called?",
        "Does `call_soon` need a loop that runs? When does the callback run?",
        "In the second run: who stands first in line, the callback or the first step of `nap`?",
    ],
)
