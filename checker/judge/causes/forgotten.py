"""What was forgotten: an `await`, a reference to a task, its end, closing what was opened.

As in `ending`, a function returns None, or what it saw.
"""

import ast
import re

from checker.engine.values import Opaque
from checker.judge.causes import blocks
from checker.judge.causes.case import begins
from checker.judge.source import (
    awaits_around,
    called_again,
    dropped_closes,
    handed_as_callback,
    handed_to,
    handing_line,
    left_loops,
    methods_of,
    statement_at,
    tree,
)
from checker.judge.unmet import AtLeast, AtMost, Closed, Left, Returned

_SPEAKS_OF_ONE = re.compile(r"coroutine|awaited|'await'")


def never_awaited(case):
    unasked = _unasked(case.unmet) if isinstance(case.unmet, Returned) else None
    if unasked:
        line = case.usual_line()
        result = case.result
        if isinstance(result, Opaque):
            return f"It returns the {unasked}, not its result: await it in {case.at(line)}.", line
        made = case.made_at(line) if unasked == "step" else None
        if made:
            return f"A step is made there and not awaited: {case.at(made)}.", made
        text = f"The result holds a {unasked}, not what that returns: {case.at(line)}"
        if case.line_with("TaskGroup("):
            return f"{text}. After the block of the group, ask each for its `result()`.", line
        return f"{text}. Await each of them.", line
    dropped = _dropped_close(case)
    if dropped:
        return dropped
    known = [u for u in case.run.unawaited if u.line or u.held or _dropped(case, u)]
    lost = [u for u in known if not _consequence(case, u)]
    if not lost and case.run.failure is None:
        lost = case.run.unawaited
    if not lost:
        return None
    first = lost[0]
    method = _method_called_without_await(case)
    if method:
        text = f"`{method.name}(…)` is called without `await`, so nothing of it runs"
        return f"{text}: {case.at(method.lineno)}. Write `def`.", method.lineno
    plainly = handed_to(case.answer.source, "callback", first.name.partition("(")[0])
    if case.has_run(plainly):
        text = "`callback` calls a plain function and awaits nothing"
        return f"{text}: {case.at(plainly)}. Use `push_async_callback`.", plainly
    callback = callback_of(case)
    if callback:
        text = f"`{callback[0]}(…)` is made but never run: {case.at(callback[1])}, hands over an"
        return f"{text} `async def` where a plain function is called. Write `def`.", callback[1]
    handing = handing_line(case.answer.source)
    line = (
        first.line or _dropped(case, first) or (handing if case.has_run(handing) else case.line())
    )
    where = f": {case.at(line)}" if line else ""
    call = first.name if "(" in first.name else f"{first.name}(…)"
    cure = "Await it, or make a task of it with `asyncio.create_task` and await that."
    if awaits_around(case.answer.source, line, first.name.partition("(")[0]):
        inner = f"{first.name.partition('(')[0]}(…)"
        cure = f"The `await` there is for all that stands behind it: write `(await {inner})`."
    again = _again(case, line, first)
    if again:
        cure = f"{begins(case.at(again))}, makes another one. Call it once, and keep it in a name."
    return f"`{call}` is made but never run{where}. {cure}", line


def _dropped(case, lost):
    """The line that makes such a coroutine by a method and drops it, where the record has no line:
    the `acquire` of a lock or a semaphore is one of the checker's own. None if there is none.
    """
    if lost.line or lost.held:
        return None
    statements = [n for n in ast.walk(tree(case.answer.source)) if isinstance(n, ast.Expr)]
    calls = [n.value for n in statements if isinstance(n.value, ast.Call)]
    named = [c.lineno for c in calls if getattr(c.func, "attr", "") == lost.name]
    return next((line for line in named if case.has_run(line)), None)


def _dropped_close(case):
    """The `aclose()` of a generator that was to be closed, made and not awaited."""
    if not isinstance(case.unmet, Closed):
        return None
    for line, call in dropped_closes(case.answer.source):
        if case.has_run(line):
            return f"`{call}` is made but never run: {case.at(line)}. Await it.", line
    return None


def _consequence(case, lost):
    """Whether a coroutine was not awaited because an exception came in between, which is the cause.

    When such a coroutine is destroyed, within the run or after it, is up to the garbage collector.
    One that a statement makes and drops was lost before, and an exception may come of just that; so
    may one that speaks of a coroutine.
    """
    failure = case.run.failure
    if failure is None or failure.line is None or _SPEAKS_OF_ONE.search(failure.text):
        return False
    made, raised = (statement_at(case.answer.source, at) for at in (lost.line or 0, failure.line))
    if made is None:
        return False
    return made is raised or not (isinstance(made, ast.Expr) and isinstance(made.value, ast.Call))


def dropped(case):
    """Whether a statement has made a coroutine and dropped it: `queue.put(item)`."""
    for lost in case.run.unawaited:
        made = statement_at(case.answer.source, lost.line or 0) if not lost.held else None
        if isinstance(made, ast.Expr) and isinstance(made.value, ast.Call):
            return True
    return False


def callback_of(case):
    """(name, line) of an `async def` of the answer's that others have called, and did not await."""
    for lost in case.run.unawaited:
        line = handed_as_callback(case.answer.source, lost.name) if lost.line is None else None
        if line and not lost.held and case.has_run(line):
            return lost.name, line
    return None


