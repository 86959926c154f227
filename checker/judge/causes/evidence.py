"""How each cause shows in the record of a run. A function here returns None, or what it saw:
(text, line), and where it helps the time and the number of the task.

They read who waited for whom and where, never a total alone.
"""

import inspect

from checker.engine.values import Opaque
from checker.judge.source import awaits_around, called_too_soon, handing_line
from checker.judge.unmet import AtLeast, AtMost, Checked, Closed, Left, Raised, Returned, Took
from checker.judge.wording import duration

POLLS = 5  # equal sleeps in one line that are no chance
SELDOM = 0.2  # seconds between two turns, on average, that are no longer asking in vain
_LIMITS = {
    "printed": "it printed a million characters, or a hundred thousand times",
    "tasks": "it had 10,000 tasks alive at once",
    "turns": "the loop went round more often than any answer needs",
}


class Case:
    """One unmet expectation, with the run and the answer that it speaks of.

    Attributes:
        unmet: the `Unmet` expectation.
        run: the run in which it does not hold.
        answer: the `Answer`.
        own: the answer's tasks.
        point: where an audit has cancelled the answer, None if it is none.
        result: what the answer returned, or the part of it that counts as such.
    """

    def __init__(self, unmet, answer):
        self.unmet = unmet
        self.run = unmet.run
        self.answer = answer
        self.own = self.run.own_tasks
        self.point = self.run.point
        self.result = unmet.result if isinstance(unmet, Returned) else self.run.result

    @property
    def failure(self):
        """The exception that counts against the answer, or None."""
        if self.point is None:
            return self.run.failure
        return self.run.tasks[self.point.cancelled].failure

    def where(self):
        """The beginning of a message on an audit: at which point the answer was cancelled."""
        point = self.point
        if point is None:
            return ""
        who = "it" if point.task == point.cancelled else self.name_of(point.task)
        text = f"Cancelled{self.when(point.at)}, when {who} stood at {self.at(point.line)}"
        if point.visit > 1:
            text += f", for the {_nth(point.visit)} time"
        if point.over:
            text += ", and what it waited for had just happened"
        return f"{text}. "

    def line(self):
        """The line to name where the cause shows none: the rule's, that of the last `return`, or
        where the answer last called a service or waited.
        """
        named = self.unmet.line or self.answer.return_line()
        calls = [c.line for c in self.run.calls if c.line]
        waits = [s.line for t in self.own for s in t.spans if s.line]
        return named or next(iter([*calls[-1:], *waits[-1:]]), self.answer.usual_line())

    def at(self, line):
        """ "line 4, `await first`", as far as it is known."""
        quote = self.answer.quote(line)
        return f"line {line}, `{quote}`" if quote else f"line {line}" if line else "your code"

    def when(self, seconds):
        """ " at 2 s"; nothing where real time was charged, because it is another one each time."""
        return "" if self.run.charged else f" at {duration(seconds)}"

    def name_of(self, number):
        return f"`{self.run.tasks[number].name}`"


# ---------------------------------------------------------------- how the run ended


def not_attempted(case):
    failure = case.run.failure
    if failure is None or failure.type != "NotImplementedError":
        return None
    quote = case.answer.quote(failure.line)
    if "NotImplementedError" not in quote:
        return None
    return f"Replace line {failure.line}, `{quote}`, by your answer.", failure.line


def not_a_coroutine(case):
    run, function = case.run, case.answer.function
    name, code = getattr(function, "__name__", "it"), getattr(function, "__code__", None)
    line = code.co_firstlineno if code else None
    generator = code is not None and code.co_flags & inspect.CO_ASYNC_GENERATOR
    plain = code is not None and not generator and not code.co_flags & inspect.CO_COROUTINE
    error = run.failure is not None and "object can't be awaited" in run.failure.text
    if not case.answer.is_async or (run.awaitable and not (error and (plain or generator))):
        return None
    if generator:
        return f"`{name}` has a `yield`, so it is a generator. Return the value instead.", line
    if plain:
        return f"`{name}` is a plain function. Write `async def {name}` in line {line}.", line
    if not run.awaitable:
        return f"`{name}` gave something that cannot be awaited.", line
    return None


