from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes.coroutines import Named

open_shop = Exercise(
    "open_shop",
    kind="repair",
    shipped="never_awaited",
    hints=[
        "What does a call of a coroutine function give you: its value, or something else?",
        "Is a coroutine object true or false, when `if` looks at it?",
        "Three coroutine functions are called here. How many of these calls are awaited?",
    ],
)


def _observe_shop(answer, inputs, is_open):
    seconds = inputs.seconds(3)
    sold = inputs.words(1)[0]
    services = [
        Named("is_open", seconds[:1], [is_open, True]),
        Named("unlock", seconds[1:2], [None]),
        Named("sell", seconds[2:], [sold]),
    ]
    call = f"open_shop(is_open, unlock, sell), where is_open() gives {is_open}"
    return observe(answer, *services, call=call), seconds, sold


@open_shop.rule("A shop that is shut is unlocked, and then it sells.")
def shut_shop(answer, inputs):
    run, seconds, sold = _observe_shop(answer, inputs, False)
    run.ended()
    why = "The shop was shut, and nobody unlocked it"
    line = answer.line_with("unlock()")
    unlocked = run.calls_of("unlock")
    run.check(unlocked, "a call of unlock()", "there was none", line=line, why=why)
    starts = [run.calls_of(name).times for name in ("is_open", "unlock", "sell")]
    in_order = starts == [[0], [seconds[0]], [sum(seconds[:2])]]
    seen = ", ".join(f"{call.what} at {call.start:g} s" for call in run.calls)
    run.check(in_order, "is_open(), unlock(), sell(), one after the other", seen, in_turn=True)
    run.returned(sold)


@open_shop.rule("A shop that is open is not unlocked; it sells at once.")
def open_already(answer, inputs):
    run, _, sold = _observe_shop(answer, inputs, True)
    run.called("unlock")
    run.returned(sold)


@open_shop.rule("It returns what was sold, whatever that is.")
def what_was_sold(answer, inputs):
    for value in (None, 0, "", [inputs.words(1)[0]]):
        services = [Named("is_open", [1], [True]), Named("unlock", [1], [None])]
        run = observe(answer, *services, Named("sell", [2], [value]))
        run.returned(value)
        run.left_nothing_behind()
