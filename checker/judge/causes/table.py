"""Why an answer falls short: a closed table. The first cause with evidence in the record counts.

The order goes from the more specific to the more general; where an answer fits two causes, it gets
the one that stands first. `tests/judge/test_causes.py` holds two records for each: one where it
is the cause, and one with the same totals where it is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checker.judge.answer import Answer
from checker.judge.causes import (
    blocks,
    cancelling,
    databases,
    ending,
    errors,
    forgotten,
    groups,
    locks,
    network,
    races,
    results,
    timing,
)
from checker.judge.causes.case import Case
from checker.judge.unmet import Unmet


@dataclass(frozen=True)
class Cause:
    """One reason.

    Attributes:
        id: its name, as in the tags of `solutions/`.
        says: the sentence shown above the evidence.
        seen: `seen(case)` returns the evidence, or None.
        section: the heading to read again, as "03_tasks: Start first, await later", or "". Where
            several chapters teach it, a tuple of headings, in the order of the chapters.
    """

    id: str
    says: str
    seen: Callable[[Case], tuple[Any, ...] | None]
    section: str | tuple[str, ...] = ""

    @property
    def sections(self) -> tuple[str, ...]:
        """All headings, in the order of the chapters."""
        return (self.section,) if isinstance(self.section, str) else self.section

    def section_for(self, chapter: str) -> str:
        """What a reader of `chapter` ("08_keeping_the_loop_free") is told to read again, or ""."""
        known = [s for s in self.sections if s and s[:2] <= chapter[:2]]
        return known[-1] if known else ""


@dataclass(frozen=True)
class Found:
    """The cause of one unmet expectation, with what was seen of it in this answer."""

    cause: Cause
    text: str
    line: int | None = None
    at: float | None = None
    task: int | None = None


AWAIT = "00_welcome: A cell can await"
MISSING = (AWAIT, "02_coroutines: The classic mistake")
BLOCKED = ("00_welcome: Rules of this house", "08_keeping_the_loop_free: One call holds them all")
START_FIRST = "03_tasks: The classic mistake"
LEFT = "03_tasks: When nobody waits"
REFERENCES = "03_tasks: Keep a reference"
POLLING = ("03_tasks: Waiting or done?", "14_queues: Looking every so often")
OUTCOMES = "03_tasks: Results"
LIMIT = "05_timeouts: One limit for several steps"
DRAIN = ("14_queues: Who waits when it is full?", "19_streams: `write` does not wait")
SESSION = "22_web_clients: One session"
SWALLOWED = "04_cancellation: Why not to swallow"
OUTSIDE = ("06_futures_and_callbacks: From another thread", "15_threads: A loop in each thread")
WANTED = "06_futures_and_callbacks: What if nobody waits any more?"
CALLBACK = "06_futures_and_callbacks: When a callback fails"

GROUPED = "10_task_groups: They come in a group"
ENDS_ALL = "10_task_groups: One fails, all end"
ALONE = "10_task_groups: One error again"
OPENED = "10_task_groups: What is in a group"
ONE_STEP = "10_task_groups: Members that start members"

TWICE = "04_cancellation: Asked twice"
NO_EXCEPTION = "04_cancellation: Not an `Exception`"
COUNTED = "04_cancellation: Requests are counted"
LATER = "06_futures_and_callbacks: Callbacks without a future"
RACE = (
    "13_synchronization: Between reading and writing",
    "15_threads: What threads share, they may lose",
    "16_processes: The race",
    "23_databases: Together is not alone",
)
OWN_LOCK = "13_synchronization: A lock of one's own"
HELD = "13_synchronization: A lock"
DEADLOCK = "13_synchronization: Deadlock"
NOTIFY = "13_synchronization: A condition"
WAIT_FOR = "13_synchronization: Wait until it is true"
PER_SECOND = "13_synchronization: So many a second"
TOGETHER = "23_databases: All or nothing"
SUPPRESSES = "12_async_context_managers: What the exit is told"
OPENED_FIRST = "12_async_context_managers: A generator is enough"
STREAM = "23_databases: More rows than you want at once"


def _either(*functions):
    return lambda case: next(filter(None, (seen(case) for seen in functions)), None)


CAUSES = (
    Cause("not_attempted", "Not tried yet.", ending.not_attempted),
    Cause("not_a_coroutine", "There is nothing to await.", ending.not_a_coroutine, AWAIT),
    Cause("other_loop", "It asks for another event loop.", ending.other_loop),
    Cause(
        "own_lock",
        "A lock that nobody shares keeps nobody out.",
        locks.own_lock,
        OWN_LOCK,
    ),
    Cause(
        "race",
        "The result depends on who happens to be first.",
        _either(races.race, databases.lost_update),
        RACE,
    ),
    Cause(
        "not_woken",
        "Another thread touches the event loop without waking it.",
        ending.not_woken,
        OUTSIDE,
    ),
    Cause(
        "unheard",
        "An exception came out where nobody is told.",
        errors.unheard,
        CALLBACK,
    ),
    Cause(
        "not_released",
        "A lock was taken and never given back.",
        locks.not_released,
        HELD,
    ),
    Cause(
        "lock_order",
        "They wait in a circle for locks that they hold.",
        locks.lock_order,
        DEADLOCK,
    ),
    Cause(
        "not_rechecked",
        "Whoever is woken must look again.",
        locks.not_rechecked,
        WAIT_FOR,
    ),
    Cause(
        "notified_one",
        "Only one was woken, and it was the wrong one.",
        locks.notified_one,
        NOTIFY,
    ),
    Cause(
        "deadlock",
        "Every task waits, and nobody can wake any of them.",
        _either(ending.deadlock, databases.none_left),
    ),
    Cause(
        "timeout_missed",
        "A limit passed, and it went on waiting.",
        timing.timeout_missed,
        LIMIT,
    ),
    Cause(
        "busy_waiting",
        "It asks again and again instead of waiting.",
        ending.busy_waiting,
        POLLING,
    ),
    Cause("gave_up_limit", "It used up more than a run may.", ending.gave_up_limit),
    Cause("never_ended", "It does not come to an end.", ending.never_ended),
    Cause(
        "never_awaited",
        "An `await` is missing.",
        forgotten.never_awaited,
        MISSING,
    ),
    Cause(
        "still_grouped",
        "It came out in a group, and not as itself.",
        groups.still_grouped,
        ALONE,
    ),
    Cause(
        "cancelled_too_much",
        "Work was cancelled that should have gone on.",
        cancelling.cancelled_too_much,
    ),
    Cause("wrong_error", "It raises another error than the one asked for.", errors.wrong_error),
    Cause(
        "not_caught",
        "An exception passed an `except` clause by.",
        errors.not_caught,
        NO_EXCEPTION,
    ),
    Cause(
        "came_in_a_group",
        "An error came in a group, and was looked for outside of one.",
        groups.came_in_a_group,
        GROUPED,
    ),
    Cause(
        "called_at_once",
        "A function is called on the spot that should be handed over.",
        errors.called_at_once,
        LATER,
    ),
    Cause("raised", "It raised an exception.", errors.raised),
    Cause(
        "request_kept",
        "A request to stop was not taken back.",
        cancelling.request_kept,
        COUNTED,
    ),
    Cause(
        "cancellation_swallowed",
        "A task was cancelled but carried on.",
        cancelling.cancellation_swallowed,
        SWALLOWED,
    ),
    Cause(
        "error_swallowed",
        "An error happened, and nobody was told.",
        _either(errors.error_swallowed, databases.error_hushed),
        OUTCOMES,
    ),
    Cause(
        "error_suppressed",
        "An error was suppressed that should come out.",
        blocks.error_suppressed,
        SUPPRESSES,
    ),
    Cause(
        "error_let_out",
        "An error came out that should not.",
        blocks.error_let_out,
    ),
    Cause(
        "task_lost",
        "A task was lost: nobody held a reference to it.",
        forgotten.task_lost,
        REFERENCES,
    ),
    Cause(
        "blocked_the_loop",
        "A blocking call held the event loop.",
        timing.blocked_the_loop,
        BLOCKED,
    ),
    Cause(
        "left_running",
        "It returned while its tasks were still running.",
        forgotten.left_running,
        LEFT,
    ),
    Cause(
        "timer_left",
        "It ended, and a timer that it has set goes on.",
        forgotten.timer_left,
        WANTED,
    ),
    Cause(
        "too_few_at_once",
        "They stand in line where they could go together.",
        timing.too_few_at_once,
    ),
    Cause(
        "one_after_the_other",
        "One wait starts only after the other has ended.",
        _either(
            timing.one_after_the_other,
            timing.in_rounds,
            databases.in_turn,
            databases.in_rounds,
            databases.read_first,
        ),
        START_FIRST,
    ),
    Cause("too_many_at_once", "More run at once than allowed.", timing.too_many_at_once),
    Cause(
        "too_often",
        "More begin in a stretch of time than allowed.",
        timing.too_often,
        PER_SECOND,
    ),
    Cause(
        "resource_leaked",
        "Something that was opened was not closed.",
        _either(network.resource_leaked, databases.kept_connection, databases.open_transaction),
    ),
    Cause(
        "closed_unopened",
        "Something is closed that was not opened.",
        blocks.closed_unopened,
        OPENED_FIRST,
    ),
    Cause(
        "piled_up",
        "What is not taken yet piles up in memory.",
        network.piled_up,
        DRAIN,
    ),
    Cause(
        "not_reused",
        "A new connection is opened where one was there to be used.",
        network.not_reused,
        SESSION,
    ),
    Cause(
        "several_transactions",
        "What belongs together went in several transactions.",
        databases.several_transactions,
        TOGETHER,
    ),
    Cause(
        "fetched_too_much",
        "More rows came than were needed.",
        databases.fetched_too_much,
        STREAM,
    ),
    Cause(
        "caught_too_soon",
        "An error was caught before it could end the others.",
        groups.caught_too_soon,
        ENDS_ALL,
    ),
    Cause(
        "asked_twice",
        "A clean-up was cut short by a second request to stop.",
        cancelling.asked_twice,
        TWICE,
    ),
    Cause(
        "group_as_error",
        "A group was taken for one error.",
        groups.group_as_error,
        OPENED,
    ),
    Cause(
        "done_twice",
        "The same thing is done twice.",
        groups.done_twice,
        ONE_STEP,
    ),
    Cause("wrong_order", "The right things in the wrong order.", results.wrong_order),
    Cause("wrong_output", "It prints something else.", results.wrong_output),
    Cause("wrong_time", "It takes too long, or not long enough.", results.wrong_time),
    Cause("wrong_moment", "A call comes at the wrong moment.", results.wrong_moment),
    Cause("wrong_result", "The result is not the expected one.", results.wrong_result),
)

BY_ID = {cause.id: cause for cause in CAUSES}


def diagnose(unmet: Unmet, answer: Answer) -> Found:
    """The `Found` cause of an unmet expectation.

    The last cause of the table takes everything, so there is always one.
    """
    case = Case(unmet, answer)
    seen = errors.missing_name(case)
    if seen is not None:  # whatever else was seen of such a run comes of it
        return Found(BY_ID["raised"], case.where() + seen[0], *seen[1:])
    for cause in CAUSES:
        seen = cause.seen(case)
        if seen is not None:
            return Found(cause, case.where() + seen[0], *seen[1:])
    raise AssertionError("the last cause of the table takes everything")
