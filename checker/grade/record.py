"""What a child says of a run, looked at before anybody believes it.

A child may have been taken over by what it runs, so its record is data of unknown origin: every
field must have the type that `checker.engine.record` gives it, figures must be possible, and the
parts must agree with each other and with what was asked for.
"""

import msgspec

from checker.engine import values
from checker.engine.record import Run
from checker.engine.reruns.schedules import FACTORS

MOST_ITEMS = 50_000  # of a result, and of each list; the engine keeps fewer
MOST_LEVELS = 100  # of lists in lists; each tuple or dict counts as up to three
MOST_SECONDS = 1e12
MOST_CHARGED = 4  # times what went by: threads that work at once are charged each
SMALL = 0.001  # seconds that sums of spans may be off


class Unfit(ValueError):
    """What came is no record of a run; the message says why, and completes "its record …"."""


def read(data, real_seconds, schedule=0, services=(), traced=False):
    """The `Run` that the bytes `data` describe.

    Args:
        services: those that were sent; a call of theirs cannot be over before it is due.
        real_seconds: how long it took to come; a run cannot have been charged for more.
        schedule: the number of the order of events that was asked for.
        traced: whether a trace was asked for.

    Raises:
        Unfit: if it cannot be the record of a run.
    """
    content = parse(data)
    if "error" in content:
        raise Unfit(f"says that it failed: {str(content['error'])[:200]}")
    if _too_much(content.get("result")):
        raise Unfit("has too large a result")
    if len(data) > 2 * MOST_ITEMS and _too_long(content):  # an item has a comma, too
        raise Unfit("has a list with too many items")
    try:
        run = run_of(content)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"[:200]  # it may quote what came
        raise Unfit(f"is not as it should be ({why})") from None
    if (run.trace is not None) != traced:
        raise Unfit("does not tell which lines ran just when that is asked")
    problem = _contradiction(run, real_seconds, schedule) or _too_soon(run, services)
    if problem:
        raise Unfit(f"contradicts itself: {problem}")
    return run


def run_of(content):
    """The `Run` of which `Run.to_json` made `content`.

    Raises:
        ValueError: if a field is missing, or has another type than in `checker.engine.record`.
        TypeError, KeyError, RecursionError: if its result is none that `values.encode` makes.
    """
    return msgspec.convert({**content, "result": values.decode(content.get("result"))}, Run)


def parse(data):
    """The JSON object that the bytes are.

    Raises:
        Unfit: if they are none.
    """
    try:
        content = msgspec.json.decode(data)
    except (ValueError, RecursionError):
        raise Unfit("is no JSON") from None
    if type(content) is not dict:
        raise Unfit("is no JSON object")
    return content


def _too_long(content):
    """Whether any list in it has more items than the engine keeps."""
    todo = [content]
    while todo:
        holder = todo.pop()
        if type(holder) is list and len(holder) > MOST_ITEMS:
            return True
        inner = holder if type(holder) is list else holder.values()
        todo += [item for item in inner if type(item) in (list, dict)]
    return False


def _too_much(result):
    """Whether a result has more items, or more levels, than anything that a rule reads."""
    level, count = [result], 0
    for _ in range(MOST_LEVELS):
        holders = [value for value in level if type(value) in (list, dict)]
        level = [i for h in holders for i in (h if type(h) is list else h.values())]
        count += len(level)
        if not holders or count > MOST_ITEMS:
            break
    return bool(level)


# ---------------------------------------------------------------- figures


def _contradiction(run, real_seconds, schedule):
    """What in a run cannot be, or None."""
    if run.snapshots:
        return "it tells of each step, and nobody has asked"
    ends = [run.returned, run.failure is not None, run.stop is not None]
    if sum(ends) != 1:
        return "it ended in no way, or in two"
    if run.schedule != schedule:
        return "it is another run than the one asked for"
    if not 0 <= run.charged <= MOST_CHARGED * real_seconds + SMALL:
        return "it was charged for more than the time that went by"
    if run.took < 0 or run.turns < 0 or not run.tasks or run.tasks[0].made_at != 0:
        return "it has no beginning"
    return _wrong_task(run) or _wrong_moment(run) or _wrong_sum(run)


def _wrong_task(run):
    count = len(run.tasks)

    def known(number):
        return number is None or 0 <= number < count

    for number, task in enumerate(run.tasks):
        if task.number != number or not (task.parent is None or 0 <= task.parent < number):
            return "its tasks are not counted"
        if any(not known(on) for span in task.spans for on in span.on):
            return "a task waits for one that there is not"
    if run.stop is not None and not _circle(run.stop.circle, known):
        return "tasks wait in a circle that is none"
    others = [*run.calls, *run.blocked, *run.printed, *run.left]
    if any(not known(event.task) for event in others):
        return "something was done by a task that there is not"
    if run.point is not None and not (known(run.point.task) and known(run.point.cancelled)):
        return "a task was cancelled that there is not"
    return None


def _circle(numbers, known):
    return len(set(numbers)) == len(numbers) and all(map(known, numbers))


def _wrong_moment(run):
    # What is left behind is ended after the run, and written down with the moment of that.
    # Threads read the clock ahead of the loop's by real time, which is charged.
    latest = max((task.ended_at or 0 for task in run.tasks), default=0)
    end = max(run.took, latest) + run.charged + SMALL
    if not all(0 <= seconds < MOST_SECONDS for seconds in (end, *(b.seconds for b in run.blocked))):
        return "it took longer than anything takes"
    for task in run.tasks:
        at = task.made_at
        if not 0 <= at <= end:
            return "a task began before or after the run"
        if task.ended_at is not None and task.ended_at < at - SMALL:
            return "a task ended before it began"
        if not all(0 <= cancel.at <= MOST_SECONDS for cancel in task.cancels):
            return "a task was cancelled before or after the run"
        for span in task.spans:
            if not at - SMALL <= span.start <= span.end <= end:
                return "what a task did is not in order"
            at = span.start
    for call in run.calls:
        if not 0 <= call.start <= (call.end if call.end is not None else end) <= end:
            return "a call is not in order"
    if run.point is not None and not 0 <= run.point.at <= MOST_SECONDS:
        return "it was cancelled before or after the run"
    if any(not 0 <= event.at <= end for event in (*run.printed, *run.blocked)):
        return "something happened before or after the run"
    return None


def _wrong_sum(run):
    """The main task is there from the first moment to the last: what it did is the whole time."""
    if run.cut or run.stop is not None:
        return None
    first = [(span.start, span.end) for span in run.tasks[0].spans]
    # While the loop was held, nobody could go on.
    held = [(block.at, block.at + block.seconds) for block in run.blocked]
    known = 0.0
    reached = 0.0
    for start, end in sorted(first + held):
        known += max(0.0, min(end, run.took) - max(start, reached))
        reached = max(reached, end)
    last = run.tasks[0].ended_at
    if run.stop is None and (last is None or abs(last - run.took) > SMALL + run.charged):
        return "the run and the answer's own task end at different moments"
    if run.took - known > SMALL + run.charged:
        return f"of its {run.took:.3f} s, it tells of {known:.3f} s"
    return None


def _too_soon(run, services):
    """A call that ended well before its service can have answered."""
    share = min(FACTORS) if run.schedule else 1
    least = {what: seconds for service in services for what, seconds in service.at_least().items()}
    for call in run.calls:
        seconds = least.get(call.what)
        took = call.end - call.start if call.outcome == "ok" and call.end is not None else None
        if seconds and took is not None and took < seconds * share - SMALL:
            return f"{call.what} took less time than it takes"
    return None
