"""How a request to stop a task shows in the record: it was one too many, or it was swallowed.

As in `ending`, a function returns None, or what it saw.
"""

import ast
import itertools

from checker.judge.expect import EXACT
from checker.judge.unmet import AtMost, Printed, Raised, Took
from checker.judge.wording import duration

_SLIPS = ("AttributeError", "NameError", "TypeError", "UnboundLocalError")


def cancelled_too_much(case):
    if isinstance(case.unmet, (AtMost, Took, Printed)) or case.point:
        return None
    if case.unmet.observed.stops_any:
        return None
    for call in case.run.calls:
        if call.outcome != "cancelled" or any(
            abs(call.end - s) < EXACT for s in case.unmet.observed.stops
        ):
            continue
        task = case.run.tasks[call.task] if call.task is not None else None
        asked = next((c for c in task.cancels if c.at == call.end), None) if task else None
        if asked and asked.by not in ("end", "service", "rule"):
            failure = case.run.failure
            expected_end = failure is None or failure.type in ("CancelledError", "TimeoutError")
            if not expected_end and asked.by != "group":
                continue
            if failure is not None and asked.by == "group" and not _service_failed(case):
                continue  # the answer itself has raised what ended the group
            if asked.by == "group" and isinstance(case.unmet, Raised):
                continue  # an error is to come out, so the others are to end
            if asked.by == "group" and not _others_failed(case):
                continue  # a mistake of the answer's own ended the group: that is to be told
            before = next((c for c in task.cancels if c.at < asked.at and not c.undone), None)
            asked, handed_on_at = _origin(case, task, asked)
            text = f"`{call}` was cancelled at {duration(call.end)}"
            if asked.by == "group":
                ended = _group_ended(case, task, asked)
                if ended:
                    return f"{text}: {ended[0]}", ended[1], call.end, call.task
            why = "its limit was over" if asked.by == "timeout" else "it was told to stop"
            if before:
                why = f"it had been told to stop at {duration(before.at)}, and was told again"
            line = asked.line or handed_on_at or (asked.by == "timeout" and call.line)
            line = line or case.usual_line()
            text += f": {why}"
            return f"{text}. Look at {case.at(line)}.", line, call.end, call.task
    return None


def _group_ended(case, task, asked):
    """Why its group made this request, and the line to look at, or None: another member has
    failed, or there was a limit around the group.
    """
    failed = (t for t in case.tasks if t.ended == "failed" and t.ended_at == asked.at)
    others = (t for t in failed if t is not task and t.number != task.parent)
    failing = next((t for t in others if t.failure.line or t.made_line), None)
    if failing:
        line = failing.failure.line or failing.made_line
        text = f"one failure ends the whole group. {failing.failure} came out of the member"
        return f"{text} at {case.at(line)}.", line
    for parent in case.tasks:
        limits = [c for c in parent.cancels if c.at == asked.at and c.by == "timeout"]
        if parent.number == task.parent and limits:
            spans = (s for s in parent.spans if s.start <= asked.at <= s.end and s.line)
            line = next((s.line for s in spans), None) or case.usual_line()
            return f"the limit around its group was over. Look at {case.at(line)}.", line
    return None


def asked_twice(case):
    """A task that cleans up is asked to stop again, and leaves its clean-up for that."""
    for task in case.tasks:
        for first, second in itertools.pairwise(task.cancels):
            cut = task.ended == "cancelled" and task.ended_at == second.at > first.at
            if not cut or second.by in ("end", "service", "rule") or second.undone:
                continue
            line = second.line or task.made_line
            text = f"`{task.name}` was asked to stop at {duration(first.at)}, and cleaned up"
            text += f"; at {duration(second.at)} it was asked again, and left at once"
            return f"{text}. Look at {case.at(line)}.", line, second.at, task.number
    return None


def _others_failed(case):
    """Whether what ended a group was, or may have been, the failure of somebody's service."""
    failed = [task.failure for task in case.tasks if task.ended == "failed" and task.failure]
    return _service_failed(case) or not any(failure.type in _SLIPS for failure in failed)


def _service_failed(case):
    """Whether a call of a service has failed."""
    return any(call.outcome == "failed" for call in case.run.calls)


def request_kept(case):
    """The answer has asked itself to stop, carried on, and the request still counts."""
    if case.point is not None or (isinstance(case.unmet, Took) and case.unmet.why):
        return None
    for task in case.tasks:
        if task.name != case.answer.name or task.ended != "done":
            continue
        for cancel in task.cancels:
            if cancel.by == "answer" and cancel.line and not cancel.undone:
                text = f"`{task.name}` asks itself to stop at {case.at(cancel.line)}, and goes on"
                text += "; the request still counts. Take it back with `uncancel()`."
                return text, cancel.line, cancel.at, task.number
    return None


def cancellation_swallowed(case):
    if isinstance(case.unmet, Took) and case.unmet.why:  # the rule knows better
        return None
    for task in case.tasks:
        for cancel in task.cancels:
            later = [s for s in task.spans if s.start >= cancel.at and s.seconds]
            # One wait of a task that was left may be its clean-up.
            went_on = task.ended == "done" or (task.ended == "left" and len(later) > 1)
            went_on = went_on or (task.ended == "left" and _kept(case, task, cancel))
            if cancel.undone or cancel.by == "group" or not went_on:
                continue
            if case.point is not None and case.point.cancelled == task.number:
                text, line = f"`{task.name}` was asked to stop, and went on", case.point.line
                caught = case.ran.caught("CancelledError") if case.ran else None
                if caught and caught[0].line == line:
                    line = caught[1].lineno
                    text += f": {case.at(line)}, catches the cancellation"
                return f"{text}.", line, cancel.at, task.number
            before = [s.line for s in task.spans if s.start < cancel.at <= s.end and s.line]
            line = before[-1] if before else cancel.line
            text = f"`{task.name}` was asked to stop at {duration(cancel.at)}"
            text += f", at {case.at(line)}, and went on"
            caught = case.ran.caught("CancelledError") if case.ran else None
            if caught and (caught[0].line == line or not task.spans):
                line = caught[1].lineno
                text += f": {case.at(line)}, catches the cancellation"
            return f"{text}.", line, cancel.at, task.number
    return None


def _kept(case, task, cancel):
    """Whether a clause has caught the request, and does not hand it on."""
    caught = case.ran.caught("CancelledError") if case.ran else None
    if caught is None or isinstance(caught[1].body[-1], ast.Raise):
        return False
    lines = [s.line for s in task.spans if s.start <= cancel.at <= s.end]
    return caught[0].line in lines or not task.spans


def _origin(case, task, asked):
    """The first of the requests that were handed on until `asked` was made of `task`, and the line
    of the last await through which it went."""
    line, known = None, set()
    while asked.by == "await" and task.number not in known:
        known.add(task.number)
        request = next(_handed_on(case, task, asked), None)
        if request is None:
            break
        task, asked, at = request
        line = line or at
    return asked, line


def _handed_on(case, task, asked):
    """Who awaited the task when it was asked, the request made to that one, and its line."""
    for other in case.tasks:
        request = next((c for c in other.cancels if c.at == asked.at), None)
        waiting = (s for s in other.spans if s.start <= asked.at <= s.end and task.number in s.on)
        span = next(waiting, None)
        if request and span and other is not task:
            yield other, request, span.line
