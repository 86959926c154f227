"""The picture of a run in which no time passes: its axis counts the turns of the loop.

Within a turn, each step has a share of its own, in the order in which they run.
"""

from collections import Counter

from checker.engine.recording.snapshots import MOST_TASKS, states_of
from checker.show.picture import stretches
from checker.show.picture.chart import (
    MOST_LINKS,
    MOST_NOTES,
    Bar,
    Chart,
    Link,
    Maker,
    Note,
    Row,
    exact,
)
from checker.show.picture.fold import Folded

MOST_TURNS = 100
SHARED = 0.85  # the part of a turn that its steps share; the rest parts it from the next


def fits(run):
    """Whether turns say more of a run than time does, and its snapshots show all of them."""
    return bool(
        run.snapshots
        and run.took == 0
        and exact(run)
        and not run.later_steps
        and len(run.tasks) <= MOST_TASKS
        and 0 < run.snapshots[-1].turn <= MOST_TURNS
    )


def places(run):
    """Where the step of each snapshot begins and ends on an axis of turns: turn 1 is 0 to 1.

    Steps share the first part of their turn. Where there is no step, both are the same.
    """
    many = Counter(snapshot.turn for snapshot in run.snapshots if snapshot.step)
    seen, found, at = Counter(), [], 0.0
    for snapshot in run.snapshots:
        begins = at
        if snapshot.step:
            turn = snapshot.turn
            begins = round(turn - 1 + SHARED * seen[turn] / many[turn], 6)
            seen[turn] += 1
            at = round(turn - 1 + SHARED * seen[turn] / many[turn], 6)
        found.append((begins, at))
    return found


def chart(run):
    """The `Chart` of a run that fits, with turns for seconds."""
    at = places(run)
    end = at[-1][1]
    folded = Folded(run)
    maker = _TurnMaker(run, folded, end, _lives(run, at))
    rows = [maker.band(s) if len(s.tasks) > 1 else maker.row(s) for s in folded.slots]
    return Chart(
        rows=rows,
        links=_links(run, folded.row_of, at),
        end=end,
        exact=True,
        blocked=[],
        expected=None,
        row_of=folded.row_of,
        turns=True,
    )


class _Life:
    """What a task does in the snapshots: from where to where, and its bars."""

    def __init__(self, start):
        self.start, self.end, self.bars = start, None, []

    def add(self, start, end, state, label, line):
        last = self.bars[-1] if self.bars else None
        if last and (last.state, last.label, last.line, last.end) == (state, label, line, start):
            last.end = end
        elif end > start:
            self.bars.append(Bar(state, start, end, label, line))


def _lives(run, at):
    """Number of each task → its `_Life`."""
    lives, over = {}, 0.0  # where the step before is over
    names = {task.number: task.name for task in run.own_tasks}
    for state, (begins, ends) in zip(states_of(run), at, strict=True):
        for number, task in state.tasks.items():
            life = lives.setdefault(number, _Life(over))
            if task["state"] not in ("ready", "waits"):
                life.end = over if life.end is None else life.end
                continue
            kind, label = _doing(task, names)
            runs = state.snapshot.step == [number, ""]
            life.add(over, begins, kind, label, task["line"])
            life.add(begins, ends, *(("step", "") if runs else (kind, label)), task["line"])
        over = ends
    return lives


def _doing(task, names):
    """(state of a bar, its label) of a task that does not run."""
    if task["state"] == "ready":
        return "ready", ""
    others = [names[number] for number in task["on"] if number in names]
    waits_for = others or task["primitive"] is not None
    return "waits_for" if waits_for else "waits", ", ".join(others) or task["what"]


class _TurnMaker(Maker):
    """Makes rows whose places are turns."""

    def __init__(self, run, folded, end, lives):
        super().__init__(run, folded, end)
        self.lives = lives
        self.printed = _printed(run)

    def row(self, slot):
        task = slot.tasks[0]
        life = self.lives[task.number]
        ended = self.ended(task)
        return Row(
            name=self.names[task.number],
            indent=slot.indent,
            start=life.start,
            end=self.end if life.end is None else life.end,
            ended=ended,
            words=self.words(task, ended, 0, life.bars),
            task=task.number,
            bars=life.bars,
            notes=self._notes(slot.tasks),
        )

    def band(self, slot):
        band = super().band(slot)
        lives = [self.lives[task.number] for task in slot.tasks]
        ends = [self.end if life.end is None else life.end for life in lives]
        band.start, band.end = min(life.start for life in lives), max(ends)
        band.levels = stretches.levels([(x.start, e) for x, e in zip(lives, ends, strict=True)])
        band.notes = self._notes(slot.tasks)
        return band

    def _notes(self, tasks):
        notes = [note for task in tasks for note in self.printed.get(task.number, ())]
        return sorted(notes, key=lambda note: note.at)[:MOST_NOTES]


def _printed(run):
    """Number of each task → a note for each piece of output, at the step that printed it."""
    at, found, written, index = places(run), {}, 0, 0
    for printed in run.printed:
        while index + 1 < len(run.snapshots) and run.snapshots[index + 1].printed <= written:
            index += 1
        written += len(printed.text)
        text = " / ".join(printed.text[:200].split("\n")).strip(" /")
        middle = round(sum(at[index]) / 2, 6)
        found.setdefault(printed.task, []).append(Note(middle, "print", text))
    return found


def _links(run, row_of, at):
    """Who started whom, and whose step made a waiting task ready."""
    links, before, by, over = [], {}, None, 0.0
    for state, (_, ends) in zip(states_of(run), at, strict=True):
        for number, task in state.tasks.items():
            kind, whose = None, by
            if number not in before:
                kind, whose = "started", run.tasks[number].parent
            elif before[number] == "waits" and task["state"] == "ready":
                kind = "woke"
            if kind and number in row_of and whose in row_of and row_of[whose] != row_of[number]:
                links.append(Link(kind, over, row_of[whose], row_of[number]))
        before = {number: task["state"] for number, task in state.tasks.items()}
        by = state.snapshot.step[0] if state.snapshot.step else None
        over = ends
    return links[:MOST_LINKS]
