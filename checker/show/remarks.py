"""What a stock run would print of itself, or do at its end: in lines, for a timeline."""

import re

from checker.engine.record import Failure, Left, Run

MOST_LINES = 12
_PLACE = re.compile(r"( created)? at [^ ]+:\d+")  # a file of this machine
# What stands elsewhere: in the picture, or with its line among the unheard.
_SHOWN = ("Task exception was never retrieved", "Task was destroyed", "Exception in a thread")


def remarks(run: Run) -> list[str]:
    """Each line: the members of a group, what nobody heard of, what goes on after the end.

    Nothing of it stands in the picture or among what was printed.
    """
    lines = _members(run.failure, 1) if run.failure else []
    lines += [_unheard(failure) for failure in run.unheard]
    callbacks = any(failure.where == "a callback" for failure in run.unheard)
    hidden = (*_SHOWN, "Exception in callback") if callbacks else _SHOWN
    lines += [
        f"asyncio reports: {_PLACE.sub('', complaint)}"
        for complaint in run.complaints
        if not complaint.startswith(hidden)
    ]
    lines += [
        f"{_of_line(unwoken.line, 'another thread')} touches the loop without waking it: "
        "`loop.call_soon_threadsafe(…)` does"
        for unwoken in run.unwoken
    ]
    lines += [f"at the end it prints | {line}" for line in run.afterwards.splitlines()]
    lines += [_waited_for(left) for left in run.left if left.kind in ("thread", "timer")]
    lines += [_waited_for(call) for call in run.pool_calls]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"… {len(lines) - MOST_LINES:,} more"]
    return lines


def _members(failure: Failure, depth: int) -> list[str]:
    lines = []
    for member in failure.of:
        lines.append(f"{'  ' * depth}{member}{_at(member.line)}")
        lines += _members(member, depth + 1)
    return lines


def _unheard(failure: Failure) -> str:
    return f"nobody handles what came out of {failure.where}: {failure}{_at(failure.line)}"


def _waited_for(left: Left) -> str:
    if left.kind == "timer":
        return f"a timer is still set{_at(left.line)}; `asyncio.run` would drop it"
    what = f"`{left.what}` still runs in a thread" if left.kind == "call" else "a thread still runs"
    return f"{what}{_at(left.line)}; the program would wait for it at its end"


def _at(line: int | None) -> str:
    return f", line {line}" if line else ""


def _of_line(line: int | None, otherwise: str) -> str:
    return f"line {line}, in another thread," if line else otherwise
