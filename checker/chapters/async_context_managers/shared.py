"""What several exercises of 12_async_context_managers use."""

from checker.judge import observe
from checker.judge.unmet import CameOut, Unopened
from checker.lab.fakes.rooms import Rooms
from checker.lab.scenes import async_context_managers as scenes

ENTER = "def __aenter__"


def one_room(inputs, errors=None):
    """A room with a drawn name, which opens in 1 s and takes a few seconds to be closed.

    Args:
        errors: "open" or "close" → the error that it ends with.
    """
    [name] = inputs.words(1)
    ends = {f"{what} {name}": error for what, error in (errors or {}).items()}
    return Rooms([name], closing=inputs.randint(1, 4), errors=ends)


def observe_used(exercise, answer, room, error=""):
    """Run the answer with a room and a body of 2 s that ends with this error; "": with none."""
    [name] = room.names
    ends = f", and the body fails with a {error}" if error else ""
    call = f"async with {exercise.id}(room, {name!r}) as …{ends}, where {room}"
    return observe(scenes.used, answer, room, name, error, call=call)


def opened_and_closed(exercise, answer, inputs, error):
    """The room was opened once and closed once, whichever way the body ended."""
    room = one_room(inputs)
    [name] = room.names
    run = observe_used(exercise, answer, room, error)
    run.ended()
    run.closed("room.open", "room.close")
    run.called("room", f"room.open({name!r})", f"room.close({name!r})")
    came_out(run, error)
    run.left_nothing_behind()


def not_opened(exercise, answer, inputs):
    """If the room does not open, its error comes out, and nothing is closed."""
    room = one_room(inputs, {"open": "OSError: stuck"})
    run = observe_used(exercise, answer, room)
    came_out(run, "OSError")
    never_closed(run, *room.names)


def came_out(run, error, why=None):
    """This error came out of the block, by its type; "" for none.

    Args:
        why: what is wrong if another one did: a sentence without its full stop.
    """
    came = run.value["came_out"]
    if came != error:
        expected, seen = f"{error or 'no error'} to come out", f"{came or 'none'} did"
        raise CameOut(run, expected, seen, wanted=error, came=came, why=why, in_turn=True)


def never_closed(run, name, line=None):
    """The room with this name did not open, and so it was not closed.

    Args:
        line: the line to name; that of the call, if it is not given.
    """
    call = f"room.close({name!r})"
    if call in run.calls_of("room").texts:
        line = line or run.calls_of("room").line_of(call)
        why = f"{name!r} did not open, and is closed all the same"
        raise Unopened(run, f"no call of `{call}`", "there was one", line=line, why=why)


def as_gets_key(answer, run, room):
    """`as` got the key of the only room."""
    [name] = room.names
    run.part("bound").equals(
        room.key(name),
        f"`as` to get {room.key(name)!r}",
        line=answer.as_line(),
        why=f"`as` gets what {'`__aenter__` returns' if ENTER in answer.source else 'is yielded'}",
        in_turn=True,
    )


def closed_when_cancelled(exercise, answer, inputs):
    """If its user is cancelled in the body, the room is closed, and CancelledError comes out."""
    room = one_room(inputs)
    [name] = room.names
    call = f"async with {exercise.id}(room, {name!r}) as …, cancelled in the body, where {room}"
    run = observe(scenes.cancelled_inside, answer, room, name, call=call)
    run.ended()
    run.closed("room.open", "room.close")
    run.part("cancelled").equals(True, "CancelledError to come out", "it did not", in_turn=True)
    run.left_nothing_behind()
