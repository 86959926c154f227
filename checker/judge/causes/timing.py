"""How causes of time show in the record: what began too late, held the loop, or never gave up.

As in `ending`, a function returns None, or what it saw.
"""

import dataclasses
import itertools

from checker.judge.causes.case import begins
from checker.judge.expect import EXACT
from checker.judge.inputs import shortest
from checker.judge.unmet import AtLeast, AtMost, Called, Checked, Printed, Took, TooOften
from checker.judge.wording import counted, duration, list_of_times


def blocked_the_loop(case):
    unmet = case.unmet
    if isinstance(unmet, Checked) and unmet.held:  # the rule has seen itself what held it
        line = case.line()
        return f"{unmet.held}: {case.at(line)}. No other task can run meanwhile.", line
    slept_on = case.run.stop and case.run.stop.text == "time.sleep"
    if not isinstance(unmet, (Took, Called, AtLeast, Checked, Printed)) and not slept_on:
        return None
    # A scene may hold the loop itself, to see what the answer makes of it: no line of the answer.
    blocks = _joined(b for b in case.run.blocked if b.line is not None or b.task is None)
    held = [b for b in blocks if b.exact]
    held = held or [b for b in blocks if case.run.charged and b.seconds > 0.05]
    if not held:
        return None
    longest = max(held, key=lambda b: b.seconds)
    if longest.exact:
        alike = all(abs(b.seconds - longest.seconds) < EXACT for b in held)
        most = "" if alike else "up to "
        many = " each time" if len(held) > 1 else ""
        what = f"`{longest.what}` held the loop for {most}{duration(longest.seconds)}{many}"
    else:
        what = "it" if longest.what == "work" else f"`{longest.what}`"
        what += " held the loop for more than 50 ms"
    text = f"{begins(what)}: {case.at(longest.line)}. No other task can run meanwhile."
    return text, longest.line, longest.at, longest.task


def _joined(blocks):
    """The blocks, where joining the threads of a pool counts as one: it has them in no order."""
    joined = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last and _goes_on(last, block):
            joined[-1] = dataclasses.replace(last, seconds=last.seconds + block.seconds)
        else:
            joined.append(block)
    return joined


def _goes_on(last, block):
    same = last.what == block.what == "Thread.join" and last.line == block.line
    return same and abs(last.at + last.seconds - block.at) < EXACT


def too_few_at_once(case):
    if not isinstance(case.unmet, (Took, AtLeast)) or _expected_longer(case) or case.unmet.why:
        return None
    for task in case.tasks:
        for span in task.spans:
            if span.queue.startswith(("Lock", "Semaphore", "BoundedSemaphore", "Condition")):
                text = f"`{task.name}` stood in line for {duration(span.seconds)}"
                text += f" at {case.at(span.line)}"
                return (
                    f"{text}, while only {case.run.peak()} could go.",
                    span.line,
                    span.start,
                    task.number,
                )
    return None


def _waits(case):
    """The stretches in which something outside was waited for: (start, end, what, line, task)."""
    calls = [c for c in case.run.calls if c.end is not None and c.end > c.start]
    if calls:
        return sorted((c.start, c.end, str(c), c.line, c.task) for c in calls)
    spans = [
        (s.start, s.end, s.what, s.line, t.number)
        for t in case.tasks
        for s in t.spans
        if s.is_sleep and s.seconds
    ]
    return sorted(spans, key=lambda w: w[:2])


def _expected_longer(case):
    return isinstance(case.unmet, Took) and case.unmet.seconds > case.run.took


def one_after_the_other(case):
    unmet = case.unmet
    if not isinstance(unmet, (Took, AtLeast, Checked)) or _expected_longer(case):
        return None
    if unmet.in_turn or unmet.why:  # as asked for; the rule knows better
        return None
    if isinstance(unmet, Checked) and unmet.shared:  # that came out wrong: no question of time
        return None
    waits = _waits(case)
    over = 0  # when all waits so far have ended
    for earlier, later in zip(waits, waits[1:], strict=False):
        over = max(over, earlier[1])
        if later[0] >= over:
            return _sequence(case, waits, earlier, later)
    if isinstance(unmet, AtLeast) and len(waits) == 1:  # it came to its end before a second one
        _, end, what, line, task = waits[0]
        text = f"`{what}` is waited for alone: {case.at(line)}, asks for nothing else before it"
        return f"{text} has ended. {unmet.many} could be under way at once.", line, end, task
    return _started_late(case)


def in_rounds(case):
    """A service of which a call began only when all calls before it had ended, while others had
    calls of their own.
    """
    unmet = case.unmet
    if not isinstance(unmet, Took) or _expected_longer(case) or unmet.in_turn or unmet.why:
        return None
    calls = [c for c in case.run.calls if c.end is not None and c.end > c.start]
    for later in sorted(calls, key=lambda call: call.start):
        before = [c for c in calls if c.service == later.service and c.start < later.start]
        if len(before) < 2 or any(call.end > later.start for call in before):
            continue
        evidence = _after_all(before, later) or _one_by_one(before, later)
        if evidence:
            return f"{evidence}: {case.at(later.line)}.", later.line, later.start, later.task
    return None


