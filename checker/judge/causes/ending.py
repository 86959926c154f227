"""How the run ended, or that it never did, before anybody could ask what it returned.

As in all modules of causes, a function returns None, or what it saw: (text, line), and where it
helps the time and the number of the task.
"""

import inspect
import re

from checker.engine.patches.asking import INPUT
from checker.judge.causes import forgotten
from checker.judge.causes.case import begins
from checker.judge.unmet import Checked, Took
from checker.judge.wording import duration

POLLS = 5  # equal sleeps in one line that are no chance
SELDOM = 0.2  # seconds between two turns, on average, that are no longer asking in vain
_OTHER_LOOP = re.compile(r"different (event )?loop")
_LIMITS = {
    "printed": "it printed a million characters, or a hundred thousand times",
    "tasks": "it had 10,000 tasks alive at once",
    "turns": "the loop went round more often than any answer needs",
}


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
    if failure and failure.of:
        failure = next((f for f in failure.of if _OTHER_LOOP.search(f.text)), failure)
    if failure and ("from a running event loop" in failure.text or "is already r" in failure.text):
        text, at = "A loop runs already.", case.at(failure.line)
        if case.answer.is_async:
            return f"{text} Instead of `asyncio.run(…)` write `await …` in {at}.", failure.line
        return f"{text} No other can be started in {at}, and this is no `async def`.", failure.line
    if failure and "another loop is running" in failure.text:
        text = "A loop runs already, and no other can run in its thread"
        return f"{text}: {case.at(failure.line)}.", failure.line
    if failure and _OTHER_LOOP.search(failure.text):
        text = "belongs to another loop. Make locks, queues and tasks inside the coroutine"
        return f"What {case.at(failure.line)}, uses {text}.", failure.line
    return None


def not_woken(case):
    if not case.run.unwoken:
        return None
    first = next((u for u in case.run.unwoken if u.line), case.run.unwoken[0])
    line = first.line or case.line_with(".set_result")  # nothing of the answer's called it
    if line is None:
        return None
    text = "runs in another thread. The loop sleeps, and sees it only when something else wakes it"
    text = f"{begins(case.at(line))}, {text}"
    if "call_soon_threadsafe(" in case.answer.quote(line):
        advice = "What is called in these parentheses is called here: hand over the function itself"
    else:
        advice = "Hand it over with `loop.call_soon_threadsafe(…)`"
    return f"{text}. {advice}.", line, first.at


def deadlock(case):
    stop = case.run.stop
    if not stop or stop.reason != "deadlock" or forgotten.callback_of(case):
        return None
    if forgotten.dropped(case):
        return None  # what would have ended the wait was never run
    if len(stop.circle) == 1:
        return f"{case.name_of(stop.circle[0])} waits for itself: {case.at(stop.line)}.", stop.line
    if stop.circle:
        names = " waits for ".join(case.name_of(n) for n in [*stop.circle, stop.circle[0]])
        return f"They wait in a circle: {names}.", stop.line
    waits = [w.strip() for w in stop.text.split(";") if w.strip()]
    if any(wait.endswith(f": {INPUT}") for wait in waits):
        return (
            f"{begins(case.at(stop.line))}, asks with `input()`, and nobody is there to type an "
            "answer. Take as an argument what you need."
        ), stop.line
    shown = "; ".join(
        w.replace(": a ", " waits for a ", 1).replace(": ", " waits in ", 1) for w in waits[:4]
    )
    # On a loop of its own making, no line is known where it waits.
    line = stop.line or case.line_with("await asyncio.wait(") or case.usual_line()
    text = f"At {case.at(line)}: {shown}. Nothing is left that could end this wait."
    if waits[0] != waits[-1] and all(w.endswith(": Condition.wait") for w in waits[1:]):
        text += " At a condition one sleeps until somebody notifies, whatever becomes true."
    return text + _not_counted(case, waits), line


def _not_counted(case, waits):
    """What a `join` of a queue waits for: a worker that is dead, or was never told to count."""
    if not any(".join" in wait and "Queue" in wait for wait in waits):
        return ""
    text = " `join` waits for one `task_done()` for each item that was put in."
    dead = next((t for t in case.tasks if t.ended == "failed" and t.failure.line), None)
    if dead is None:
        gone = len(waits) == 1 and any(t.ended == "done" for t in case.tasks)
        return f"{text} Every worker has come to its end." if gone else text
    failed = f"`{dead.name}` ended with {dead.failure}".rstrip(".")
    return f"{text} {failed}, at {case.at(dead.failure.line)}."


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
    for task in case.tasks:
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
    if stop and stop.text == "time.sleep":
        return None  # the line holds the loop, which is told as that
    if stop and stop.reason in _LIMITS:
        return f"Stopped at {case.at(stop.line)}: {_LIMITS[stop.reason]}.", stop.line
    return None


def never_ended(case):
    stop = case.run.stop
    if not stop or stop.reason not in ("real_seconds", "seconds") or stop.text == "time.sleep":
        return None
    if any(u.line and not u.held for u in case.run.unawaited):
        return None  # it goes round without waiting because an `await` is missing
    if stop.until is not None and case.run.took < stop.until / 2:
        text = f"{begins(case.at(stop.line))}, waits for more than an hour on the clock."
    elif stop.reason == "seconds" and stop.line is None:
        text = "After an hour on the clock it had not come to its end."
    elif stop.reason == "seconds":
        text = f"After an hour on the clock it was still at {case.at(stop.line)}."
    elif stop.text and stop.line is not None:  # else it stands in a scene, which is no matter
        what = stop.text.partition("; ")[0].partition(": ")[2]
        text = f"It waits in {what} at {case.at(stop.line)}, and that does not end."
        if stop.full_pipe:
            text += " The child stands at a pipe that is full: read what it writes, as"
            text += " `communicate()` does."
    elif stop.went_round:
        text = (
            f"When the real time of a check was over, it was still at {case.at(stop.line)}. The "
            "loop went round all the time, so other tasks could run; this one came to no end."
        )
    elif stop.line is None:  # the loop's thread stands in no line of the answer's
        text = (
            "It did not end in the real time that a check has. The loop waits for a thread, a "
            "process or a connection, and the clock cannot skip that wait."
        )
    else:
        text = f"It never comes back from {case.at(stop.line)}: no other task can run meanwhile."
    if stop.stuck:
        text += " Its thread cannot be stopped from here: it goes on until that call comes back, or"
        text += " until the kernel is restarted."
    return text, stop.line
