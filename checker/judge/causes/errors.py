"""Exceptions: one that came out, one where nobody hears of it, one that was swallowed.

As in `ending`, a function returns None, or what it saw.
"""

import ast
import re

from checker.judge import source
from checker.judge.causes import blocks
from checker.judge.causes.case import begins
from checker.judge.source import called_too_soon, handing_line
from checker.judge.unmet import Checked, Left, Raised, Took


def raised(case):
    failure, unmet = case.failure, case.unmet
    may_raise = isinstance(unmet, Checked) and unmet.may_raise
    if failure is None or isinstance(unmet, (Raised, Took, Left)) or may_raise:
        return None  # `Raised` asks for one
    line = failure.line or case.usual_line()
    if failure.of and failure.of[0].line:
        line = failure.of[0].line  # what went wrong, rather than where the group was opened
    if failure.type == "SystemExit":
        return f"It asks Python to exit at {case.at(line)}. Return instead.", line
    members = "".join(f"; inside: {member}" for member in failure.of[:3])
    text = f"{failure}{members}".rstrip(".")
    member = _member_of_library(case, failure)
    if member:
        line = member.made_line
        return f"{text}. It came out of the member that {case.at(line)}, starts.", line
    if "'coroutine' object is not callable" in failure.text and failure.line:
        text += ". It is a coroutine already: leave out the `()`"
    called = called_too_soon(case.answer.source) if "not callable" in failure.text else None
    if called and not failure.where and case.has_run(called[0]):
        return f"{text}. {_handed(case, *called)}", called[0]
    protocol = blocks.no_manager(case, failure) if failure.line is None else None
    if protocol:
        return f"{text}. {protocol[0]}", protocol[1]
    if failure.type == "RuntimeError" and failure.text in _TOLD_THE_END:
        # Python makes that of it when the function is over, at a line that differs by version.
        told = ("raise StopIteration", "anext(", "__anext__(", ".asend(", "next(")
        line = next(filter(None, map(case.line_with, told)), line)
    misfit = _misfit_line(case, failure) if failure.line is None else None
    if misfit:
        line = misfit
        return f"{text}. It is called with other arguments: {case.at(line)}.", line
    if line is None:
        return f"{text}.", None
    inner = failure.of[0] if failure.of else failure
    told = advice(case, inner.type, inner.text, line)
    return f"{text}. It happened at {case.at(line)}.{told}", line


def _member_of_library(case, failure):
    """The member of a group out of which the first error of the group came, if no line of the
    answer's raised it: the coroutine is another one's."""
    if not failure.of or failure.of[0].line or failure.of[0].of:
        return None
    failed = (t for t in case.tasks[1:] if t.ended == "failed" and case.has_run(t.made_line))
    return next((t for t in failed if str(t.failure) == str(failure.of[0])), None)


def _misfit_line(case, failure):
    """Where the answer, or a method of it, is defined that could not be called with the arguments
    that it gets; None if it was not that."""
    name = re.escape(case.answer.name)
    misfit = rf"(?:\w+\.)*{name}(?:\.(\w+))?\(\) (?:takes|missing|got) "
    found = re.match(misfit, failure.text)
    if failure.type != "TypeError" or not found:
        return None
    method = found.group(1)
    return case.answer.method_line(method) if method else case.answer.definition_line()


_TOLD_THE_END = {
    "coroutine raised StopIteration": "An `__anext__` says by StopAsyncIteration that it is over.",
    "async generator raised StopIteration": "Catch it there, and `return`.",
    "async generator raised StopAsyncIteration": "Catch it there, and `return`.",
}
# What Python says of somebody who takes an async generator for something else: what to do.
_OF_A_GENERATOR = (
    ("just-started async generator", "Its first step must be `anext`, or `asend(None)`."),
    ("'async_generator' object is not iterable", "Walk through it with `async for`."),
    ("'async_generator' object is not an iterator", "Take a step with `await anext(…)`."),
    ("async_generator can't be used in 'await'", "Walk through it with `async for`."),
    ("'async_generator' object can't be awaited", "Walk through it with `async for`."),
    ("requires an object with __aiter__ method", "Plain `for` is for what has plain items."),
    ("asynchronous generator is already running", "It takes one step at a time."),
)


def advice(case, kind, text, line):
    """What to do about an exception of this type and text, where the text does not say it."""
    if "unhashable type: 'list'" in text and source.without_star(case.answer.source, line):
        return " `gather` takes them one by one: write a star before the list, `gather(*…)`."
    if "on un-acquired lock" in text:
        return " Whoever waits or notifies holds the condition: write it inside its `async with`."
    if "'bool' object is not callable" in text and "wait_for(" in case.answer.quote(line):
        return " `wait_for` asks again and again: hand over a function, `lambda: …`."
    if "await wasn't used with future" in text:
        return " What stands there is a future: await it first."
    if "NoneType" in text and ("can't be awaited" in text or "'await' expression" in text):
        return " A plain function has returned already, and gave None: call it without `await`."
    if "Set of Tasks/Futures is empty" in text:
        return " `wait` needs at least one task: where there may be none, ask first."
    if "_wait_for_one" in text or ("'coroutine' object has no attribute" in text and _asks(case)):
        text = " `as_completed` gives coroutines of its own, not the tasks that you handed over"
        return f"{text}: let each of those return its name, too."
    if kind == "RuntimeError" and text in _TOLD_THE_END:
        return f" {_TOLD_THE_END[text]}"
    if kind == "StopAsyncIteration":
        return " The iterator is over there. Catch it, or let `async for` do so."
    told = next((told for part, told in _OF_A_GENERATOR if part in text), "")
    if kind in ("TypeError", "RuntimeError") and told:
        return f" {told}"
    asked = source.asked_of_a_task(case.answer.source, line)
    if kind == "CancelledError" and asked:
        return f" `{asked}` raises it where the task was cancelled: ask `cancelled()` first."
    if kind == "CancelledError" and source.gathers(case.answer.source, line) == "raises":
        text = " A member was cancelled, and `gather` raises what that one raised"
        return f"{text}. With `return_exceptions=True` it stands in the list instead."
    return ""


