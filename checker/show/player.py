"""A run step by step: what runs, what is ready, which timers are set, who waits for what.

In a trusted notebook it is a player, with or without a kernel: everything it shows is in the
output. Elsewhere it is a picture and a list of the steps.
"""

import json
import secrets
from html import escape
from pathlib import Path
from typing import Any

from checker import kernel
from checker.engine import Run
from checker.engine.recording.snapshots import MOST_TASKS, states_of
from checker.judge.wording import duration
from checker.show.picture import chart, fold, svg, turns

MOST_STEPS = 60  # in text
_SCRIPT = Path(__file__).with_name("player.js")


class Player:
    """Steps through a run; shows itself.

    Args:
        run: a `checker.engine.Run` that was observed with its snapshots.
        source: the text of the cell that was run.
    """

    def __init__(self, run: Run, source: str = ""):
        self.run = run
        self.source = source
        self.names = _names(run)
        self.steps = _steps(run, self.names)
        many = len(run.tasks)
        # Said in words, where a player has less than all.
        self.less = (
            f"The first {MOST_TASKS} of {many:,} tasks are followed." if many > MOST_TASKS else ""
        )

    def __repr__(self) -> str:
        text = "".join(printed.text for printed in self.run.printed)
        before: dict[str, Any] = {"things": []}
        lines: list[str] = []
        for step in self.steps[:MOST_STEPS]:
            printed = text[before.get("printed", 0) : step["printed"]]
            lines += _text(step, before["things"], printed)
            before = step
        if self.less:
            lines.insert(0, self.less)
        missing = max(0, len(self.steps) - MOST_STEPS) + self.run.later_steps
        return "\n".join([*lines, f"… {missing:,} more steps"] if missing else lines)

    def _repr_html_(self) -> str:
        drawn = chart.chart(self.run)
        drawing = svg.img(svg.svg(drawn), chart.summary(drawn)) if drawn.rows else ""
        drawing += f"<div>{escape(self.less)}</div>" if self.less else ""
        listed = (
            f"<details><summary>Step by step</summary><pre>{escape(repr(self))}</pre></details>"
        )
        if not kernel.live():
            return f"<div>{drawing}{listed}</div>"
        place = f"player-{secrets.token_hex(8)}"
        # "</script>" and "<!--" mean something to a browser, even in a text.
        shown = json.dumps(data(self, drawn)).replace("<", "\\u003c")
        begin = f'start(document.getElementById("{place}"), {shown});'
        return (
            f'<div id="{place}">{drawing}{listed}</div>'
            f"<script>(() => {{\n{script()}\n{begin}\n}})();</script>"
        )


def script():
    """JavaScript that makes the function `start`, which fills an element with a player."""
    return f"const start = (() => {{\n{_SCRIPT.read_text(encoding='utf-8')}\nreturn start;\n}})();"


def data(player, drawn):
    """What `player.js` wants to know, as JSON data; its head says what is what."""
    run = player.run
    return {
        "source": player.source.splitlines(),
        "printed": "".join(printed.text for printed in run.printed),
        "names": player.names,
        "end": drawn.end,
        "axis": svg.axis(drawn),
        "later": run.later_steps,
        "steps": _changes(player.steps),
    }


def _changes(steps):
    """The steps, each with only what is not as in the one before."""
    last, found = {}, []
    for step in steps:
        changed = {key: value for key, value in step.items() if last.get(key) != value}
        if "tasks" in changed:
            old = last.get("tasks", [])
            changed["tasks"] = [task for task in step["tasks"] if task not in old]
        found.append(changed)
        last = step
    return found


class _Names(dict):
    """Number of each task → its name. One that was made after the end has a number and no name."""

    def __missing__(self, number):
        return "a later task"


def _names(run):
    named = {task.number: task.name for task in run.tasks}
    return _Names({**named, **fold.names(run.own_tasks)})


# ---------------------------------------------------------------- what a step shows


def _steps(run, names):
    """Each step of the loop in words, and how all stands when it is over."""
    found, whole, begun = [], states_of(run), set()
    at = [ends for _, ends in turns.places(run)] if turns.fits(run) else None
    for index, (before, after) in enumerate(zip(whole, [*whole[1:], None], strict=False)):
        step = before.snapshot.step
        stands = after or before
        now = step[0] if step and step[1] == "" else None
        ready, this_turn = _in_line(before.snapshot, after.snapshot if after else None)
        found.append(
            {
                "at": stands.snapshot.at,
                "x": at[index] if at else stands.snapshot.at,
                "turn": before.snapshot.turn,
                "did": _did(before, after, names, now in begun),
                "now": now,
                "tasks": [_task(task, names, stands) for task in stands.tasks.values()],
                "ready": [_label(label, names) for label in ready]
                + _more(stands.snapshot.more_ready),
                "this_turn": this_turn,
                "timers": [[at, _label(label, names)] for at, *label in stands.snapshot.timers]
                + [["", text] for text in _more(stands.snapshot.more_timers)],
                "things": [_thing(one, names) for one in stands.primitives.values()],
                "printed": stands.snapshot.printed,
            }
        )
        begun.add(now)
    return found


