from checker.exercise import Exercise
from checker.judge import duration, observe
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


def _open(answer, is_open, seconds, sold):
    """A shop that is open or shut; `seconds`: how long asking, unlocking and selling take."""
    asking, unlocking, selling = seconds
    return observe(
        answer,
        Named("is_open", [asking], [is_open, True]),
        Named("unlock", [unlocking], [None]),
        Named("sell", [selling], [sold]),
        call=f"open_shop(is_open, unlock, sell), where is_open() gives {is_open}",
    )


@open_shop.rule("A shop that is shut is unlocked, and then it sells.")
def shut_shop(answer, inputs):
    seconds = inputs.seconds(3)
    [sold] = inputs.words(1)
    run = _open(answer, False, seconds, sold)
    run.ended()
    run.check(
        run.calls_of("unlock"),
        "a call of unlock()",
        "there was none",
        line=answer.line_with("unlock()"),
        why="The shop was shut, and nobody unlocked it",
    )
    starts = {"is_open": 0, "unlock": seconds[0], "sell": seconds[0] + seconds[1]}
    in_order = all(run.calls_of(name).times == [start] for name, start in starts.items())
    seen = ", ".join(f"{call} at {duration(call.start)}" for call in run.calls)
    run.check(in_order, "is_open(), unlock(), sell(), one after the other", seen, in_turn=True)
    run.returned(sold)


@open_shop.rule("A shop that is open is not unlocked; it sells at once.")
def open_already(answer, inputs):
    [sold] = inputs.words(1)
    run = _open(answer, True, inputs.seconds(3), sold)
    run.called("unlock")
    run.returned(sold)


@open_shop.rule("It returns what was sold, whatever that is.")
def what_was_sold(answer, inputs):
    for sold in (None, 0, "", inputs.words(1)):
        run = _open(answer, True, inputs.seconds(3), sold)
        run.returned(sold)
        run.left_nothing_behind()