def _asks(case):
    """Whether the answer has asked `as_completed` for what it waits for."""
    return case.line_with("as_completed(") is not None


def not_caught(case):
    """A cancellation came to a `try`, and `except Exception` let it pass."""
    if isinstance(case.unmet, Left) and case.unmet.why:
        return None  # the rule knows better
    if case.ran is None or case.point is not None:
        return None
    if isinstance(case.unmet, Took) and case.run.returned:  # that it came out, the scene has seen
        return None
    asked = any(
        cancel.by == "rule" or task.name == case.answer.name
        for task in case.tasks
        for cancel in task.cancels
    )
    for passed in case.ran.trace.passed:
        clause = case.ran.clause(passed)
        if passed.type != "CancelledError" or clause is None or clause[1]:
            continue
        # Asked to stop itself, it has to let that out; but clean-up may stand in the clause.
        if asked and not isinstance(clause[0].body[-1], ast.Raise):
            continue
        if source.names_in(clause[0]) == ["Exception"]:
            line = clause[0].lineno
            text = f"CancelledError came to {case.at(passed.line)}"
            return (
                f"{text}. {begins(case.at(line))}, does not catch it: it is no `Exception`.",
                line,
            )
    return None


def called_at_once(case):
    """What gives None is called where a function is to be handed over."""
    called = called_too_soon(case.answer.source, giving_none=True)
    if called is None or not case.has_run(called[0]):
        return None
    return _handed(case, *called), called[0]


def missing_name(case):
    """A name that nothing has, wherever the exception went to."""
    failures = [case.run.failure, *(task.failure for task in case.tasks), *case.run.unheard]
    failures += [inner for failure in failures if failure for inner in failure.of]
    missing = [f for f in failures if f and f.type == "NameError" and "is not defined" in f.text]
    if not missing:
        return None
    line = missing[0].line or case.answer.usual_line()
    text = f"{missing[0]}".rstrip(".")
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
    if called and case.has_run(called[0]):
        return f"{failure}. {_handed(case, *called)}", called[0]
    handing = handing_line(case.answer.source)
    line = failure.line or (handing if case.has_run(handing) else case.line())
    text = f"{failure}".rstrip(".")
    text += f". It came out of {failure.where}, where nobody waits for it"
    return f"{text}: {case.at(line)}.", line


def wrong_error(case):
    failure = case.run.failure
    if failure is None or not isinstance(case.unmet, Raised):
        return None
    text = f"{failure}".rstrip(".") + f", from {case.at(failure.line)}"
    lines = [int(line) for _, line, _ in failure.frames]
    again = next((line for line in lines if case.answer.quote(line).startswith("raise ")), None)
    if again and again != failure.line:  # kept for later: that line has chosen it
        return f"{text}; {case.at(again)}, raises it again.", again
    told = advice(case, failure.type, failure.text, failure.line) if failure.line else ""
    return f"{text}.{told}", failure.line


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
    hushed = _returned_over(case) if expected_error else None
    if hushed:
        return hushed
    as_values = case.line_with("return_exceptions=True") if expected_error else None
    caught = case.ran.caught("Exception") if expected_error and case.ran else None
    # In the clause itself, it waits for what is left.
    if as_values and not (caught and caught[1].lineno < as_values <= caught[1].end_lineno):
        text = f"{begins(case.at(as_values))}, makes a value of each exception"
        return f"{text}: none comes out.", as_values
    failed = [c for c in case.run.calls if c.outcome == "failed"]
    if expected_error and failed:
        text = f"`{failed[0]}` failed, and the caller was not told: no exception came out."
        if caught:
            line = caught[1].lineno
            text += f" {begins(case.at(line))}, catches it."
            return text, line, failed[0].end, failed[0].task
        return text, failed[0].line or case.line(), failed[0].end, failed[0].task
    again = caught and source.tries_again(case.answer.source, caught[1])
    if caught and not again and case.unmet.expected.startswith(caught[0].type):
        passed, clause = caught
        text = f"{begins(case.at(clause.lineno))}, catches the {passed.type} of line {passed.line}"
        return f"{text}, and the caller was not told.", clause.lineno
    return _group_caught(case) if expected_error else None


def _group_caught(case):
    """Tasks have failed, and a clause has caught the group in which their errors came."""
    failed = [t for t in case.tasks[1:] if t.ended == "failed"]
    caught = case.ran.caught("BaseExceptionGroup") if case.ran else None
    if not failed or caught is None:
        return None
    line, task = caught[1].lineno, failed[0]
    text = f"`{task.name}` failed with {task.failure}, and the caller was not told"
    text += f": no exception came out. {begins(case.at(line))}, catches the group."
    return text, line, task.ended_at, task.number


def _returned_over(case):
    """The `return` in a `finally` that an expected exception came to."""
    for passed in reversed(case.ran.trace.passed if case.ran else ()):
        line = case.ran.returned_over(passed)
        if line:
            text = f"The {passed.type} of line {passed.line} disappears in {case.at(line)}"
            return f"{text}: a `return` in a `finally` drops whatever was raised.", line
    return None
