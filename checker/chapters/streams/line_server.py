from checker.chapters.streams.shared import drawn_lines
from checker.exercise import Exercise
from checker.judge import duration, list_of_times, observe
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


ODD = 0.374  # seconds by which a moment is beside a whole second: who looks now and then is late
A_LITTLE = 2  # seconds that the end of a visit may take, where the rest cannot be sent


def _drawn_visit(inputs, connects, *times, leaves):
    """A client that connects, sends lines at these moments, and leaves. Times are seconds.

    Returns:
        its visit, as `checker.lab.scenes.streams.line_served` wants it, and what it should see.
    """
    lines = drawn_lines(inputs, len(times))
    visit = {"connects": connects, "lines": list(zip(times, lines, strict=True)), "leaves": leaves}
    answers = [line.decode().upper() for line in lines]
    return visit, {"answers": answers, "ended": float(leaves)}


def _observe_server(answer, visits, stop_at, grace):
    call = f"line_server(started, stop, {grace}), where stop is set at {duration(stop_at)}"
    return observe(scenes.line_served, answer, visits, stop_at, grace, call=call)


def _ended_at(run, seconds, why=None, line=None):
    """The server ended at this moment."""
    expected = f"the end at {duration(seconds)}"
    ended = run.part("ended").value
    run.time_is(
        ended,
        seconds,
        "ended at",
        expected=expected,
        whole=True,
        in_turn=True,
        line=line,
        why=why,
    )


@line_server.rule("Each line comes back in capitals; many clients are served at once.")
def server_answers(answer, inputs):
    visits, seen = zip(
        _drawn_visit(inputs, 1, 2, 9, leaves=12),
        _drawn_visit(inputs, 3, 4, 5, leaves=inputs.randint(6, 8)),
        _drawn_visit(inputs, 3.5, 4, leaves=10),
        strict=True,
    )
    run = _observe_server(answer, list(visits), 20, 5)
    visits = run.part("visits")
    counts = [len(visit.get("answers", ())) if visit != "open" else 0 for visit in visits.value]
    all_came = counts == [len(visit["answers"]) for visit in seen]
    run.check(
        not any(isinstance(visit, dict) and "refused" in visit for visit in visits.value),
        "a server that lets everybody in",
        "a client was refused",
        line=answer.line_with("started("),
        why="At the port that is told here, nobody listens then",
    )
    ends = [visit.get("ended", 0) if visit != "open" else visit for visit in visits.value]
    wanted = [visit["ended"] for visit in seen]
    limit = answer.line_with("timeout(") or answer.line_with("wait_for(")
    cut = any(end != "open" and end < due for end, due in zip(ends, wanted, strict=True))
    run.check(
        not (cut and limit),
        f"visits that end at {list_of_times(wanted)}",
        f"the client's connection ended at {list_of_times(e for e in ends if e != 'open')}",
        line=limit,
        why="Clients are cut off by this limit while the server still runs",
    )
    visits.returned(list(seen), line=answer.line_with(".write(") if all_came else None)


@line_server.rule("From `stop` on nobody is let in; it ends when the last client has left.")
def server_stops(answer, inputs):
    stop = inputs.randint(5, 8) + ODD
    stays, seen = _drawn_visit(inputs, 1, 2, stop + 2, leaves=round(stop + 4, 3))
    comes, _ = _drawn_visit(inputs, stop + 1, stop + 2, leaves=stop + 3)
    run = _observe_server(answer, [stays, comes], stop, 30)
    may_stay = run.part("visits").value[0] in (seen, "open")
    why = None if may_stay else "A client is cut off that could have stayed"
    _ended_at(run, round(stop + 4, 3), why)
    run.part("visits").returned([seen, {"refused": round(stop + 1, 3)}])


@line_server.rule("Connections that are still open after `grace` seconds are closed then.")
def server_cuts(answer, inputs):
    stop = inputs.randint(5, 8) + ODD
    grace = inputs.randint(3, 9)
    stays, seen = _drawn_visit(inputs, 1, 2, leaves=200)
    stays_too, seen_too = _drawn_visit(inputs, 1.25, 2.5, leaves=200)
    other, other_seen = _drawn_visit(inputs, 1.5, 3, leaves=round(stop + 1, 3))
    run = _observe_server(answer, [stays, stays_too, other], stop, grace)
    end = round(stop + grace, 3)
    looks = answer.line_with("stop.is_set()") if 0 < run.part("ended").value - end <= 1 else None
    why = "It looks at `stop` now and then, where it could wait for it" if looks else None
    _ended_at(run, end, why, looks)
    seen["ended"] = seen_too["ended"] = end
    run.part("visits").returned([seen, seen_too, other_seen])
    _cuts_the_deaf(answer, stop, grace)


def _cuts_the_deaf(answer, stop, grace):
    """A client that does not read is cut off as well, though the rest cannot be sent."""
    call = f"line_server(started, stop, {grace}), where stop is set at {duration(stop)} and a "
    call += "client sends much and never reads"
    run = observe(scenes.line_served, answer, [{"deaf": True}], stop, grace, call=call)
    ended = run.part("ended").value
    end = round(stop + grace, 3)
    run.check(ended <= end + A_LITTLE, f"the end at {duration(end)}", f"it ended at {ended:g} s")


@line_server.rule("With nobody there, it ends at `stop`; nothing is left behind.")
def server_empty(answer, inputs):
    stop = inputs.randint(5, 8)
    visit, _ = _drawn_visit(inputs, 1, 2, leaves=3)
    run = _observe_server(answer, [visit], stop, 50)
    _ended_at(run, stop)
    run.left_nothing_behind()
    for turns in range(8):
        call = f"line_server(started, stop, 3), where a client comes {turns} turns before stop"
        run = observe(scenes.met_at_the_door, answer, turns, 3, call=call)
        run.left_nothing_behind()
