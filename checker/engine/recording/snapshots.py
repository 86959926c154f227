"""What a player shows: a run as snapshots, one for each step of the loop.

A snapshot is the loop as it stands just before a step: a callback that is about to run, most often
the next piece of a task. Each holds only what has changed since the one before; `states_of` puts
them together. The last two snapshots of a run may read

    Snapshot(at=1.0, turn=5, step=[2, ""], ready=[[0, ""]], this_turn=1, printed=6,
           tasks=[{"task": 2, "state": "ready", "line": 4, "what": "sleep(1)", "on": [],
                   "primitive": None}])
    Snapshot(at=1.0, turn=5, step=[0, ""], printed=12,
           tasks=[{"task": 2, "state": "done", "line": None, "what": "", "on": [],
                   "primitive": None}])

Task 2 goes on at line 4, prints six characters and ends; the answer (task 0) is next in line.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.engine.record import Run

MOST_SNAPSHOTS = 1_000  # more than anybody steps through
MOST = 50  # entries of one list in a snapshot
MOST_TASKS = 200  # tasks that are followed


@dataclass(slots=True)
class Snapshot:
    """The loop just before a step. It is JSON data throughout.

    A *label* names what stands in line: `[task, name]`. The next piece of a task is `[2, ""]`; a
    callback is `[None, "ring"]`, or `[2, "sleep"]` if it is there to wake task 2.

    Attributes:
        at: seconds on the run's clock.
        turn: of the loop, counted from 1.
        step: the label of what runs now; None where nothing is ready and the clock jumps to the
            first timer, and in the last snapshot, when all is over.
        ready: the labels of what is in line behind it, in order.
        this_turn: how many of `ready` still run in this turn; the others wait for the next one.
        timers: `[at, task, name]` of each timer, in the order in which they fire.
        tasks: what has changed since the snapshot before, a dictionary for each task:
            "task": its number in `Run.tasks`;
            "state": "ready" (in line, or it runs now), "waits", "done", "failed", "cancelled", or
            "lost" (destroyed while it was pending);
            "line": where it stands, None before its first step and after its last;
            "what": the call that it stands in, in words: "sleep(1)", "Lock.acquire";
            "on": the tasks that it waits for; "primitive": that which it waits for, or None.
        primitives: what has changed since the snapshot before, a dictionary for each lock, queue …:
            "primitive": its number, in the order of discovery; "kind": "Lock", "Queue" …;
            "name": the variable that holds it, else its kind and a number; "waiters": tasks, in
            line for it (for a queue: to get); and, by kind,
            Lock: "held_by" (a task or None), "locked"; Condition: the same of its lock, and
            "lock_waiters";
            Semaphore, BoundedSemaphore: "value", "held_by" (tasks inside `async with`);
            Event: "set"; Barrier: "parties";
            queues: "items" (short texts, the next one out first), "size", "maxsize" (0: none),
            "putters" (tasks that wait to put), "unfinished" (tasks not yet done).
        printed: characters of all output so far; `states_of` gives the text.
        more_ready, more_timers: how many entries were too many to keep.
    """

    at: float
    turn: int
    step: list[Any] | None = None
    ready: list[Any] = field(default_factory=list)
    this_turn: int = 0
    timers: list[Any] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)
    primitives: list[Any] = field(default_factory=list)
    printed: int = 0
    more_ready: int = 0
    more_timers: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; `Snapshot(**data)` makes an equal snapshot of it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class LoopState:
    """A snapshot with all that holds then: the tasks and primitives by number, the output so far.

    `line` is where the task of the step goes on, and `stops_at` where the step leaves it; None
    where there is no such line.
    """

    snapshot: Snapshot
    tasks: dict[int, dict[str, Any]]
    primitives: dict[int, dict[str, Any]]
    printed: str
    line: int | None = None
    stops_at: int | None = None


def states_of(run: "Run") -> list[LoopState]:
    """The snapshots of a run as whole `LoopState`s, in order.

    Args:
        run: a `Run` that was observed with `snapshots=True`.
    """
    text = "".join(printed.text for printed in run.printed)
    tasks: dict[int, dict[str, Any]] = {}
    primitives: dict[int, dict[str, Any]] = {}
    states: list[LoopState] = []
    for snapshot in run.snapshots:
        tasks = {**tasks, **{task["task"]: task for task in snapshot.tasks}}
        primitives = {**primitives, **{each["primitive"]: each for each in snapshot.primitives}}
        made = LoopState(snapshot, tasks, primitives, text[: snapshot.printed])
        for loop_state in states[-1:]:
            loop_state.stops_at = _line(loop_state.snapshot, tasks)
        made.line = _line(snapshot, tasks)
        states.append(made)
    return states


def _line(snapshot: Snapshot, tasks: dict[int, dict[str, Any]]) -> int | None:
    """The line at which the task of a snapshot's step stands, or None."""
    number = snapshot.step and snapshot.step[0]
    return tasks[number]["line"] if number in tasks else None
