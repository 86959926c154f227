"""What came out of a run that is not what was asked for: the last causes of the table.

As in `ending`, a function returns None, or what it saw.
"""

import re

from checker.engine.values import Opaque
from checker.judge import source
from checker.judge.causes import errors
from checker.judge.causes.case import begins
from checker.judge.compare import same
from checker.judge.source import plain_wrapper
from checker.judge.unmet import AtLeast, CalledAt, Printed, Raised, Returned, Took
from checker.judge.wording import counted, duration


def wrong_order(case):
    unmet = case.unmet
    if isinstance(unmet, Returned):
        want, got = unmet.value, unmet.result
    elif isinstance(unmet, Printed):
        want, got = unmet.lines, case.run.output.splitlines()
    else:
        return None
    if type(want) is not list or type(got) is not list:
        return None
    if sorted(map(repr, want)) != sorted(map(repr, got)):
        return None
    line = case.line()
    if isinstance(unmet, Returned) and unmet.line is None:
        line = case.made_at(line) or line
    return f"Nothing is missing, but {unmet.seen}: {case.at(line)}.", line


def wrong_output(case):
    if not isinstance(case.unmet, Printed):
        return None
    line = next((p.line for p in case.run.printed if p.line), None) or case.usual_line()
    return f"It prints at {case.at(line)}.", line


def wrong_time(case):
    if not isinstance(case.unmet, Took):
        return None
    if case.unmet.why:
        line = case.line()
        return f"{case.unmet.why}: {case.at(line)}.", line
    waits = [s for t in case.tasks for s in t.spans if s.state == "waits" and s.line]
    last = max(waits, key=lambda s: (s.end, s.start), default=None)
    if last is None:
        line, wrapper = case.usual_line(), plain_wrapper(case.answer.source, case.answer.name)
        if wrapper and case.has_run(wrapper[1]):
            name, line, called = wrapper
            text = f"`{name}` is a plain function: `{called}(…)` is only made there, and runs later"
            return f"{text}. Write `async def` and await it: {case.at(line)}.", line
        return f"Look at {case.at(line)}: no wait of yours was seen.", line
    wait = f"from {duration(last.start)} to {duration(last.end)}"
    if "TaskGroup(" in case.answer.quote(last.line) and case.run.took > case.unmet.seconds:
        text = f"{begins(case.at(last.line))}, waits until all members have ended"
        if not case.run.charged:
            text += f", {wait}"
        return f"{text}. Nobody has ended those that are still at work.", last.line, last.end
    keeps = source.gathers(case.answer.source, last.line) == "keeps"
    stopped = any(task.cancels for task in case.tasks)
    if keeps and not stopped and not case.run.charged and case.run.took > case.unmet.seconds:
        text = f"{begins(case.at(last.line))}, waits until all have ended, {wait}"
        return f"{text}. Nobody has ended those that are still at work.", last.line, last.end
    if case.run.charged:
        wait = "and real work beside it"
    return f"Its last wait is in {case.at(last.line)}, {wait}.", last.line, last.end


def wrong_moment(case):
    """A service was called, but not when it was to be."""
    unmet = case.unmet
    if not isinstance(unmet, CalledAt) or not unmet.calls:
        return None
    line = case.line()
    if unmet.why:
        return f"{unmet.why}: {case.at(line)}.", line
    calls, wanted = unmet.calls, unmet.wanted
    number = next(
        (n for n, call in enumerate(calls) if [round(call.start, 6)] != wanted[n : n + 1]),
        len(calls),
    )
    if number == len(calls):
        text = f"After `{calls[-1]}` at {duration(calls[-1].start)} another call was due"
        return f"{text}, at {duration(wanted[number])}: {case.at(line)}.", line, wanted[number]
    call = calls[number]
    if number < len(wanted):
        due = f"a call was due at {duration(wanted[number])}"
    else:
        due = "no call was due any more" if wanted else "no call was due"
    text = f"`{call}` comes at {duration(call.start)}; {due}"
    return f"{text}: {case.at(line)}.", line, call.start, call.task


def wrong_result(case):
    if case.point is not None:
        return "What was begun by then is never put right.", case.point.line, case.point.at
    line, unmet = case.line(), case.unmet
    if unmet.why:
        return f"{unmet.why}: {case.at(line)}.", line
    if isinstance(unmet, AtLeast):
        text = f"There is room for {unmet.many} at once, and it is {unmet.seen}"
        return f"{text}: {case.at(line)}.", line
    if isinstance(unmet, Returned):
        return _wrong_value(case, unmet.result, unmet.value, line)
    return _look(case, line)


