"""What one run was: plain data, the same on every machine, to JSON and back.

All times are seconds on the run's clock, from its start. Lines are counted from the first line of
the cell that holds the answer; a line is None where only other code was at work.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checker.engine import values
from checker.engine.as_data import NO_DATA, as_data
from checker.engine.recording.snapshots import Snapshot

T = TypeVar("T")


@dataclass
class Span:
    """A stretch in the life of a task.

    Attributes:
        state: "waits", "runs" (charged work) or "blocked" (it held the loop's thread asleep).
        what: what it waits for or does, in words: "sleep", "Lock.acquire", "pages('a')".
        on: the tasks it waits for, by number.
        queue: what it waits in line for, with a number of its own: "Lock 1"; "" if nothing.
    """

    state: str
    start: float
    end: float
    line: int | None = None
    what: str = ""
    on: list[int] = field(default_factory=list)
    queue: str = ""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return round(self.end - self.start, 9)

    @property
    def is_sleep(self) -> bool:
        """Whether it waits in `asyncio.sleep`."""
        return self.what.startswith("sleep(")


@dataclass
class Failure:
    """An exception: its type's name, its text and where it left the answer's own code."""

    type: str
    text: str
    line: int | None = None
    frames: list[list[str | int]] = field(default_factory=list)  # [function, line, source line]
    bases: list[str] = field(default_factory=list)
    args: list[str | int | float | bool | None] = field(default_factory=list)
    of: list["Failure"] = field(default_factory=list)  # the members of an exception group
    where: str = ""  # "a callback" or "a thread", if it came out of one: nobody hears of it

    def __str__(self) -> str:
        return f"{self.type}: {self.text}" if self.text else self.type

    def leaves(self) -> Iterator["Failure"]:
        """The exceptions in a group, and in the groups within it; any other one for itself."""
        if not self.of:
            yield self
        for member in self.of:
            yield from member.leaves()


@dataclass
class Cancel:
    """A request to cancel a task.

    `by` says whose: "answer", "timeout", "group" (a failing task group), "await" (whoever awaited
    the task was cancelled), "service", "rule" or "end" (of the run).
    """

    at: float
    by: str
    line: int | None = None
    undone: bool = False  # `uncancel` took it back


@dataclass(slots=True)
class Task:
    """One task, in the order of creation; number 0 is the answer itself.

    Attributes:
        service: it is one of the lab's, not of the answer's.
        ended: "done", "failed", "cancelled"; "left": it was still there at the end; "stopped": it
            held the loop's thread when the engine ended the run.
        retrieved: somebody looked at how it ended.
        lost: it was destroyed while it was pending.
        woken_by: `[at, number of the task that woke it]` of each time.
    """

    # There may be thousands. Three empty lists each would cost more than all the rest of it, so
    # these are lists only where there is something to list; see `with_one_more`.
    number: int
    name: str
    parent: int | None
    made_at: float
    made_line: int | None = None
    service: bool = False
    spans: Sequence[Span] = ()
    cancels: Sequence[Cancel] = ()
    ended: str = "left"
    ended_at: float | None = None
    failure: Failure | None = None
    retrieved: bool = True
    lost: bool = False
    steps: int = 0
    woken_by: Sequence[list[int | float]] = ()


def with_one_more(items: Sequence[T], item: T) -> list[T]:
    """These items of a task and one more; a list among them is the one that is returned."""
    if isinstance(items, list):
        items.append(item)
        return items
    return [*items, item]


@dataclass
class Blocked:
    """The loop's thread was held: no task could go on meanwhile."""

    at: float
    seconds: float
    what: str
    line: int | None = None
    exact: bool = True  # False: charged real time, which differs from run to run
    task: int | None = None


@dataclass
class Printed:
    """A piece of output, with the moment at which it was printed."""

    at: float
    text: str
    stream: str = "stdout"
    task: int | None = None
    line: int | None = None


@dataclass
class Unawaited:
    """A coroutine that was made and never awaited; `held`: the result still holds it."""

    name: str
    line: int | None = None
    held: bool = False


@dataclass
class Unwoken:
    """Another thread scheduled something in a loop that was asleep, and did not wake it.

    Asyncio sees that when the loop wakes up for another reason; the first time at each line.
    """

    at: float
    line: int | None = None


@dataclass
class Call:
    """One call to a service: what the service saw.

    Attributes:
        what: the call as a reader would write it: "save('a')", "counter.write(3)".
        end: None if it never came to an end.
        outcome: "ok", "failed", "cancelled" or "open".
        thread: threads count from 0 in the order of their first calls.
        remark: what the service finds odd about it: "in this process"; "" as a rule.
    """

    service: str
    what: str
    start: float
    end: float | None = None
    outcome: str = "open"
    task: int | None = None
    line: int | None = None
    thread: int = 0
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.remark}" if self.remark else self.what

    @property
    def function(self) -> str:
        """What is called: "save", "counter.write"."""
        return self.what.partition("(")[0]

    @property
    def thing(self) -> str:
        """Whose method it is: "counter" of "counter.write(3)"; "" of a plain function."""
        return self.function.rpartition(".")[0]

    @property
    def method(self) -> str:
        """The method: "write" of "counter.write(3)"; a plain function's own name."""
        return self.function.rpartition(".")[2]


