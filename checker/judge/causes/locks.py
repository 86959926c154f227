"""What is wrong with a lock or a condition: who takes it, who gives it back, who is woken.

The source says how it is used, the record says that tasks stood there. As in `ending`, a function
returns None, or what it saw.
"""

import ast
import itertools
from dataclasses import dataclass

from checker.judge.causes.case import begins
from checker.judge.source import tree
from checker.judge.unmet import AtMost, Called, Checked, Ended, Returned, TooOften

_KINDS = ("Lock", "Semaphore", "BoundedSemaphore", "Condition")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


# ------------------------------------------------------------------ a lock of one's own


@dataclass(frozen=True)
class OwnLock:
    """A lock that a function makes for itself each time it is called.

    Attributes:
        kind: "Lock", "Semaphore" …
        made: the line that makes it.
        first, last: the lines of the block that it guards.
    """

    kind: str
    made: int
    first: int
    last: int


def own_lock(case):
    """Several tasks at once behind a lock, because the function that takes it has made it; or one
    that waits at such a condition, which nobody else can notify.
    """
    if not isinstance(case.unmet, (AtMost, Called, Checked, Ended, Returned, TooOften)):
        return None
    for lock in own_locks(case.answer.source):
        if not case.has_run(lock.made):
            continue
        made = begins(case.at(lock.made))
        if lock.kind == "Condition" and _sleeps_for_ever(case):
            text = f"{made}, makes a new `Condition` for each call: nobody else can notify it"
            return f"{text}. Make one for all that share it.", lock.made
        waits = [
            (span, task)
            for task in case.tasks
            for span in task.spans
            if span.line and lock.first <= span.line <= lock.last
        ]
        for (span, task), (beside, other) in itertools.permutations(waits, 2):
            if task.number != other.number and span.start <= beside.start < span.end:
                both = f"so `{task.name}` and `{other.name}` are behind it at once"
                if task.name == other.name:
                    both = f"so two tasks `{task.name}` are behind it at once"
                text = f"{made}, makes a new `{lock.kind}` for each call"
                return f"{text}, {both}. Make one for all that share it.", lock.made
    return None


def _sleeps_for_ever(case):
    """Whether all stood still, and somebody of them at a condition."""
    stop = case.run.stop
    return bool(stop) and stop.reason == "deadlock" and ": Condition.wait" in stop.text


def own_locks(source):
    """The `OwnLock`s of a source text: `async with asyncio.Lock():`, or a name that a function
    gives to one and takes itself. What functions inside it take, they share.
    """
    found = []
    for function in ast.walk(tree(source)):
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        made = {}  # how it is written → (kind, line)
        for statement in function.body:  # what is made under a condition may have been kept
            kind = _kind(statement.value) if isinstance(statement, ast.Assign) else ""
            if kind:
                made[ast.unparse(statement.targets[0])] = kind, statement.lineno
        for block in _within(function):
            if not isinstance(block, ast.AsyncWith):
                continue
            for item in block.items:
                taken = item.context_expr
                kind, line = made.get(ast.unparse(taken), (_kind(taken), taken.lineno))
                if kind:
                    found.append(OwnLock(kind, line, block.body[0].lineno, block.end_lineno))
    return found


