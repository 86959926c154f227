"""Which rows a chart has: children below their parents, and bands for crowds that do the same."""

import re
from collections import defaultdict
from dataclasses import dataclass

MOST_ROWS = 30
FOLD_FROM = 4  # that many tasks that do the same may become one band
SHOWN = 2  # of them, which keep a row of their own


@dataclass
class Slot:
    """What one row is to show: one task, or several."""

    indent: int
    tasks: list
    like: bool = False  # the tasks of a band do the same


class Folded:
    """The rows of a run, in order: children below their parents, equal siblings in a band."""

    def __init__(self, run):
        self.tasks = {t.number: t for t in run.own_tasks}
        self.children = defaultdict(list)
        for task in run.own_tasks:
            self.children[self._parent(run, task)].append(task)
        fold = len(self.tasks) > MOST_ROWS
        slots = self._slots(fold)
        if len(slots) > MOST_ROWS:
            rest = [t for slot in slots[MOST_ROWS - 1 :] for t in slot.tasks]
            slots = [*slots[: MOST_ROWS - 1], Slot(0, rest)]
        self.slots = slots
        self.row_of = {t.number: row for row, slot in enumerate(slots) for t in slot.tasks}
        self.names = names(run.own_tasks)

    def _parent(self, run, task):
        number = task.parent
        while number is not None and number not in self.tasks:
            number = run.tasks[number].parent
        return number if number is None or number < task.number else None

    def _slots(self, fold):
        slots, todo = [], [Slot(0, [t]) for t in reversed(self._siblings(None, fold))]
        while todo:
            slot = todo.pop()
            first = slot.tasks[0]
            if isinstance(first, list):
                slots.append(Slot(slot.indent, self._with_descendants(first), True))
                continue
            slots.append(slot)
            below = self._siblings(first.number, fold)
            todo += [Slot(slot.indent + 1, [t]) for t in reversed(below)]
        return slots

    def _siblings(self, parent, fold):
        """The children of a task; a list among them is a band."""
        children = self.children.get(parent, [])
        if not fold:
            return children
        groups = defaultdict(list)
        for task in children:
            groups[_stem(task.name), task.ended].append(task)
        shown = []
        for task in children:
            group = groups[_stem(task.name), task.ended]
            if len(group) < FOLD_FROM or task in group[:SHOWN]:
                shown.append(task)
            elif task is group[SHOWN]:
                shown.append(group[SHOWN:])
        return shown

    def _with_descendants(self, tasks):
        found, todo = [], list(tasks)
        while todo:
            task = todo.pop()
            found.append(task)
            todo += self.children.get(task.number, [])
        return sorted(found, key=lambda t: t.number)


def _stem(name):
    """What equal tasks have in common: "fetch" of "fetch('a')", "worker" of "worker 3"."""
    return re.sub(r"[\s_-]*\d+$", "", name.partition("(")[0])


def names(tasks):
    """Number of each task → its name, with a number where several have the same."""
    same, named = defaultdict(list), {}
    for task in tasks:
        same[task.name].append(task.number)
    for name, numbers in same.items():
        for count, number in enumerate(numbers, 1):
            named[number] = name if len(numbers) == 1 else f"{name} {count}"
    return named