def other_loop(case):
    failure = case.run.failure
    if failure and ("from a running event loop" in failure.text or "is already r" in failure.text):
        text, at = "A loop runs already.", case.at(failure.line)
        if case.answer.is_async:
            return f"{text} Instead of `asyncio.run(…)` write `await …` in {at}.", failure.line
        return f"{text} No other can be started in {at}, and this is no `async def`.", failure.line
    if failure and "another loop is running" in failure.text:
        text = "A loop runs already, and no other can run in its thread"
        return f"{text}: {case.at(failure.line)}.", failure.line
    if failure and ("different loop" in failure.text or "different event loop" in failure.text):
        text = "was made on another loop. Make locks, queues and tasks inside the coroutine"
        return f"What {case.at(failure.line)} uses {text}.", failure.line
    return None


def deadlock(case):
    stop = case.run.stop
    if not stop or stop.reason != "deadlock":
        return None
    if len(stop.circle) == 1:
        return f"{case.name_of(stop.circle[0])} waits for itself: {case.at(stop.line)}.", stop.line
    if stop.circle:
        names = " waits for ".join(case.name_of(n) for n in [*stop.circle, stop.circle[0]])
        return f"They wait in a circle: {names}.", stop.line
    waits = [w.strip() for w in stop.text.split(";") if w.strip()]
    shown = "; ".join(
        w.replace(": a ", " waits for a ", 1).replace(": ", " waits in ", 1) for w in waits[:4]
    )
    line = stop.line or case.answer.usual_line()  # it may wait on a loop of its own making
    return f"At {case.at(line)}: {shown}. Nothing is left that could end this wait.", line


def busy_waiting(case):
    stop = case.run.stop
    if not stop:
        return _polls(case)
    if stop.reason not in ("still_turns", "turns"):
        return None
    if stop.reason == "turns" and case.run.took > case.run.turns * SELDOM:
        return None
    comma = "," if stop.line else ""
    again = f"{case.at(stop.line)}{comma} comes round again and again while nothing has happened"
    return f"{begins(again)}. Await the thing itself.", stop.line


def _polls(case):
    """It looked every so often, and so it saw too late what had happened."""
    unmet = case.unmet
    expected = unmet.seconds if isinstance(unmet, Took) and unmet.whole else None
    polls = isinstance(unmet, (Took, Checked)) and unmet.polls
    if expected is None and not polls:
        return None
    for task in case.own:
        sleeps = [s for s in task.spans if s.is_sleep and s.line]
        for last in sleeps[-1:]:
            looks = sum((s.line, s.what) == (last.line, last.what) for s in sleeps)
            late = expected is None or last.start <= expected < last.end
            late = late or _begun_after_looks(case, task, last)
            if looks >= POLLS and late:
                text = f"{begins(case.at(last.line))}, looks only every {duration(last.seconds)}"
                return f"{text}. Await the thing itself.", last.line, last.start, task.number
    return None


def _begun_after_looks(case, task, last):
    """Whether a call began when one of several such sleeps in a row was over."""
    ends = [s.end for s in task.spans if (s.line, s.what) == (last.line, last.what)]
    begun = sum(0 < c.start in ends for c in case.run.calls)
    return 0 < begun <= len(ends) / POLLS


def gave_up_limit(case):
    stop = case.run.stop
    if stop and stop.reason in _LIMITS:
        return f"Stopped at {case.at(stop.line)}: {_LIMITS[stop.reason]}.", stop.line
    return None


def never_ended(case):
    stop = case.run.stop
    if not stop or stop.reason not in ("real_seconds", "seconds") or stop.text == "time.sleep":
        return None
    if any(u.line and not u.held for u in case.run.unawaited):
        return None  # it goes round without waiting because an `await` is missing
    if stop.reason == "seconds":
        text = f"After an hour on the clock it was still at {case.at(stop.line)}."
    else:
        text = f"It never comes back from {case.at(stop.line)}: no other task can run meanwhile."
    if stop.stuck:
        text += " Its thread cannot be stopped: restart the kernel."
    return text, stop.line


# ---------------------------------------------------------------- what was forgotten


