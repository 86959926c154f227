"""Where a race shows: which line reads, which line writes, and who came between.

The source says in which line something shared is read, and in which line, behind an `await`, it is
written. The record says whether two tasks stood between the two at once.
"""

import ast
import itertools
from dataclasses import dataclass

from checker.judge.source import tree
from checker.judge.unmet import Called, Checked, Raised, Returned, TooOften
from checker.judge.wording import duration

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CHANGING = (
    *("add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "update"),
    *("setdefault", "put_nowait", "popleft", "appendleft"),
)


@dataclass(frozen=True)
class Gap:
    """Something shared is read, then comes an `await`, then it is written. Lines of the cell."""

    name: str
    read: int
    wait: int
    write: int


def race(case):
    """The evidence for the cause `race`, or None."""
    order = case.unmet.order
    if order is None:
        return _met_as_usual(case) or _shared(case) or _told(case)
    before = f"In the usual order it comes out right. In order {order.number}"
    if case.run.charged:  # then a seed does not fix everything
        before = "In the usual order it comes out right. In another one"
    elif order.failing is not None:
        before = f"It goes wrong in {order.failing} of {order.tried} orders in which its waits can"
        before += f" end. In order {order.number}"
    for search in (_between, _told, _other_end, _overtaking, _same_moment):
        evidence = search(case, order.usual)
        if evidence is not None:
            return f"{before}, {evidence[0]}", *evidence[1:]
    return f"{before} of the events it comes out differently: see the picture.", None


def _between(case, usual):
    """Two tasks that stood in one gap at once, or in two gaps of the same thing."""
    for gap, task, span, other, rival, beside in _meetings(case):
        if not _meets(usual, task, gap, rival, other):  # else it does so when all is well, too
            return _both_in_the_gap(case, gap, task, span, rival, beside)
    return None


def _met_as_usual(case):
    """The same, where it comes out wrong in the usual order already. A rule that looks at several
    orders of events asks for what holds in each of them, so such a meeting is the fault.
    """
    wrong = isinstance(case.unmet, (Called, Checked, Returned, TooOften))
    if not wrong or not case.unmet.observed.contended or case.run.failure or case.run.stop:
        return None
    for gap, task, span, _, rival, beside in _meetings(case):
        return _both_in_the_gap(case, gap, task, span, rival, beside)
    return None


def _told(case, _usual=None):
    """What a rule says that looks at several orders of events and knows the fault."""
    unmet = case.unmet
    if not isinstance(unmet, Checked) or not unmet.observed.contended or not unmet.why:
        return None
    line = case.line()
    return f"{unmet.why}: {case.at(line)}.", line


def _meetings(case):
    """(gap, task, its wait there, gap, rival, its wait there): the rival came meanwhile."""
    gaps = find_gaps(case.answer.source)
    for gap in gaps:
        for task, span in _waits_at(case.run, gap.wait):
            for other in (g for g in gaps if g.name == gap.name):
                for rival, beside in _waits_at(case.run, other.wait):
                    if rival.number != task.number and span.start <= beside.start < span.end:
                        yield gap, task, span, other, rival, beside


def _waits_at(run, line):
    return [(t, s) for t in run.own_tasks for s in t.spans if s.state == "waits" and s.line == line]


def _meets(run, task, gap, rival, other):
    """Whether these two tasks stood in these two lines at once in this run, too."""
    return any(
        a.start < b.end and b.start < a.end
        for first, a in _waits_at(run, gap.wait)
        for second, b in _waits_at(run, other.wait)
        if first.number == task.number and second.number == rival.number
    )


def _both_in_the_gap(case, gap, task, span, rival, beside):
    who = f"another `{rival.name}`" if rival.name == task.name else f"`{rival.name}`"
    reads = f"`{task.name}` reads `{gap.name}` in line {gap.read} and writes it in line {gap.write}"
    if gap.read == gap.write:
        reads = f"`{task.name}` reads and writes `{gap.name}` in line {gap.read}"
    stretch = f", from {duration(span.start)} to {duration(span.end)}"
    wait = f"Between the two it waits{'' if case.run.charged else stretch}, at {case.at(gap.wait)}"
    text = f"{reads}. {wait}. Meanwhile{case.when(beside.start)}, {who} reads it too"
    text += ", and neither sees what the other one writes."
    if span.queue.startswith(("Lock", "Semaphore", "BoundedSemaphore", "Condition")):
        text += " What it has read before it waits there is old afterwards: read it again behind."
    return text, gap.wait, span.start, task.number


def _overtaking(case, usual):
    """Two calls of services that end in another order than usual."""
    before = {call: at for call, at, _ in _ends(usual)}
    now = [item for item in _ends(case.run) if item[0] in before]
    pairs = [
        (earlier, later)
        for earlier, later in itertools.permutations(now, 2)
        if earlier[1] <= later[1] and before[earlier[0]] > before[later[0]]
    ]
    if not pairs:
        return None
    earlier, later = min(pairs, key=lambda pair: (pair[0][1] == pair[1][1], pair[0][1]))
    call, at, line = earlier
    order = "before" if at < later[1] else "in the same moment as"
    text = f"`{call}` ends{case.when(at)}, {order} `{later[0]}`, which usually ends earlier:"
    return f"{text} {case.at(line)}. {_outcome(case)}", line, at


def _other_end(case, usual):
    """A call of a service that ends in another way than usual."""
    before = {call.what: call.outcome for call in usual.calls}
    for call in case.run.calls:
        if call.end is not None and before.get(call.what, call.outcome) != call.outcome:
            text = f"`{call}` is {call.outcome}{case.when(call.end)}, which it usually is not"
            return f"{text}: {case.at(call.line)}. {_outcome(case)}", call.line, call.end
    return None


def _ends(run):
    """(call, seconds, line) of each call that ended, by time; each way to call it counts once."""
    ends = {}
    for call in run.calls:
        if call.end is not None and call.what not in ends:
            ends[call.what] = (call.what, call.end, call.line)
    return sorted(ends.values(), key=lambda item: item[1])


def _same_moment(case, _usual):
    """Two sleeps of the answer's that end in one moment, and began in different ones."""
    sleeps = [
        (span.end, span.start, task, span)
        for task in case.tasks
        for span in task.spans
        if span.is_sleep and span.line
    ]
    sleeps.sort(key=lambda sleep: sleep[:2])
    for (end, start, task, span), (other_end, other_start, other, beside) in itertools.pairwise(
        sleeps
    ):
        if end == other_end and start != other_start and task is not other:
            text = f"`{task.name}`, at {case.at(span.line)}, and `{other.name}`, at"
            text += f" {case.at(beside.line)}, go on in the same moment{case.when(end)}. Either"
            return f"{text} may be first. {_outcome(case)}", span.line, end, task.number
    return None


def _outcome(case):
    stop = case.run.stop
    if stop is not None and stop.reason == "deadlock":
        return f"Then everybody waits for ever: {case.at(stop.line)}."
    failure = case.run.failure
    if failure is not None and not isinstance(case.unmet, Raised):
        return f"Then {failure} is raised: {case.at(failure.line)}."
    return "See the picture."


def _shared(case):
    """Two threads that used something at once, or one that came between two uses of another.

    A rule that gives an answer something shared says so, as `shared`; its calls read
    "counter.read()", "counter.write(3)".
    """
    shared = case.unmet.shared if isinstance(case.unmet, Checked) else ""
    uses = [c for c in case.run.calls if c.service == shared and c.end is not None]
    uses.sort(key=lambda call: (call.start, call.what))
    for first, second in itertools.combinations(uses, 2):
        if first.thing == second.thing and second.start < first.end:
            text = f"`{second}` begins{case.when(second.start)}, when `{first}` is still going on"
            text += f": two {case.unmet.shared_by}s use `{first.thing}` at once"
            return f"{text}, at {case.at(second.line)}.", second.line
    evidence = next(filter(None, (_came_between(case, uses, use) for use in uses)), None)
    return evidence or _half_done(case, uses)


def _came_between(case, uses, write):
    """Who used a thing between this write to it and the read of it before, by the same thread."""
    same = [use for use in uses if use.thing == write.thing and use.start < write.start]
    mine = [use for use in same if use.thread == write.thread]
    if write.method == "read" or not mine or mine[-1].method != "read":
        return None
    for other in same[same.index(mine[-1]) + 1 :]:
        text = _between_two(case, mine[-1], other, write)
        return (
            f"{text}. Neither {case.unmet.shared_by} knows what the other one writes.",
            other.line,
        )
    return None


def _half_done(case, uses):
    """A thread that only reads, between two writes of another one."""
    writes = [use for use in uses if use.method != "read"]
    for use in uses:
        if any(write.thread == use.thread for write in writes):
            continue
        before = [w for w in writes if w.thing == use.thing and w.start < use.start]
        after = [
            w for w in writes if w.start > use.start and before and w.thread == before[-1].thread
        ]
        if after:
            text = _between_two(case, before[-1], use, after[0])
            return f"{text}. It sees what is only half done.", use.line
    return None


def _between_two(case, first, other, last):
    text = f"`{other}`{case.when(other.start)}, at {case.at(other.line)}, comes between"
    text += f" `{first}`{case.when(first.start)} and `{last}`{case.when(last.start)}"
    return f"{text} of another {case.unmet.shared_by}"


# ---------------------------------------------------------------- the source


def find_gaps(source):
    """The `Gap`s of a source text, in the order of their waits."""
    gaps = []
    for function in ast.walk(tree(source)):
        if isinstance(function, ast.AsyncFunctionDef):
            gaps += _gaps_in(function)
    return sorted(set(gaps), key=lambda gap: (gap.wait, gap.read, gap.write))


def _gaps_in(function):
    nodes = list(_within(function))
    shared = {
        n for node in nodes if isinstance(node, (ast.Nonlocal, ast.Global)) for n in node.names
    }
    local = {
        n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    } - shared
    reads, writes = [], []
    for node in nodes:
        written = _written(node, shared)
        if written is not None:
            # A call such as `found.append(…)` names what it changes; that is no look at it.
            before = node.lineno if isinstance(node, ast.Call) else node.end_lineno + 1
            writes.append((written, node.end_lineno, before))
            if isinstance(node, ast.AugAssign):
                reads.append((written, node.lineno))
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            reads.append((ast.unparse(node), node.lineno))
    waits = [n.lineno for n in nodes if isinstance(n, (ast.Await, ast.AsyncFor, ast.AsyncWith))]
    return [
        Gap(name, read, wait, write)
        for name, write, before in writes
        if name.split(".")[0] not in local
        for wait in waits
        if wait <= write
        for read in [_last(r for n, r in reads if n == name and r <= wait and r < before)]
        if read is not None
    ]


def _last(lines):
    return max(lines, default=None)


def _within(function):
    """The nodes of a function without those of the functions inside it."""
    todo = list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _FUNCTIONS):
            todo.extend(ast.iter_child_nodes(node))


def _written(node, shared):
    """The name of what this node changes and others can see, or None."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete)):
        for target in targets:
            if isinstance(target, ast.Subscript):
                return ast.unparse(target.value)
            if isinstance(target, ast.Attribute) or (
                isinstance(target, ast.Name) and target.id in shared
            ):
                return ast.unparse(target)
    method = node.func if isinstance(node, ast.Call) else None
    if isinstance(method, ast.Attribute) and method.attr in _CHANGING:
        return ast.unparse(method.value)
    return None
