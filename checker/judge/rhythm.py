"""What a rule may expect of the order of steps, and of calls on a beat."""

from checker.judge.expect import Unmet, moments

OFF = 0.0005  # seconds that a call may be beside its beat


def made_in_turn(run, answer, names, steps):
    """The run returned its steps, "tea 1" and so on, one of each job in turn.

    Args:
        names: the jobs, in their order.
        steps: how many steps each of them has.
    """
    jobs = list(zip(names, steps, strict=True))
    wanted = [f"{name} {n}" for n in range(1, max(steps) + 1) for name, many in jobs if many >= n]
    made = run.value
    if made == wanted:
        return
    pairs = enumerate(zip(wanted, made, strict=False))
    first = next((n for n, (want, got) in pairs if want != got), min(len(wanted), len(made)))
    after = f"after {wanted[first - 1]} comes" if first else "first comes"
    texts = [f"{after} {next(iter(which[first:]), 'nothing')}" for which in (wanted, made)]
    line = answer.line_with(".send(")
    raise Unmet(run, "returned", *texts, value=wanted, result=made, line=line)


def on_beats(run, service, beats):
    """The calls of the service began at these seconds, and nothing held the loop meanwhile."""
    run.ended()
    held = [block for block in run.run.blocked if block.exact]
    run.so(not held, "waits that let others run", "it held the loop", in_turn=True)
    calls = [call for call in run.run.calls if call.service == service]
    off = [abs(call.start - beat) for call, beat in zip(calls, beats, strict=False)]
    first = next((n for n, seconds in enumerate(off) if seconds > OFF), None)
    if first is None and len(calls) == len(beats):
        return
    came = [round(call.start, 3) for call in calls]
    texts = f"calls at {moments(round(beat, 3) for beat in beats)}", f"they came at {moments(came)}"
    data = {"seconds": beats[-1], "in_turn": True, "polls": max(off, default=0) < 1}
    data["why"] = f"It made {len(calls)} calls, and {len(beats)} were wanted"
    if first is not None:
        data |= _beside(run.run, calls[first], first)
    raise Unmet(run, "took", *texts, **data)


def _beside(run, call, number):
    """What to say of a call that is not on the beat, and the line of the wait before it."""
    waits = [s for t in run.own_tasks for s in t.spans if s.line and s.end == call.start]
    last = max(waits, key=lambda span: span.start, default=None)
    why = f"Call {number + 1} begins at {round(call.start, 3):g} s, which is not its beat"
    return {"why": why, "line": last.line if last else call.line}