def _method_called_without_await(case):
    """An `async def` in a class of the answer's that somebody else has called as a plain method."""
    for lost in case.run.unawaited:
        if lost.line or lost.held:
            continue
        made = methods_of(case.answer.source, case.answer.name)
        found = [m for m in made if m.name == lost.name]
        if found and isinstance(found[-1], ast.AsyncFunctionDef):
            return found[-1]
    return None


def _again(case, line, lost):
    """The other line that makes the very call, where the answer calls twice."""
    if case.ran is None or line is None or not lost.line:
        return None
    return called_again(case.answer.source, line, lost.name, frozenset(case.ran.trace.lines))


def _unasked(unmet):
    """ "task", "future" or "step" if one was returned, or a value that holds one where a value of
    its type was wanted; else None."""
    if isinstance(unmet.result, Opaque) or type(unmet.result) is type(unmet.value):
        return _unasked_in(unmet.result)
    return None


def _unasked_in(value):
    """ "task", "future" or "step" if a value is or holds one, else None."""
    if isinstance(value, Opaque) and value.kind in ("task", "future", "step"):
        return value.kind
    items = value.values() if isinstance(value, dict) else value
    if isinstance(value, (list, tuple, dict, set)):
        return next(filter(None, map(_unasked_in, items)), None)
    return None


def task_lost(case):
    for task in case.tasks:
        if task.lost:
            text = f"The task that {case.at(task.made_line)} starts was destroyed before its end"
            return f"{text}: keep it in a variable or a set.", task.made_line, None, task.number
    return None


def left_running(case):
    left = [item for item in case.run.left if item.kind == "task"]
    if isinstance(case.unmet, Closed):  # the loop's own tasks close what nobody has closed
        left = [item for item in left if case.run.tasks[item.task].made_line]
    if not left or isinstance(case.unmet, (AtMost, AtLeast)):
        return None
    item, many = left[0], len(left)
    task = case.run.tasks[item.task]
    # How many are over by then is chance where real time was let in.
    others = f" and {many - 1} more" if many > 1 and not case.run.charged else ""
    over = "returned" if case.point is None else "ended"
    if isinstance(case.unmet, Left) and case.unmet.why:
        line = case.unmet.line if case.has_run(case.unmet.line) else blocks.exit_end(case)
        line = line or case.line()
        text = f"{case.unmet.why}: {case.at(line)}. The task `{task.name}`{others} had not ended."
        return text, line, None, task.number
    # A server starts its handlers itself: then it is known where the task stands.
    line = task.made_line or item.line
    if line is None:  # others have started it, and have handed it over
        line = case.usual_line()
        text = f"It {over}{case.when(case.run.took)}, at {case.at(line)}"
        return f"{text}; the task `{task.name}`{others} had not ended.", line, None, task.number
    text = f"It {over}{case.when(case.run.took)}; the task `{task.name}`{others}"
    text += f", started in {case.at(line)}" if task.made_line else f", at {case.at(line)}"
    asked = next((c for c in task.cancels if c.by == "answer" and c.line and not c.undone), None)
    if asked:
        line = asked.line
        text += f", had been asked to stop by {case.at(line)}, but had not ended"
        return f"{text}.", line, asked.at, task.number
    return f"{text}, had not ended.", line, None, task.number


def timer_left(case):
    timer = next((item for item in case.run.left if item.kind == "timer"), None)
    if timer is None or not isinstance(case.unmet, Left):
        return None
    text = f"The timer of {case.at(timer.line)}, is still to come when it has ended. Call it off"
    return f"{text}: keep what the call returns, and `cancel()` it.", timer.line


def _left_open(case, opened):
    """A generator that nobody has closed: where its loop was left, or where it was begun."""
    gone = [line for line in left_loops(case.answer.source) if case.has_run(line)]
    if gone:
        text = f"{begins(case.at(gone[-1]))}, leaves the loop, and does not close the"
        return f"{text} {case.unmet.stream}.", gone[-1], opened.end, opened.task
    text = f"The {case.unmet.stream} was begun at {case.at(opened.line)}"
    return f"{text}, and {case.unmet.fault}.", opened.line, opened.end, opened.task


def resource_leaked(case):
    if isinstance(case.unmet, Closed):
        opened = case.unmet.opened
        if case.unmet.stream:
            return _left_open(case, opened)
        begun = f"`{opened}` came back{case.when(opened.end)}"
        if case.unmet.why:
            line = case.line()
            return f"{begun}. {case.unmet.why}: {case.at(line)}.", line, opened.end, opened.task
        passed, end = blocks.stopped_at_yield(case), blocks.exit_end(case)
        if passed:
            text = (
                f"{begun}. The error of the body is raised at the `yield`, and goes on from there"
            )
            return f"{text}: {case.at(passed)}.", passed, opened.end, opened.task
        if end and end != opened.line:
            text = f"{begun}, and {case.unmet.fault}. Leaving ended at {case.at(end)}."
            return text, end, opened.end, opened.task
        text = f"`{opened}` came back{case.when(opened.end)}, asked for at"
        text += f" {case.at(opened.line)}, and {case.unmet.fault}."
        return text, opened.line, opened.end, opened.task
    for item in case.run.left:
        if item.kind not in ("task", "timer"):
            line = item.line
            if line is None and item.kind == "transport":  # a server has accepted it
                line = case.line_with("start_server(")
            where = f", started in {case.at(line)}," if line else ""
            return f"{item.what}{where} was still there when it returned.", line
    return None
