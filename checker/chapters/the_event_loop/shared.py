"""What several exercises of 07_the_event_loop use."""

from checker.engine.values import short_repr
from checker.judge.compare import same


def took(run, answer, seconds, why="It goes on when it could end"):
    """It took so many seconds.

    Args:
        why: what is wrong if it took longer: a sentence without its full stop. The line that sleeps
            or waits is named then, since it is the likely one.
    """
    line = answer.line_with("sleep(") or answer.line_with("wait(")
    if line is None or run.seconds <= seconds:
        why = None
    run.time_is(run.seconds, seconds, whole=True, line=line, why=why)


def gave(run, value):
    """The answer returned exactly `value`.

    Args:
        run: of a scene that returns, as "outcome", {"returned": …} or {"raised": …}.
    """
    outcome = run.part("outcome").value
    why = "No value is returned" if outcome == {"returned": None} else None
    right = same(outcome, {"returned": value})
    run.check(right, f"{value!r} to be returned", _shown(outcome), why=why)


def let_out(run, error, answer):
    """The error that is written like this, "LookupError('main')", came out of the answer.

    Args:
        run: as for `gave`.
    """
    outcome = run.part("outcome").value
    line = answer.line_with("except ") or answer.line_with("return_exceptions=True")
    why = None
    if line and "returned" in outcome:
        why = "The error is caught, and does not come out"
    right = outcome == {"raised": error}
    run.check(right, f"{error} to be raised", _shown(outcome), why=why, line=why and line)


def _shown(outcome):
    if "raised" in outcome:
        return f"it raised {outcome['raised']}"
    return f"it returned {short_repr(outcome['returned'], 60)}"


def closed_its_loops(run):
    """Every loop that the answer ran was closed in the end: the part "closed" says so."""
    why = "The loop is not closed on every way out"
    run.part("closed").equals(True, "a closed loop", "it is still open", why=why)


def begin_and_end(names):
    """What happens if one begins and ends after the other: "begin a", "end a", "begin b" …"""
    return [f"{what} {name}" for name in names for what in ("begin", "end")]