def _after_all(before, later):
    """What to say if a place that was free stayed empty until all that began together had ended."""
    begun = max(call.start for call in before)
    together = [call for call in before if call.start == begun]
    early = [call for call in together if call.end < later.start]
    if not 0 < len(early) < len(together):
        return ""
    first = min(early, key=lambda call: call.end)
    text = f"`{first}` ended at {duration(first.end)}, and its place stayed empty until"
    return f"{text} {duration(later.start)}, when all that began with it had ended"


def _one_by_one(before, later):
    """What to say if each of these calls began when the one before it had ended."""
    calls = sorted([*before, later], key=lambda call: call.start)
    if any(first.end != second.start for first, second in itertools.pairwise(calls)):
        return ""
    return f"`{later}` starts at {duration(later.start)}, when `{calls[-2]}` has ended"


def _started_late(case):
    """A call that begins when a sleep of the answer's own has ended."""
    for call in sorted(case.run.calls, key=lambda c: c.start):
        if call.end == call.start:
            continue
        for task in case.tasks:
            for span in task.spans:
                if span.is_sleep and 0 < call.start == span.end and span.line:
                    text = f"`{call}` starts only at {duration(call.start)}, after"
                    return f"{text} {case.at(span.line)}.", span.line, call.start, call.task
    return None


def _sequence(case, waits, earlier, later):
    # The line that kept the answer waiting meanwhile is the one to change; the line that made the
    # call is the next best.
    # Of several tasks that waited, it is the one that made the later call.
    lines = [
        s.line
        for t in sorted(case.tasks, key=lambda task: task.number != later[4])
        for s in t.spans
        if s.line and s.start <= earlier[0] and s.end >= earlier[1]
    ]
    # Several waits of one task may have made up that time: then it is the last of them.
    ends = [s.line for t in case.tasks for s in t.spans if s.line and s.start < s.end == later[0]]
    # A call in a loop of another thread has no line of the answer.
    line = next(iter((*lines, *ends)), later[3]) or case.usual_line()
    one_by_one = all(b[0] >= a[1] for a, b in zip(waits, waits[1:], strict=False))
    if one_by_one:
        line = _longest_of_a_round(case, waits) or line
        text = f"{begins(case.at(line))}, waits to the end before the next wait begins"
        seconds = [w[1] - w[0] for w in waits]
        if abs(case.run.took - sum(seconds)) < EXACT:
            total = " + ".join(f"{s:g}" for s in seconds)
            text = f"{duration(case.run.took)} = {total}: {text[0].lower()}{text[1:]}"
    else:
        text = f"`{later[2]}` starts at {duration(later[0])}, when `{earlier[2]}` has ended"
        text += f": {case.at(line)}"
    together = max(w[1] - w[0] for w in waits)
    wanted = case.unmet.seconds if isinstance(case.unmet, Took) else 0
    if wanted - together > EXACT:  # not all of them may go at once
        return f"{text}. It can be done in {duration(wanted)}.", line, later[0], later[4]
    many = case.unmet.many if isinstance(case.unmet, AtLeast) else len(waits)
    if many < len(waits):
        together = shortest([w[1] - w[0] for w in waits], many)
        return f"{text}. {many} at a time need {duration(together)}.", line, later[0], later[4]
    return f"{text}. At the same time they need {duration(together)}.", line, later[0], later[4]


def _longest_of_a_round(case, waits):
    """The line that waited longest in all, where several took turns in a loop: "next, handle, next,
    handle". None where it was no loop, or one line only.
    """
    spent = {}
    for start, end, *_ in waits:
        around = [s for t in case.tasks for s in t.spans if s.start <= start and s.end >= end]
        line = next((s.line for s in around if s.line), None)
        spent.setdefault(line, []).append(end - start)
    if None in spent or len(spent) < 2 or min(map(len, spent.values())) < 2:
        return None
    return max(spent, key=lambda line: sum(spent[line]))


def too_many_at_once(case):
    if not isinstance(case.unmet, AtMost):
        return None
    # Calls in other threads have no line of the answer.
    many, service = case.unmet.many, case.unmet.service
    calls = [c for c in case.run.calls if service in (None, c.service) and c.line]
    calls.sort(key=lambda c: c.start)
    crowding = (c for c in calls if sum(o.start <= c.start < o.end for o in calls) > many)
    first = next(crowding, next(iter(calls), None))
    line = first.line if first else case.line()
    allowed = "one is" if many == 1 else f"{many} are"
    text = f"{case.run.peak(service)} calls went on at once; {allowed} allowed"
    return f"{text}: {case.at(line)}.", line


def too_often(case):
    unmet = case.unmet
    if not isinstance(unmet, TooOften):
        return None
    moments = list_of_times(unmet.starts)
    text = f"{counted(len(unmet.starts), 'caller')} began at {moments}"
    text += f"; {unmet.many} may within {duration(unmet.seconds)}"
    line = case.line()
    return f"{text}. Look at {case.at(line)}.", line


def timeout_missed(case):
    if not isinstance(case.unmet, Took) or not case.unmet.limit or _expected_longer(case):
        return None
    if case.run.stop is not None:
        return None
    limit = case.unmet.seconds
    for task in case.tasks:
        for span in task.spans:
            if span.state == "waits" and span.start <= limit < span.end and span.line:
                text = f"The limit was {duration(limit)}; {case.at(span.line)}, waited on until"
                return f"{text} {duration(span.end)}.", span.line, limit, task.number
    return None
