from checker.chapters.async_context_managers.shared import (
    as_gets_key,
    closed_when_cancelled,
    not_opened,
    observe_used,
    one_room,
    opened_and_closed,
)
from checker.exercise import Exercise

lent = Exercise(
    "lent",
    kind="repair",
    shipped="resource_leaked",
    is_async=False,
    hints=[
        "Where in the generator does an error of the body arrive?",
        "Which lines after the `yield` run then?",
        "Which part of a `try` runs on every way out, and where does its `try` begin?",
    ],
)


@lent.rule("If all goes well, the room is opened, its key is lent, and it is closed.")
def well(answer, inputs):
    opened_and_closed(lent, answer, inputs, "")
    room = one_room(inputs)
    as_gets_key(answer, observe_used(lent, answer, room), room)


@lent.rule("If the body fails, the room is closed, and the error comes out.")
def fails(answer, inputs):
    opened_and_closed(lent, answer, inputs, "LookupError")


@lent.rule("If its user is cancelled in the body, the room is closed.")
def cancelled(answer, inputs):
    closed_when_cancelled(lent, answer, inputs)


@lent.rule("If the room does not open, its error comes out, and nothing is closed.")
def stuck(answer, inputs):
    not_opened(lent, answer, inputs)
