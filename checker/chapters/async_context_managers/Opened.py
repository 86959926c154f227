from checker.chapters.async_context_managers.shared import (
    came_out,
    closed_when_cancelled,
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
    [name] = room.names
    run = observe_used(opened, answer, room)
    run.part("bound").equals(
        room.key(name), f"`as` to get {room.key(name)!r}", why="`as` gets what `__aenter__` returns"
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
    room = one_room(inputs, {"open": "OSError: stuck"})
    run = observe_used(opened, answer, room)
    came_out(run, "OSError")
    closes = [text for text in run.calls_of("room").texts if "close" in text]
    run.check(not closes, "no call of `room.close`", "there was one", in_turn=True)