def _look(case, line):
    """What is known of the line where the answer came to its end, or where the rule points."""
    if line is None:
        return "It did not come to any line of its own that could be named.", None
    caught = case.ran.caught("Exception") if case.ran and isinstance(case.unmet, Raised) else None
    if caught:
        passed, clause = caught
        text = f"{begins(case.at(clause.lineno))}, catches the {passed.type} of line {passed.line}."
        return text, clause.lineno
    passed = case.ran.trace.passed if case.ran else ()
    out = next((p for p in passed if p.left and p.line == line), None)
    if out and case.unmet.line is None:
        told = errors.advice(case, out.type, "", line)
        return f"{out.type} comes out of {case.at(line)}.{told}", line
    if case.unmet.line == line:
        return f"{begins(case.unmet.seen)}: {case.at(line)}.", line
    made = case.made_at(line) if isinstance(case.unmet, Returned) else None
    if made:
        text = f"What {case.at(line)}, gives was made in {case.at(made)}"
        decides = source.deciding_line(case.answer.source, made)
        if _other_keys(case.unmet.value, case.unmet.result) and case.has_run(decides):
            return f"{text}; {case.at(decides)}, decides what comes there.", decides
        return f"{text}.", made
    return f"Look at {case.at(line)}.", line


def _other_keys(want, got):
    """Whether a dict lacks a key or has one too many, also where dicts stand in a list."""
    if type(want) is type(got) is dict:
        return want.keys() != got.keys()
    pairs = zip(want, got, strict=False) if type(want) is type(got) is list else ()
    return any(_other_keys(*pair) for pair in pairs)


def _wrong_value(case, result, value, line):
    printed = next((p for p in case.run.printed if p.text.strip() == str(value)), None)
    if result is None and printed:
        return f"{begins(case.at(printed.line))} prints the value. Return it.", printed.line
    last = case.answer.last_line()
    if result is None and case.has_run(last):
        return f"It returned None: no `return` comes after {case.at(last)}.", last
    method = _uncalled(result)
    if method:
        return f"The `()` after `{method}` is missing: {case.at(line)}.", line
    if result is None:
        return f"It returned None: is a `return` missing, or a value? See {case.at(line)}.", line
    if source.is_iterator(case.answer.source, case.answer.name) and type(result) is type(value):
        return _wrong_items(case, result, value, line)
    if type(result) is not type(value):
        return f"Wanted is {_kind_of(value)}, not {_kind_of(result)}: {case.at(line)}.", line
    if result == [] and (never := case.ran and case.ran.never_filled(line)):
        text = f"Nothing was put in: it never came to {case.at(never[0])}"
        return f"{text}. See {case.at(never[1])}.", never[1]
    item = _other_kind(result, value)
    if item is not None and case.unmet.line is None:
        kinds = f"{_kind_of(value[item])}, not {_kind_of(result[item])}"
        return f"Wanted as item {item} is {kinds}: {case.at(line)}.", line
    if _differ_at_ends(result, value):
        text = "Only at its ends is the text another one, in blanks or line ends"
        return f"{text}: {case.at(line)}.", line
    return _look(case, line)


def _other_kind(result, value):
    """The number of the first item of a list or tuple that is of another kind than wanted, if each
    item that is not the wanted one is; or None.
    """
    if not isinstance(value, (list, tuple)) or len(result) != len(value):
        return None
    pairs = zip(result, value, strict=True)
    wrong = [(n, seen, wanted) for n, (seen, wanted) in enumerate(pairs) if seen != wanted]
    if not wrong or any(type(seen) is type(wanted) for _, seen, wanted in wrong):
        return None
    return wrong[0][0]


def _differ_at_ends(result, value):
    """Whether two texts, or the texts of two tuples, differ only in white space at their ends."""
    if isinstance(value, (str, bytes)):
        return result != value and result.strip() == value.strip()
    if not isinstance(value, tuple) or len(result) != len(value):
        return False
    wrong = [pair for pair in zip(result, value, strict=True) if pair[0] != pair[1]]
    return bool(wrong) and all(
        type(seen) is type(wanted) is str and _differ_at_ends(seen, wanted)
        for seen, wanted in wrong
    )


def _uncalled(value):
    """The name of the method that a value is or holds, "result" of `task.result`; or None."""
    if isinstance(value, Opaque):
        method = re.match(r"<(?:built-in|bound) method (?:\w+\.)*(\w+) of ", value.text)
        return method and method[1]
    items = value.values() if isinstance(value, dict) else value
    if isinstance(value, (list, tuple, dict)):
        return next(filter(None, map(_uncalled, items)), None)
    return None


def _wrong_items(case, result, value, line):
    """What an asynchronous iterator gives that it should not, or that it is over too early."""
    over = case.over_line()
    many = len(result) if isinstance(result, list) else 0
    if over and case.unmet.line is None and many < len(value) and same(result, value[:many]):
        text = f"It is over after {counted(many, 'item')}: {case.at(over)}."
        if source.only_calls(case.answer.source, over, case.answer.name):
            text += " A call runs nothing of a generator: walk through it with `async for`."
        return text, over
    given = case.ran.last_yield() if case.ran and case.unmet.line is None else None
    line = given or line
    return f"{begins(case.unmet.seen)}: {case.at(line)}.", line


def _kind_of(value):
    """ "a list", "an int", "None" …"""
    if value is None:
        return "None"
    name = value.kind if isinstance(value, Opaque) else type(value).__name__
    if repr(value).startswith(("<generator", "<async_generator")):
        name = "generator"
    return f"an {name}" if name[0] in "aeio" else f"a {name}"
