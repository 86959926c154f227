"""Tasks that a cell leaves running are named below that cell, once each.

A script ends with its main coroutine and takes its tasks along. In a notebook they go on beside
the next cells, which nothing else would tell.
"""

import asyncio
import collections
import re
import weakref

from checker.kernel.tasks import coroutine_name, is_learners, title

WHAT = "naming tasks that a cell left running"

_MOST_LINES = 5


def install(ip):
    """Look at the kernel's tasks before and after each cell; returns the function that stops it."""
    known = weakref.WeakSet(_running())
    source = ""

    def before(info):
        nonlocal source
        source = info.raw_cell
        known.update(task for task in _running() if not task.cancelling())

    def after(*_):
        left = [
            task
            for task in _running()
            # One that was cancelled gets the time until the next cell to end.
            if task not in known and not task.cancelling() and is_learners(task)
        ]
        known.update(left)
        for line in describe(left, source):
            print(line)

    ip.events.register("pre_run_cell", before)
    ip.events.register("post_run_cell", after)

    def undo():
        ip.events.unregister("pre_run_cell", before)
        ip.events.unregister("post_run_cell", after)

    return undo


def _running():
    try:
        return asyncio.all_tasks()
    except RuntimeError:  # the shell's loop does not run: there is nothing to leave behind
        return set()


def describe(tasks, source):
    """The lines that name `tasks`, in an order that is the same on every run.

    `source` is the text of the cell that left them.
    """
    groups = collections.defaultdict(list)
    for task in tasks:
        coroutine = coroutine_name(task)
        groups[title(task.get_name(), coroutine), coroutine].append(task)
    lines = []
    for (name, coroutine), same in sorted(groups.items(), key=lambda item: item[0]):
        what = f"task {name!r}" if len(same) == 1 else f"{len(same)} tasks {name!r}"
        place = _line_of_call(coroutine, source)
        lines.append(f"{what}, line {place}" if place else what)
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"{len(lines) - _MOST_LINES} other kinds of task"]
    return [f"Still running after this cell: {line}" for line in lines]


def _line_of_call(coroutine, source):
    """The number of the one line in `source` that calls the coroutine, None if not just one."""
    name = re.escape(coroutine.rpartition(".")[2])
    call = re.compile(rf"(?<!\bdef )\b{name}\(")
    found = [number for number, text in enumerate(source.splitlines(), 1) if call.search(text)]
    return found[0] if len(found) == 1 else None
