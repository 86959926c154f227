from checker.chapters.streams.shared import drawn_lines
from checker.exercise import Exercise
from checker.judge import duration, observe
from checker.lab.scenes import streams as scenes

line_server = Exercise(
    "line_server",
    kind="build",
    hints=[
        "Which call makes the server, and how do you learn which port it got?",
        "`server.close()` lets nobody in any more. Who is there still, and who knows of them? Let "
        "each visit put itself into a set, and take itself out at its end.",
        "`asyncio.wait` knows a limit. When it is over: what ends the wait of a visit for its next "
        "line?",
    ],
)


def _served(answer, visits, stop_at, grace):
    call = f"line_server(started, stop, {grace}), where stop is set at {duration(stop_at)}"
    return observe(scenes.line_served, answer, visits, stop_at, grace, call=call)


def _visit(inputs, connects, *times, leaves):
    """A visit, and what it should see: its answers, and the moment of its end."""
    lines = drawn_lines(inputs, len(times))
    seen = [[line.decode().upper() for line in lines], float(leaves)]
    return [connects, list(zip(times, lines, strict=True)), leaves], seen


@line_server.rule("Each line comes back in capitals; many clients are served at once.")
def server_answers(answer, inputs):
    visits, seen = zip(
        _visit(inputs, 1, 2, 9, leaves=12),
        _visit(inputs, 3, 4, 5, leaves=inputs.randint(6, 8)),
        _visit(inputs, 3.5, 4, leaves=10),
        strict=True,
    )
    run = _served(answer, list(visits), 20, 5)
    run.part(0).returned(list(seen))


@line_server.rule("From `stop` on nobody is let in; it ends when the last client has left.")
def server_stops(answer, inputs):
    stop = inputs.randint(5, 8)
    stays, seen = _visit(inputs, 1, 2, stop + 2, leaves=stop + 4)
    comes, _ = _visit(inputs, stop + 1, stop + 2, leaves=stop + 3)
    run = _served(answer, [stays, comes], stop, 30)
    may_stay = run.part(0).value[0] in (seen, "open")
    why = None if may_stay else "A client is cut off that could have stayed"
    run.time_is(run.part(1).value, stop + 4, "ended at", whole=True, why=why)
    run.part(0).returned([seen, ["refused", stop + 1.0]])


@line_server.rule("After `grace` seconds the rest is cut off; they see the end.")
def server_cuts(answer, inputs):
    stop = inputs.randint(5, 8)
    grace = inputs.randint(3, 9)
    stays, seen = _visit(inputs, 1, 2, leaves=200)
    other, left = _visit(inputs, 1.5, 3, leaves=stop + 1)
    run = _served(answer, [stays, other], stop, grace)
    run.time_is(run.part(1).value, stop + grace, "ended at", whole=True)
    run.part(0).returned([[seen[0], float(stop + grace)], left])


@line_server.rule("With nobody there, it ends at `stop`; nothing is left behind.")
def server_empty(answer, inputs):
    stop = inputs.randint(5, 8)
    run = _served(answer, [_visit(inputs, 1, 2, leaves=3)[0]], stop, 50)
    run.time_is(run.part(1).value, stop, "ended at", whole=True)
    run.left_nothing_behind()
