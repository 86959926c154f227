from checker.chapters.async_context_managers.shared import came_out, never_closed
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.unmet import Closed
from checker.lab.fakes.rooms import Rooms
from checker.lab.scenes import async_context_managers as scenes

open_all = Exercise(
    "open_all",
    kind="build",
    hints=[
        "How many rooms are open when the third one does not open? Who knows which they are?",
        "What keeps any number of clean-ups, and runs them in the reverse order?",
        "One of the rooms fails to close. Which of the others are closed after it?",
    ],
)


def _observe(answer, room, error=""):
    ends = f", and use fails with a {error}" if error else ""
    call = f"open_all(room, {room.names}, use){ends}, where {room}"
    return observe(scenes.with_use, answer, room, room.names, error, call=call)


def _calls(names, opened, closed):
    opens = [f"room.open({name!r})" for name in names[:opened]]
    return opens + [f"room.close({name!r})" for name in reversed(names[:closed])]


@open_all.rule("All rooms are open while use works with their keys; its result is returned.")
def well(answer, inputs):
    for count in (3, 1, 0):
        room = Rooms(inputs.words(count))
        run = _observe(answer, room)
        run.ended()
        came_out(run, "")
        run.part("result").returned(count)
        run.part("keys").equals(
            [room.key(name) for name in room.names],
            line=answer.line_with("use("),
            why="`use` gets something else than the list of the keys",
            in_turn=True,
        )
        run.part("closed_before").equals(
            [],
            "no room to be closed while `use` works",
            "{0[0]} was called before `use` had ended",
            line=answer.line_with("use("),
            why="`use` works with rooms that are closed by then",
            in_turn=True,
        )


@open_all.rule("They are opened in their order, and closed in the reverse order.")
def reverse(answer, inputs):
    room = Rooms(inputs.words(4))
    run = _observe(answer, room)
    run.ended()
    run.at_most(1, "room")
    run.closed("room.open", "room.close")
    run.calls_of("room").are(_calls(room.names, 4, 4))
    run.left_nothing_behind()


@open_all.rule("If use fails, all rooms are closed, and its error comes out.")
def use_fails(answer, inputs):
    room = Rooms(inputs.words(3))
    run = _observe(answer, room, "LookupError")
    run.closed("room.open", "room.close")
    came_out(run, "LookupError")
    run.calls_of("room").are(_calls(room.names, 3, 3))


@open_all.rule("If a room does not open, those that are open are closed; its error comes out.")
def stuck(answer, inputs):
    names = inputs.words(4)
    room = Rooms(names, errors={f"open {names[2]}": "OSError: stuck"})
    run = _observe(answer, room)
    run.closed("room.open", "room.close")
    came_out(run, "OSError")
    never_closed(run, names[2], answer.line_with("push_async"))
    run.calls_of("room").are(_calls(names, 3, 2))


@open_all.rule("If a room fails to close, the others are closed; its error comes out.")
def close_fails(answer, inputs):
    names = inputs.words(4)
    room = Rooms(names, errors={f"close {names[2]}": "OSError: jammed"})
    run = _observe(answer, room)
    calls = run.calls_of("room")
    run.ended()
    for call in reversed(calls):
        if "open" in call.function and call.what.replace("open", "close", 1) not in calls.texts:
            _stayed_open(run, call, calls.line_of(f"room.close({names[2]!r})"))
    came_out(run, "OSError")
    calls.are(_calls(names, 4, 4))


def _stayed_open(run, opened, line):
    """Tell that the room of the call `opened` was never closed."""
    why = "A room fails to close, and those after it stay open"
    raise Closed(
        run,
        "a `room.close` for every `room.open`",
        f"{opened} was never closed",
        opened=opened,
        fault="no `room.close` followed",
        line=line,
        why=why,
    )


@open_all.rule("If it is cancelled while it opens them or works, those that are open are closed.")
def cancelled(answer, inputs):
    room = Rooms(inputs.words(3), closing=0)
    call = f"open_all(room, {room.names}, use), where {room}"
    runs = observe(scenes.with_use, answer, room, room.names, "", call=call, cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
