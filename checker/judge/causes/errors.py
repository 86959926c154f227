"""Exceptions: one that came out, one where nobody hears of it, one that was swallowed.

As in `ending`, a function returns None, or what it saw.
"""

from checker.judge.source import called_too_soon, handing_line
from checker.judge.unmet import Checked, Left, Raised, Took


def raised(case):
    failure, unmet = case.failure, case.unmet
    may_raise = isinstance(unmet, Checked) and unmet.may_raise
    if failure is None or isinstance(unmet, (Raised, Took, Left)) or may_raise:
        return None  # `Raised` asks for one
    line = failure.line or case.answer.last_line() or case.answer.usual_line()
    if failure.of and failure.of[0].line:
        line = failure.of[0].line  # what went wrong, rather than where the group was opened
    if failure.type == "SystemExit":
        return f"It asks Python to exit at {case.at(line)}. Return instead.", line
    members = "".join(f"; inside: {member}" for member in failure.of[:3])
    text = f"{failure}{members}".rstrip(".")
    if "'coroutine' object is not callable" in failure.text and failure.line:
        text += ". It is a coroutine already: leave out the `()`"
    called = called_too_soon(case.answer.source) if "not callable" in failure.text else None
    if called and not failure.where:
        return f"{text}. {_handed(case, *called)}", called[0]
    return f"{text}. It happened at {case.at(line)}.", line


def _handed(case, line, call):
    name = call.partition("(")[0]
    text = f"`{call}` is called on the spot, and its result handed over, at {case.at(line)}"
    return f"{text}. Hand over `{name}` itself."


def unheard(case):
    """Something came out of a callback or a thread, where nobody waits for it."""
    if case.run.failure is not None and isinstance(case.unmet, (Raised, Left)):
        return None
    failures = case.run.unheard
    if not failures:
        return None
    failure = failures[0]
    called = called_too_soon(case.answer.source) if "not callable" in failure.text else None
    if called:
        return f"{failure}. {_handed(case, *called)}", called[0]
    line = failure.line or handing_line(case.answer.source) or case.line()
    text = f"{failure}".rstrip(".")
    text += f". It came out of {failure.where}, where nobody waits for it"
    return f"{text}: {case.at(line)}.", line


def wrong_error(case):
    failure = case.run.failure
    if failure is None or not isinstance(case.unmet, Raised):
        return None
    return f"{failure}, from {case.at(failure.line)}.", failure.line


def error_swallowed(case):
    expected_error = isinstance(case.unmet, Raised) and case.run.returned
    if case.run.stop is not None:
        return None
    hidden = [t for t in case.tasks[1:] if t.ended == "failed" and not t.retrieved]
    if hidden:
        task = hidden[0]
        where = case.at(task.failure.line or task.made_line)
        text = f"`{task.name}` failed with {task.failure}, and nobody awaited it ({where})."
        return text, task.failure.line or task.made_line, task.ended_at, task.number
    failed = [c for c in case.run.calls if c.outcome == "failed"]
    if expected_error and failed:
        text = f"`{failed[0]}` failed, and the caller was not told: no exception came out."
        return text, failed[0].line or case.line(), failed[0].end, failed[0].task
    return None