@dataclass
class Stop:
    """Why the engine ended the run: `reason` is "deadlock" or the name of the limit.

    Attributes:
        text: who waits for what: "main: Queue.get"; of a limit, what has used it up, if known.
        circle: tasks that wait for each other, by number.
        stuck: its thread could not be ended.
        task: the one that held the loop's thread then, None if nobody did.
        until: the moment for which the run would have waited, if that is beyond its limit.
        full_pipe: a child process stands at a pipe that is full, because nobody reads it.
        went_round: its real time was over while the loop still went round: nobody held it.
    """

    reason: str
    text: str = ""
    line: int | None = None
    circle: list[int] = field(default_factory=list)
    stuck: bool = False
    task: int | None = None
    until: float | None = None
    full_pipe: bool = False
    went_round: bool = False


@dataclass
class Left:
    """What was still there when the answer had ended: `kind` is "task", "thread", "server" …

    A "timer" is one that a line of the answer has set; it is still to come.
    """

    kind: str
    what: str
    line: int | None = None
    task: int | None = None


@dataclass
class Point:
    """Where the answer was cancelled: a turn of the loop, and who stood where at that moment.

    Attributes:
        turn: its number in the run.
        cancelled: the number of the task that was asked to stop.
        task: the number of the task that moved last, which may be another one of the answer's;
            line, what: where it stands and what it waits for.
        visit: how often it has come to this line, this time included.
        over: what it waits for has happened, and it has not been told yet.
    """

    turn: int
    at: float
    cancelled: int
    task: int
    line: int | None = None
    what: str = ""
    visit: int = 1
    over: bool = False


@dataclass
class Returned:
    """A function of the answer's came to its end: the `return`, or the last line before the end.

    Attributes:
        function: its name; first: the line where it begins, that of its first decorator.
        before: the last lines of it that ran, in order.
    """

    function: str
    first: int
    line: int
    before: list[int] = field(default_factory=list)


@dataclass
class Passed:
    """An exception that came to a line of the answer's, raised there or by what it calls.

    Attributes:
        type, bases: the names of its class, and of that one's bases.
        then: the next lines of that function: clauses that are tried, and what stands in one.
        left: it came out of the function.
    """

    type: str
    line: int
    function: str
    bases: list[str] = field(default_factory=list)
    then: list[int] = field(default_factory=list)
    left: bool = False


@dataclass
class Trace:
    """Which lines of the answer ran; see `checker.engine.recording.trace`.

    Attributes:
        lines: all of them, sorted.
        returned, passed: in the order of time.
    """

    lines: list[int] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


@dataclass
class Run:
    """Everything that is known of one run of an answer.

    Attributes:
        returned: whether it came to its end with a value, which is then `result`.
        result: the value as plain data (see `plain`).
        failure: the exception that ended it, None if none did.
        stop: why the engine ended it, None if it ended by itself.
        awaitable: whether calling the answer gave something to await.
        took: seconds on the run's clock.
        charged: seconds of real time in `took`; 0 means that every figure is exact.
        afterwards: what was printed while what was left was ended, as `asyncio.run` ends it.
        pool_calls: calls in asyncio's own pool that still go on: `asyncio.run` waits for them.
        snapshots: the run step by step, for a player; `observe(…, snapshots=True)` asks for them.
        trace: which lines of the answer ran; `observe(…, traced=True)` asks for it.
        schedule: the number of the order of events, 0 for the usual one.
        point: where it was cancelled for an audit, None if it was not.
    """

    returned: bool = False
    result: object = field(default=None, metadata=NO_DATA)
    failure: Failure | None = None
    stop: Stop | None = None
    awaitable: bool = True
    took: float = 0.0
    charged: float = 0.0
    turns: int = 0
    tasks: list[Task] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)
    unawaited: list[Unawaited] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  # what asyncio would have logged
    unheard: list[Failure] = field(default_factory=list)  # of callbacks and threads of its own
    unwoken: list[Unwoken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    afterwards: str = ""
    pool_calls: list[Left] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    trace: Trace | None = None
    later_steps: int = 0  # steps of the loop after the last snapshot that was kept
    cut: bool = False  # some of it was too much to keep
    schedule: int = 0
    point: Point | None = None

    @property
    def output(self) -> str:
        """All that went to standard output, as one string."""
        return "".join(p.text for p in self.printed if p.stream == "stdout")

    @property
    def own_tasks(self) -> list[Task]:
        """The answer's tasks, without those of the lab's services."""
        return [task for task in self.tasks if not task.service]

    def peak(self, service: str | None = None) -> int:
        """The largest number of calls that were open at once: of `service`, or of all."""
        edges: list[tuple[float, int]] = []
        for call in self.calls:
            if service in (None, call.service):
                end = self.took if call.end is None else call.end
                edges += [(call.start, 1), (end, -1)] if end > call.start else []
        open_now = most = 0
        for _, change in sorted(edges):
            open_now += change
            most = max(most, open_now)
        return most

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; `checker.grade.record.run_of` makes an equal run of it."""
        return {**as_data(self), "result": values.encode(self.result)}
