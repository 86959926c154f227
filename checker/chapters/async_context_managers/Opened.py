from checker.chapters.async_context_managers.shared import (
    as_gets_key,
    closed_when_cancelled,
    not_opened,
    observe_used,
    one_room,
    opened_and_closed,
)
from checker.exercise import Exercise

opened = Exercise(
    "Opened",
    kind="write",
    is_async=False,
    hints=[
        "Which two methods does `async with` call, and which of them returns what `as` gets?",
        "Both calls of `room` take time. What does it need to wait for them?",
        "What does a returned True say to `async with`? What does no `return` say?",
    ],
)


@opened.rule("Entering opens the room, and `as` gets its key.")
def key(answer, inputs):
    room = one_room(inputs)
    run = observe_used(opened, answer, room)
    as_gets_key(answer, run, room)
    run.part("early").equals(
        False,
        "the room to be opened on entering",
        "it was opened before",
        line=answer.line_with("create_task(") or answer.line_of("__init__"),
        why="The room is opened when the object is made, not on entering",
        in_turn=True,
    )


@opened.rule("Leaving closes it, when the body is done.")
def well(answer, inputs):
    opened_and_closed(opened, answer, inputs, "")


@opened.rule("If the body fails, the room is closed, and the error comes out.")
def fails(answer, inputs):
    opened_and_closed(opened, answer, inputs, "LookupError")


@opened.rule("If its user is cancelled in the body, the room is closed.")
def cancelled(answer, inputs):
    closed_when_cancelled(opened, answer, inputs)


@opened.rule("If the room does not open, its error comes out, and nothing is closed.")
def stuck(answer, inputs):
    not_opened(opened, answer, inputs)
