"""What several exercises of 12_async_context_managers use."""

from checker.judge import observe
from checker.lab.fakes.rooms import Rooms
from checker.lab.scenes import async_context_managers as scenes


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


def came_out(run, error):
    """This error came out of the block, by its type; "" for none."""
    came = run.value["came_out"]
    why = "An error of the body is suppressed that should come out" if error and not came else None
    seen = f"{came or 'none'} did"
    run.check(came == error, f"{error or 'no error'} to come out", seen, why=why, in_turn=True)


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
