"""What a picture of a run shows, before anything is drawn: rows, bars, marks and links.

`svg` and `chart_text` draw the same `Chart`, so they never disagree.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from checker.judge.wording import duration
from checker.show.picture import stretches
from checker.show.picture.critical_path import critical_path
from checker.show.picture.fold import Folded

MOST_BARS = 1500  # in the whole chart; shorter stretches are drawn as one
WIDTH = 1000  # stretches are visible from this part of the whole on
MOST_IN_ROW = 300  # bars; beyond that the eye sees none of them
MOST_LINKS = 200
MOST_NOTES = 60  # in one row


@dataclass
class Bar:
    """A stretch of a row.

    Attributes:
        state: "waits" (for time or the outside), "waits_for" (another task, or in line), "runs"
            (its own work), "blocked" (it holds the thread), "held" (another one holds it); where
            turns are counted, "step" (it runs) and "ready" (it stands in line to run), too.
        label: what it waits for or does, in a word or two.
    """

    state: str
    start: float
    end: float
    label: str = ""
    line: int | None = None


@dataclass
class Note:
    """A moment in a row: `kind` is "print", "cancel" or "differs" (not what was predicted)."""

    at: float
    kind: str
    text: str = ""


@dataclass
class Row:
    """A task, or a band of tasks that do the same.

    Attributes:
        task: its number, None for a band.
        ended: "done", "failed", "cancelled", "left", "stuck" (nothing can wake it) or "cut" (the
            engine ended the run), "" (a prediction).
        words: how it ended, in words.
        levels: of a band, (start, end, how many are alive).
        path: (start, end) of the stretches on the critical path.
        apart: it is the first row of a second run.
    """

    name: str
    indent: int
    start: float
    end: float
    ended: str
    words: str
    task: int | None = None
    bars: list[Bar] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    levels: list = field(default_factory=list)
    path: list = field(default_factory=list)
    apart: bool = False


@dataclass
class Link:
    """At `at`, the row `source` did something to the row `target`: "woke" or "started" it."""

    kind: str
    at: float
    source: int
    target: int


@dataclass
class Chart:
    """A run as it will be drawn; all times in seconds, or in turns of the loop.

    Attributes:
        end: the end of the time axis.
        exact: False if real work is in the run, so that its figures vary.
        blocked: (start, end, first row, last row) of the stretches in which no task could go on.
        expected: the seconds that it should have taken, or None.
        row_of: number of a task → number of the row that shows it.
        whose: how `expected` is called: "expected", or "you said".
        turns: the axis counts turns of the loop, because no time passes.
    """

    rows: list[Row]
    links: list[Link]
    end: float
    exact: bool
    blocked: list
    expected: float | None
    row_of: dict
    whose: str = "expected"
    turns: bool = False

    @property
    def ticks(self):
        """Where the axis is marked: 0 and multiples of a 1-2-5 step, up to `end`."""
        return self.marks()

    def marks(self, most=8):
        """The same, with at most `most` steps."""
        if self.turns:  # a turn is the least
            return [
                at for at in ticks(max(self.end, 1), min(most, max(1, self.end))) if at < self.end
            ]
        return ticks(self.end, most)

    def mark(self, at):
        """What stands at a mark of the axis."""
        return f"turn {at + 1:g}" if self.turns else duration(at)


def ticks(end, most=8):
    """Multiples of 1, 2 or 5 times a power of ten, from 0 to `end`, at most `most` steps."""
    if end <= 0:
        return [0.0]
    power = math.floor(math.log10(end / most))
    steps = [m * 10.0**p for p in (power, power + 1) for m in (1, 2, 5)]
    step = next(s for s in steps if end / s <= most + 1e-9)
    return [round(n * step, 9) for n in range(math.floor(end / step + 1e-9) + 1)]


def exact(run):
    """Whether every figure of the run is the same each time: no real time is in it."""
    return not run.charged and not (run.stop and run.stop.reason == "real_seconds")


def chart(run, expected_seconds=None, whose="expected", predicted=()):
    """The `Chart` of a run.

    Args:
        run: a `checker.engine.Run`.
        expected_seconds: what it should have taken, to be marked on the axis.
        whose: "expected", or "you said".
        predicted: (seconds, line, whether it is right) of each predicted line; they get a row.

    Where no time passes, and none was expected to, its axis counts turns.
    """
    from checker.show.picture import turns  # it makes charts of what is defined here

    if not expected_seconds and not predicted and turns.fits(run):
        return turns.chart(run)
    folded = Folded(run)
    end = max([run.took, *(t.ended_at or 0 for t in run.own_tasks)])
    maker = Maker(run, folded, end)
    rows = [maker.band(s) if len(s.tasks) > 1 else maker.row(s) for s in folded.slots]
    _mark_path(run, rows, folded.row_of)
    blocked = stretches.joined([(b.at, b.at + b.seconds) for b in run.blocked])
    seen = [(start, over) for start, over in blocked if over - start >= end / WIDTH]
    shade = [(*stretch, 0, len(rows) - 1) for stretch in seen]
    if predicted:
        rows.append(_prediction(predicted))
    return Chart(
        rows=rows,
        links=_links(run, folded.row_of),
        end=max(end, expected_seconds or 0),
        exact=exact(run),
        blocked=shade,
        expected=expected_seconds,
        row_of=folded.row_of,
        whose=whose,
    )


def beside(charts):
    """One `Chart` of several: their rows below each other, on one axis."""
    rows, links, blocked = [], [], []
    for one in charts:
        first = len(rows)
        rows += [replace(row, apart=first > 0 and not n) for n, row in enumerate(one.rows)]
        links += [replace(k, source=k.source + first, target=k.target + first) for k in one.links]
        blocked += [(start, end, a + first, b + first) for start, end, a, b in one.blocked]
    return Chart(
        rows=rows,
        links=links,
        end=max(one.end for one in charts),
        exact=all(one.exact for one in charts),
        blocked=blocked,
        expected=None,
        row_of={},
    )


def shorter(label):
    """A bar's label where room is short: "sleep" of "sleep(3)", "Lock" of "Lock.acquire"; what is
    done with a stream, "readline" of "StreamReader.readline".
    """
    label = label.removeprefix("StreamReader.").removeprefix("StreamWriter.")
    return re.split(r"[(.:]", label, maxsplit=1)[0]


def summary(chart):
    """The chart in one sentence, for those who cannot see it."""
    rows = chart.rows[:6]
    told = "; ".join(f"{row.name} {row.words}" for row in rows)
    more = f"; and {len(chart.rows) - 6} more rows" if len(chart.rows) > 6 else ""
    return f"{_extent(chart)}: {told}{more}." if rows else "No task ran."


def outline(chart, line=None):
    """The chart of a verdict in one sentence; `line` is the one that it marks, if any.

    Rows that end alike are counted and not named: sets, such as those of `as_completed`, have no
    order to rely on, and a verdict is the same each time.
    """
    ends = Counter(
        row.words.partition(":")[0] if row.ended == "stuck" else row.words
        for row in chart.rows
        if row.words
    )
    told = [words if many == 1 else f"{many} × {words}" for words, many in sorted(ends.items())]
    more = f"; and {len(told) - 6} more ends" if len(told) > 6 else ""
    text = f"{_extent(chart)}: {'; '.join(told[:6])}{more}."
    if chart.expected is not None:
        text += f" {chart.whose.capitalize()}: {duration(chart.expected)}."
    return f"{text} Line {line} is marked." if line else text


def _extent(chart):
    """How many tasks, in how long."""
    tasks = len(chart.row_of)
    text = "1 task" if tasks == 1 else f"{tasks:,} tasks"
    if chart.turns:
        return f"{text} in {math.ceil(chart.end)} turns of the loop"
    if chart.exact:
        return f"{text} in {duration(max((row.end for row in chart.rows), default=0))}"
    return text


def _prediction(predicted):
    notes = [Note(at, "print" if right else "differs", line) for at, line, right in predicted]
    first, last = notes[0].at, notes[-1].at
    return Row("you said", 0, first, last, "", "", notes=notes[:MOST_NOTES])


def _mark_path(run, rows, row_of):
    """Mark the critical path in the rows, if there is anything beside it that is not on it."""
    own = {"waits", "runs", "blocked"}
    bars = [(row, bar) for row in rows for bar in row.bars if bar.state in own]
    for step in critical_path(run):
        rows[row_of[step.task]].path.append((step.start, step.end))
        for row, bar in bars:  # any of several equal waits would do
            if (bar.start, bar.end) == (step.start, step.end) and row.task != step.task:
                row.path.append((bar.start, bar.end))
    for row in rows:  # who was asked to stop did not decide when
        if row.ended == "cancelled":
            row.path.clear()
            bars = [(other, bar) for other, bar in bars if other is not row]
    bars += [(row, Bar("waits", row.start, row.end)) for row in rows if row.levels]
    if all(any(a <= b.start and b.end <= z for a, z in row.path) for row, b in bars):
        for row in rows:
            row.path.clear()


# ---------------------------------------------------------------- what is in a row


class Maker:
    """Makes rows of tasks."""

    def __init__(self, run, folded, end):
        self.run, self.names, self.end = run, folded.names, end
        self.exact = exact(run)
        self.shortest = end / min(100, max(50, MOST_BARS // max(1, len(folded.slots))))
        kinds = {s.queue for t in run.own_tasks for s in t.spans if s.queue}
        self.kinds = [queue.rpartition(" ")[0] for queue in kinds]
        self.stuck = _stuck(run)
        self.printed = defaultdict(list)
        for printed in run.printed:
            self.printed[printed.task].append(printed)

    def row(self, slot):
        task = slot.tasks[0]
        end = self.end if task.ended_at is None else task.ended_at
        ended = self.ended(task)
        bars = [self._bar(s) for s in task.spans if s.end > s.start]
        bars = stretches.merged(bars + self._held(task, end, bars), self.shortest)
        if len(bars) > MOST_IN_ROW:
            bars = stretches.blended(bars, self.shortest)
        return Row(
            name=self.names[task.number],
            indent=slot.indent,
            start=task.made_at,
            end=end,
            ended=ended,
            words=self.words(task, ended, end, bars),
            task=task.number,
            bars=bars,
            notes=self._notes([task]),
        )

    def ended(self, task):
        """How the task ended, as `Row.ended` has it."""
        if task.ended in ("left", "stopped") and self.run.stop:
            return "stuck" if self.run.stop.reason == "deadlock" else "cut"
        return task.ended

    def band(self, slot):
        tasks, first = slot.tasks, slot.tasks[0]
        ends = [self.end if t.ended_at is None else t.ended_at for t in tasks]
        levels = stretches.levels([(t.made_at, e) for t, e in zip(tasks, ends, strict=True)])
        how = {self.ended(task) for task in tasks}
        ended = how.pop() if len(how) == 1 else "done"
        like = f" like {self.names[first.number]}" if slot.like else " tasks"
        shown = {"cut": "stopped", "stuck": "wait for ever"}.get(ended, ended)
        words = f"all {shown}" if not how else "ended in several ways"
        return Row(
            name=f"… {len(tasks):,} more{like}",
            indent=slot.indent,
            start=min(t.made_at for t in tasks),
            end=max(ends),
            ended=ended,
            words=words,
            notes=self._notes(tasks),
            levels=levels,
        )

    def _bar(self, span):
        others = [n for n in span.on if n in self.names]
        label = span.what
        if others:
            few = len(others) <= 3
            label = ", ".join(self.names[n] for n in others) if few else f"{len(others)} tasks"
        elif span.queue and self.kinds.count(span.queue.rpartition(" ")[0]) > 1:
            label = f"{span.queue}{span.what[span.what.find('.') :]}"
        state = span.state
        if state == "waits" and (others or span.queue):
            state = "waits_for"
        if state == "blocked":
            label = f"blocked: {span.what}"
        return Bar(state, span.start, span.end, label, span.line)

    def _held(self, task, end, bars):
        """Where it was ready, and another task held the thread."""
        held, starts = [], [bar.start for bar in bars]
        for blocked in self.run.blocked:
            over = blocked.at + blocked.seconds
            if blocked.task == task.number or over <= task.made_at or blocked.at >= end:
                continue
            begun = bisect_right(starts, blocked.at)
            start = max(blocked.at, task.made_at, bars[begun - 1].end if begun else 0)
            following = bisect_left(starts, start)
            until = min(over, end, *starts[following : following + 1])
            if until > start:
                held.append(Bar("held", start, until, "held up"))
        return held

    def words(self, task, ended, at, bars):
        """How the task ended, and where on the axis of the run (`at`, in seconds)."""
        when = f" at {duration(at)}" if self.exact and at else ""
        if ended == "failed":
            return f"failed{when}: {task.failure.type}" if task.failure else f"failed{when}"
        if ended == "left":
            return "lost" if task.lost else "left running"
        if ended == "stuck":
            if self.run.stop.task not in (None, task.number):
                return "held up for ever"
            what = self.stuck.get(task.number, "nothing wakes it")
            if what in ("a task", "a future") and bars and bars[-1].state == "waits_for":
                what = bars[-1].label
            return f"waits for ever: {what}"
        return "stopped here" if ended == "cut" else f"{ended}{when}"

    def _notes(self, tasks):
        notes = []
        for task in tasks:
            for printed in self.printed[task.number][:MOST_NOTES]:
                text = " / ".join(printed.text[:200].split("\n")).strip(" /")
                notes.append(Note(printed.at, "print", text))
            if len(tasks) > 1:
                continue
            for cancel in task.cancels[:MOST_NOTES]:
                shown = cancel.by == "timeout" or not (cancel.by == "group" or cancel.undone)
                if shown and (cancel.at < self.end or cancel.by == "timeout"):
                    why = "time-out" if cancel.by == "timeout" else "asked to stop"
                    notes.append(Note(cancel.at, "cancel", why))
        return sorted(notes, key=lambda n: n.at)[:MOST_NOTES]


def _stuck(run):
    """Number of each task that nothing can wake → what it waits for."""
    text, found = run.stop.text if run.stop else "", {}
    if run.stop and run.stop.task is not None:  # it holds the loop's thread, and the others wait
        what = text.rpartition("; ")[2].partition(": ")[2]
        line = f", line {run.stop.line}" if run.stop.line else ""
        return {run.stop.task: what + line}
    for task in run.own_tasks:
        if task.ended == "left" and text.startswith(f"{task.name}: "):
            what, _, text = text[len(task.name) + 2 :].partition("; ")
            found[task.number] = what
    return found


def _links(run, row_of):
    found = {}
    for task in run.own_tasks:
        here = row_of[task.number]
        if task.parent in row_of:
            found["started", task.made_at, row_of[task.parent], here] = None
        for at, waker in task.woken_by:
            if waker in row_of:
                found["woke", at, row_of[waker], here] = None
    links = [Link(*key) for key in found if key[2] != key[3]]
    return sorted(links, key=lambda n: (n.at, n.kind, n.source, n.target))[:MOST_LINKS]
