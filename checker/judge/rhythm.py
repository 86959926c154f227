"""What a rule may expect of the order of steps, and of calls on a beat."""

from collections.abc import Sequence

from checker.engine.record import Call
from checker.judge.answer import Answer
from checker.judge.expect import Observed
from checker.judge.unmet import Returned, Took
from checker.judge.wording import list_of_times

OFF = 0.0005  # seconds that a call may be beside its beat


def made_in_turn(run: Observed, answer: Answer, names: Sequence[str], steps: Sequence[int]) -> None:
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
    expected, seen = (f"{after} {next(iter(which[first:]), 'nothing')}" for which in (wanted, made))
    line = answer.line_with(".send(")
    raise Returned(run, expected, seen, value=wanted, result=made, line=line)


def on_beats(run: Observed, service: str, beats: Sequence[float]) -> None:
    """The calls of the service began at these seconds, and nothing held the loop meanwhile."""
    run.ended()
    held = [block for block in run.blocked if block.exact]
    run.check(not held, "waits that let others run", "it held the loop", in_turn=True)
    calls = run.calls_of(service)
    off = [abs(came - beat) for came, beat in zip(calls.times, beats, strict=False)]
    first = next((n for n, seconds in enumerate(off) if seconds > OFF), None)
    if first is None and len(calls) == len(beats):
        return
    why, line = f"It made {len(calls)} calls, and {len(beats)} were wanted", None
    if first is not None:
        why = f"Call {first + 1} begins at {round(calls[first].start, 3):g} s, "
        why += "which is not its beat"
        line = _line_before(run, calls[first])
    raise Took(
        run,
        f"calls at {list_of_times(round(beat, 3) for beat in beats)}",
        f"they came at {list_of_times(round(came, 3) for came in calls.times)}",
        seconds=beats[-1],
        in_turn=True,
        polls=max(off, default=0) < 1,
        why=why,
        line=line,
    )


def _line_before(run: Observed, call: Call) -> int | None:
    """The line of the wait that ended when the call began; that of the call if there is none."""
    waits = [s for t in run.own_tasks for s in t.spans if s.line and s.end == call.start]
    last = max(waits, key=lambda span: span.start, default=None)
    return last.line if last else call.line
