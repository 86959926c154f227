"""The expectations that may not hold, each kind with what the causes need to know of it.

A rule raises an `Unmet` through the sentences of `checker.judge.expect.Observed`, and by hand where
none of them fits. All that a kind knows beyond the two texts has a name here, so that a misspelt
one is a TypeError.
"""

from dataclasses import KW_ONLY, dataclass
from typing import Any

from checker.engine.record import Call, Run
from checker.judge.observed import ObservedRun


@dataclass(frozen=True)
class OtherOrder:
    """In which order of events an expectation does not hold, though it holds in the usual one.

    Attributes:
        number: that of the order, from 1 on.
        usual: the run in the usual order.
        failing, tried: in how many orders it does not hold, of how many; None if not all of them
            were tried.
    """

    number: int
    usual: Run
    failing: int | None = None
    tried: int | None = None


@dataclass(eq=False, repr=False)
class Unmet(Exception):
    """An expectation that does not hold.

    Attributes:
        observed: the run of which it was expected.
        expected, seen: short texts for the learner; they complete "Expected …, but …".
        line: the line of the cell to name, if the rule knows one.
        why: what is wrong with that line: a sentence without its full stop.
        in_turn: the waits were to come one after the other, so that is no fault.
        order: in which order of events it does not hold, None for the usual one.
    """

    observed: ObservedRun
    expected: str
    seen: str
    _: KW_ONLY
    line: int | None = None
    why: str | None = None
    in_turn: bool = False
    order: OtherOrder | None = None

    def __post_init__(self) -> None:
        super().__init__(f"{self.expected}; {self.seen}")

    @property
    def run(self) -> Run:
        """The record of the run."""
        return self.observed.run


class Ended(Unmet):
    """It was to come to its end and to return something."""


@dataclass(eq=False, repr=False, kw_only=True)
class Returned(Unmet):
    """Another value was to be returned.

    Attributes:
        value: the expected one.
        result: what was seen; it may be a part of what a scene returned.
    """

    value: Any
    result: Any


@dataclass(eq=False, repr=False, kw_only=True)
class Raised(Unmet):
    """It was to end with a certain exception.

    Attributes:
        alone: that came out, in a group, and was to come out as itself.
    """

    alone: bool = False


@dataclass(eq=False, repr=False, kw_only=True)
class Took(Unmet):
    """A time was to be another one.

    Attributes:
        seconds: the expected time.
        whole: it is the time of the whole run.
        limit: less is welcome, too.
        polls: the answer may have looked every so often instead of waiting.
    ended_by: the type of a failure that was to end it then, "" if none was.
    """

    seconds: float
    whole: bool = False
    limit: bool = False
    polls: bool = False
    ended_by: str = ""


@dataclass(eq=False, repr=False, kw_only=True)
class Printed(Unmet):
    """Other lines were to be printed; `lines` are the expected ones."""

    lines: list[str]


@dataclass(eq=False, repr=False, kw_only=True)
class Called(Unmet):
    """A service was to be called in another way.

    Attributes:
        again: a call that was made once too often, "" if there is none.
    """

    again: str = ""


@dataclass(eq=False, repr=False, kw_only=True)
class AtLeast(Unmet):
    """More calls were to go on at once: `many`, at some moment."""

    many: int


@dataclass(eq=False, repr=False, kw_only=True)
class AtMost(Unmet):
    """Fewer calls were to go on at once: never more than `many`.

    Attributes:
        service: whose calls; None for those of all services together.
    """

    many: int
    service: str | None = None


class Left(Unmet):
    """Nothing was to be left behind."""


@dataclass(eq=False, repr=False, kw_only=True)
class Checked(Unmet):
    """Anything else that a rule has looked at.

    Attributes:
        may_raise: to end with an exception is no fault of this run.
        polls: the answer may have looked every so often instead of waiting.
        held: what held the loop, as the rule has seen it: a sentence without its full stop.
        shared: the service that several threads or processes share, "" if there is none.
        shared_by: who shares it: "thread" or "process".
    """

    may_raise: bool = False
    polls: bool = False
    held: str | None = None
    shared: str = ""
    shared_by: str = "thread"


@dataclass(eq=False, repr=False, kw_only=True)
class CalledAt(Checked):
    """A service was to be called at other moments.

    Attributes:
        calls: those that came; wanted: when they were due. Times are seconds.
    """

    calls: list[Call]
    wanted: list[float]


class Cancelled(Unmet):
    """A cancellation was to come out."""


@dataclass(eq=False, repr=False, kw_only=True)
class Closed(Unmet):
    """What was opened was to be closed.

    Attributes:
        opened: the call that opened it.
        fault: what came of closing it, as part of a sentence: "no `pool.put` followed".
        stream: what it is called, if it is an async generator: "source"; "" if it is none.
    """

    opened: Call
    fault: str
    stream: str = ""


class Unopened(Unmet):
    """Nothing was to be closed that had not been opened."""


@dataclass(eq=False, repr=False, kw_only=True)
class CameOut(Unmet):
    """Another error was to come out of a block, or none.

    Attributes:
        wanted: its type, "" for none; came: that of the one which came out, "" for none.
    """

    wanted: str
    came: str


@dataclass(eq=False, repr=False, kw_only=True)
class Connections(Unmet):
    """A server was to see another number of connections.

    Attributes:
        opened: how many it saw; most: how many were needed; requests: how many requests came.
    """

    opened: int
    most: int
    requests: int


@dataclass(eq=False, repr=False, kw_only=True)
class TooOften(Unmet):
    """Fewer were to begin within a stretch of time.

    Attributes:
        many: how many may begin; seconds: within how many seconds.
        starts: when they began, one more than may, within so many seconds.
    """

    many: int
    seconds: float
    starts: list[float]


class PiledUp(Unmet):
    """Less was to wait in memory, because whoever takes it is slower."""


@dataclass(eq=False, repr=False, kw_only=True)
class Seen(Unmet):
    """A database server was to see something else.

    Attributes:
        log: what it saw, as `checker.lab.postgresql.wire.Log.data` has it; None if that is not
            known.
        error: the error that was to come out of the answer, "" if none was.
        together: the changes were to be one transaction.
        rows_needed: the rows that were needed at most, None if it is not about that.
        at_once: a row was to be read and changed in one step, or under a lock.
        pool_kept: a connection was to be given back to its pool.
        transaction_open: a transaction was to be ended.
        pool_empty: somebody waited for ever for a connection of the pool.
        overlap: statements were to be under way at once.
        rounds: and the next one was to come as soon as a connection was free.
        unasked: nothing was asked before the last item had come.
    """

    log: dict[str, Any] | None = None
    error: str = ""
    together: bool = False
    rows_needed: int | None = None
    at_once: bool = False
    pool_kept: bool = False
    transaction_open: bool = False
    pool_empty: bool = False
    overlap: bool = False
    rounds: bool = False
    unasked: bool = False