def _in_line(before, after):
    """The labels that stand in line after a step, and how many of them still run in its turn."""
    if after is None or after.step is None:
        return [], 0
    same = after.turn == before.turn
    return [after.step, *after.ready], (1 + after.this_turn) * same


def _did(loop_state, after, names, has_begun):
    """The step in words."""
    snapshot = loop_state.snapshot
    if snapshot.step is None:
        if after is None:
            return "All is over."
        if after.snapshot.at == snapshot.at:
            return "Nothing is ready."
        since, until = duration(snapshot.at), duration(after.snapshot.at)
        return f"Nothing is ready. The clock goes on from {since} to {until}."
    number, callback = snapshot.step
    if callback and number is not None:
        return f"{callback} is over: {names[number]} is ready again."
    if callback:
        return f"The loop calls {callback}."
    name = names[number]
    where = f" in line {loop_state.line}" if loop_state.line else ""
    begins = f"goes on{where}" if has_begun or where else "starts"
    then = after.tasks.get(number) if after else None
    if then is None:
        return f"{name} {begins}."
    if then["state"] in ("done", "failed", "cancelled", "stopped"):
        end = {"done": "and ends", "failed": "and fails", "cancelled": "and is cancelled"}
        end["stopped"] = "and is stopped: it never comes back"
        return f"{name} {begins} {end[then['state']]}."
    where = f"in line {then['line']}" if then["line"] else "inside a library"
    what = _what(then, names, after)
    # What is ready at once has waited for nothing: it lets the others have their turn.
    stops = "waits" if then["state"] == "waits" else "gives way"
    return f"{name} {begins}; it {stops} {where}{': ' if what else ''}{what}."


def _task(task, names, loop_state):
    what = "" if task["state"] == "ready" else _what(task, names, loop_state)
    return [task["task"], task["state"], task["line"], what]


def _what(task, names, loop_state):
    """What a waiting task waits for, in words."""
    if task["on"]:
        return ", ".join(names[n] for n in task["on"][:5]) + (" …" if len(task["on"]) > 5 else "")
    held = loop_state.primitives.get(task["primitive"])
    return f"{task['what']} ({held['name']})" if held else task["what"]


def _label(label, names):
    number, callback = label
    if number is None:
        return callback
    return f"wakes {names[number]}" if callback else names[number]


def _more(count):
    return [f"… {count:,} more"] if count else []


def _thing(primitive, names):
    """[name, state, who is in line, contents] of a lock, a queue …"""
    kind = primitive["kind"]
    name = primitive["name"]
    if not name.startswith(kind):
        name = f"{name} ({kind})"
    line = [names[number] for number in primitive["waiters"]]
    line += [f"{names[number]} (to put)" for number in primitive.get("putters", ())]
    return [name, _state_of(primitive, names), line, primitive.get("items", [])]


def _state_of(primitive, names):
    if "size" in primitive:
        room = f" of {primitive['maxsize']}" if primitive["maxsize"] else ""
        open_ = f", {primitive['unfinished']} not yet done" if primitive["unfinished"] else ""
        return f"{primitive['size']}{room} inside{open_}"
    if "set" in primitive:
        return "set" if primitive["set"] else "not set"
    if "parties" in primitive:
        return f"{len(primitive['waiters'])} of {primitive['parties']} are there"
    holders = primitive["held_by"]
    holders = holders if isinstance(holders, list) else [holders] * (holders is not None)
    held = f"held by {', '.join(names[number] for number in holders)}" if holders else ""
    if "value" in primitive:
        return f"{primitive['value']} free" + (f", {held}" if held else "")
    return held or ("locked" if primitive["locked"] else "free")


# ---------------------------------------------------------------- as text


def _text(step, things_before, printed):
    yield f"{duration(step['at'])}, turn {step['turn']}: {step['did']}"
    if step["ready"]:
        yield f"    ready: {', '.join(step['ready'])}"
    for thing in step["things"]:
        if thing not in things_before:
            name, state, line, contents = thing
            inside = f": {', '.join(contents)}" if contents else ""
            yield f"    {name}: {state}{inside}" + (f"; in line: {', '.join(line)}" if line else "")
    yield from (f"    | {line}" for line in printed.splitlines())