def _kind(node):
    """ "Lock" for `asyncio.Lock()`, the same for its relatives; "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name if name in _KINDS else ""


# ------------------------------------------------------------------ nobody goes on


def lock_order(case):
    """Tasks in a circle, each of which holds a lock that another one waits for."""
    stop = case.run.stop
    if not stop or stop.reason != "deadlock" or not stop.circle:
        return None
    names = [case.name_of(number) for number in stop.circle]
    line = stop.line
    if not all(_in_line(stop, case.run.tasks[number].name) for number in stop.circle):
        return None
    if len(names) == 1:
        text = f"{names[0]} holds the lock that it waits for: {case.at(line)}"
        return f"{text}. A lock cannot be taken twice.", line
    text = f"{', '.join(names[:-1])} and {names[-1]} hold one lock each, and each waits for that of"
    text += f" another: {case.at(line)}"
    return f"{text}. If all take them in the same order, no circle can close.", line


def not_released(case):
    """Somebody waits for a lock whose `release` did not run, or is missing."""
    stop = case.run.stop
    if not stop or stop.reason != "deadlock" or len(stop.circle) > 1:
        return None
    waits = any(_in_line(stop, task.name) for task in case.tasks)
    line = next((n for n in _taken_by_hand(case.answer.source) if case.has_run(n)), None)
    if not waits or line is None:
        return None
    text = f"{begins(case.at(line))}, takes a lock, and its `release()` was not called: who comes"
    return f"{text} next waits for ever. `async with` gives it back on every way out.", line


def _in_line(stop, name):
    """Whether a task of this name waited for a lock or a semaphore when all stood still."""
    return any(f"{name}: {kind}.acquire" in stop.text for kind in _KINDS[:3])


def _taken_by_hand(source):
    """The lines with an `acquire()` to which no `release()` in a `finally` belongs."""
    lines = []
    for function in ast.walk(tree(source)):
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        nodes = list(_within(function))
        last = [s for n in nodes if isinstance(n, ast.Try) for s in n.finalbody]
        released = {_of_method(n, "release") for s in last for n in ast.walk(s)}
        taken = [n for n in nodes if _of_method(n, "acquire")]
        lines += [n.lineno for n in taken if _of_method(n, "acquire") not in released]
    return sorted(lines)


def _of_method(node, name):
    """ "self.lock" for the call `self.lock.acquire()`, if that is the method's name; else None."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return ast.unparse(node.func.value) if is_call and node.func.attr == name else None


# ------------------------------------------------------------------ conditions


def not_rechecked(case):
    """A task went on after a `wait()` of a condition that stands in no loop."""
    ended_well = case.run.stop is None and case.run.failure is None
    if not isinstance(case.unmet, (Checked, Ended, Returned)) and ended_well:
        return None
    for line in _waits_once(case.answer.source):
        woken = [s for t in case.tasks for s in t.spans if s.line == line and s.seconds]
        # An event wakes all at once. Where it wakes one, nobody can come first.
        ends = [span.end for span in woken]
        at_once = [s for s in woken if s.queue.startswith("Event") and ends.count(s.end) > 1]
        woken = [s for s in woken if s.queue.startswith("Condition")] or at_once
        if woken and case.has_run(line):
            first = woken[0]
            text = (
                f"{begins(case.at(line))}, was over{case.when(first.end)}. What it waited for need"
            )
            text += " not be true then: another one may have come first. Look again, in a `while`,"
            return f"{text} or use `wait_for`.", line, first.end
    return None


def _waits_once(source):
    """The lines with `await condition.wait()` that stand in an `if`, and in no loop inside of its
    function.
    """
    lines = []
    for function in ast.walk(tree(source)):
        if isinstance(function, ast.AsyncFunctionDef):
            for statement in function.body:
                lines += _waits_in_ifs(statement, False)
    return lines


def _waits_in_ifs(node, in_if):
    if isinstance(node, (ast.While, ast.For, ast.AsyncFor, *_FUNCTIONS)):
        return []
    lines = []
    if in_if and isinstance(node, ast.Await) and _of_method(node.value, "wait"):
        lines.append(node.lineno)
    for child in ast.iter_child_nodes(node):
        lines += _waits_in_ifs(child, in_if or isinstance(node, ast.If))
    return lines


def notified_one(case):
    """One was woken, several waited, and not all of them for the same."""
    if not isinstance(case.unmet, (Checked, Ended, Returned)):
        return None
    calls = [n for n in ast.walk(tree(case.answer.source)) if _of_method(n, "notify")]
    line = next((n.lineno for n in calls if not n.args and case.has_run(n.lineno)), None)
    waits = [
        (span, task)
        for task in case.tasks
        for span in task.spans
        if span.queue.startswith("Condition") and span.line and span.seconds
    ]
    for (span, task), (beside, other) in itertools.permutations(waits, 2):
        together = span.queue == beside.queue and span.start <= beside.start < span.end
        if line and together and task.number != other.number:
            text = f"{begins(case.at(line))}, wakes one, the one that has waited longest"
            text += f". `{task.name}` and `{other.name}` both waited{case.when(beside.start)}: if"
            text += " the one that wakes cannot go on, nobody wakes the other"
            return f"{text}. Wake all: `notify_all()`.", line, beside.start
    return None


def _within(function):
    """The nodes of a function without those of the functions inside it."""
    todo = list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop(0)
        yield node
        if not isinstance(node, _FUNCTIONS):
            todo.extend(ast.iter_child_nodes(node))
