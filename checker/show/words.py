"""A verdict in plain text: short, complete, and the same on every run and Python version."""

from checker.exercise import find
from checker.judge.causes.table import BY_ID
from checker.judge.verdict import Verdict

MOST_LINES = 10  # of what the answer printed, or of what a server saw
CLOSER, STUCK = "look closer", "stuck?"  # the rows that say what to type
_PREDICTED = {
    "wrong_order": "You have the right lines in another order.",
    "wrong_output": "It prints something else than you said.",
    "wrong_time": "It takes another time than you said.",
    "wrong_result": "It ends in another way than you said.",
    "wrong_error": "It ends in another way than you said.",
}


def headline(verdict: Verdict) -> str:
    """One line: the exercise and how it stands."""
    name, many = verdict.exercise, verdict.max_points
    if verdict.passed:
        if verdict.kind == "predict":
            return f"{name}: solved. You said what happens."
        return f"{name}: solved, every rule holds."
    if verdict.cause == "not_attempted":
        return f"{name}: not tried yet."
    if verdict.shipped:
        return f"{name}: here is what is wrong; now it is yours to {verdict.kind}."
    if verdict.kind == "predict":
        return f"{name}: not yet. It goes another way."
    holds = sum(holds for _, holds in verdict.rules)
    return f"{name}: not yet, {holds} of {many} rules hold."


def rules(verdict):
    """(mark, text) of each rule: "holds", "broken", or "open".

    Only the rule that is explained is called broken. The others that do not hold may well fail for
    the same reason, so they stay open until it is mended.
    """
    marks = ["holds" if holds else "open" for _, holds in verdict.rules]
    if verdict.kind == "predict":
        marks = [mark.replace("open", "broken") for mark in marks]
    elif verdict.broken is not None:
        marks[verdict.broken] = "broken"
    return [(mark, text) for mark, (text, _) in zip(marks, verdict.rules, strict=True)]


def details(verdict):
    """What explains the broken rule: (label, text) pairs, in the order of reading."""
    if verdict.passed:
        return []
    if verdict.cause == "not_attempted":
        return [("", verdict.message), (STUCK, f"`hint({verdict.exercise})`")]
    cause = BY_ID[verdict.cause]
    rows = []
    if verdict.call:
        rows.append(("the call", verdict.call))
        rows.append(("expected", verdict.expected))
        rows.append(("seen", verdict.seen))
    predicted = _PREDICTED.get(verdict.cause) if verdict.kind == "predict" else None
    rows.append(("the cause", predicted or cause.says))
    rows.append(("", verdict.message))
    if verdict.server:
        rows.append(("the server", _first_lines(verdict.server)))
    rows += [("your code", frame) for frame in _frames(verdict)]
    printed = _printed(verdict.run)
    if printed and verdict.kind != "predict":
        rows.append(("it printed", printed))
    section = cause.section_for(find(verdict.exercise).chapter)
    if section:
        rows.append(("read again", section))
    rows.append((CLOSER, f"`await play({verdict.exercise})`"))
    rows.append((STUCK, f"`hint({verdict.exercise})` or `solution({verdict.exercise})`"))
    return rows


def _frames(verdict):
    failure = verdict.run.failure if verdict.run else None
    if failure is None or len(failure.frames) < 2:
        return []
    frames = [f"line {line}, in {name}: {text}" for name, line, text in failure.frames]
    return list(dict.fromkeys(frames))  # a recursion has the same one many times


def _printed(run):
    return _first_lines(run.output if run else "")


def _first_lines(text):
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES:,} more lines"]
    return "\n".join(line if len(line) <= 100 else line[:99] + "…" for line in lines)


def text(verdict: Verdict) -> str:
    """The whole verdict as text."""
    lines = [headline(verdict)]
    if verdict.cause != "not_attempted" and not verdict.passed:
        lines += [f"  {mark:6}  {rule}" for mark, rule in rules(verdict)]
    for label, value in details(verdict):
        first, *rest = value.splitlines() or [""]
        lines.append(f"  {label:11}  {first}")
        lines += [f"  {'':11}  {line}" for line in rest]
    return "\n".join(line.rstrip() for line in lines)