def never_awaited(case):
    unasked = _unasked(case.unmet) if isinstance(case.unmet, Returned) else None
    if unasked:
        line = case.answer.usual_line()
        result = case.result
        if isinstance(result, Opaque):
            return f"It returns the {unasked}, not its result: await it in {case.at(line)}.", line
        text = f"The result holds a {unasked}, not what that returns: {case.at(line)}"
        return f"{text}. Await each of them.", line
    lost = [u for u in case.run.unawaited if u.line or u.held]
    if not lost and case.run.failure is None:
        lost = case.run.unawaited
    if not lost:
        return None
    first = lost[0]
    line = first.line or handing_line(case.answer.source) or case.line()
    where = f": {case.at(line)}" if line else ""
    call = first.name if "(" in first.name else f"{first.name}(…)"
    cure = "Await it, or make a task of it with `asyncio.create_task` and await that."
    if awaits_around(case.answer.source, line, first.name.partition("(")[0]):
        inner = f"{first.name.partition('(')[0]}(…)"
        cure = f"The `await` there is for all that stands behind it: write `(await {inner})`."
    return f"`{call}` is made but never run{where}. {cure}", line


def _unasked(unmet):
    """ "task" or "future" if one was returned, or a value that holds one where a value of its type
    was wanted; else None."""
    if isinstance(unmet.result, Opaque) or type(unmet.result) is type(unmet.value):
        return _unasked_in(unmet.result)
    return None


def _unasked_in(value):
    """ "task" or "future" if a value is or holds one, else None."""
    if isinstance(value, Opaque) and value.kind in ("task", "future"):
        return value.kind
    items = value.values() if isinstance(value, dict) else value
    if isinstance(value, (list, tuple, dict, set)):
        return next(filter(None, map(_unasked_in, items)), None)
    return None


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
    hidden = [t for t in case.own[1:] if t.ended == "failed" and not t.retrieved]
    if hidden:
        task = hidden[0]
        where = case.at(task.failure.line or task.made_line)
        text = f"`{task.name}` failed with {task.failure}, and nobody awaited it ({where})."
        return text, task.failure.line or task.made_line, task.ended_at, task.number
    failed = [c for c in case.run.calls if c.outcome == "failed"]
    if expected_error and failed:
        text = f"`{failed[0]}` failed, and the caller was not told: no exception came out."
        return text, failed[0].line, failed[0].end, failed[0].task
    return None


def task_lost(case):
    for task in case.own:
        if task.lost:
            text = f"The task that {case.at(task.made_line)} starts was destroyed before its end"
            return f"{text}: keep it in a variable or a set.", task.made_line, None, task.number
    return None


def left_running(case):
    left = [item for item in case.run.left if item.kind == "task"]
    if not left or isinstance(case.unmet, (AtMost, AtLeast)):
        return None
    item, many = left[0], len(left)
    task = case.run.tasks[item.task]
    # How many are over by then is chance where real time was let in.
    others = f" and {many - 1} more" if many > 1 and not case.run.charged else ""
    over = "returned" if case.point is None else "ended"
    text = f"It {over}{case.when(case.run.took)}; the task `{task.name}`{others}"
    # A server starts its handlers itself: then it is known where the task stands.
    line = task.made_line or item.line
    text += f", started in {case.at(line)}" if task.made_line else f", at {case.at(line)}"
    return f"{text}, had not ended.", line, None, task.number


def resource_leaked(case):
    if isinstance(case.unmet, Closed):
        opened = case.unmet.opened
        text = f"`{opened}` came back{case.when(opened.end)}, asked for at"
        text += f" {case.at(opened.line)}, and {case.unmet.fault}."
        return text, opened.line, opened.end, opened.task
    for item in case.run.left:
        if item.kind != "task":
            line = item.line
            if line is None and item.kind == "transport":  # a server has accepted it
                line = case.answer.line_with("start_server(")
            where = f", started in {case.at(line)}," if line else ""
            return f"{item.what}{where} was still there when it returned.", line
    return None


def begins(text):
    """`text` as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def _nth(number):
    names = ("", "first", "second", "third", "fourth", "fifth")
    return names[number] if number < len(names) else f"{number}th"
