"""What a rule may expect of several runs of one answer: of every order, of every await point.

The sentences are those of `Observed`, with the same arguments and the same kinds of `Unmet`. Each
must hold in every run; the first run in which it does not is the one that is shown. Times are no
business of these rules, so there is no `took`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

from checker.engine.record import Run
from checker.engine.reruns.runs import Runs
from checker.engine.values import Plain
from checker.judge.answer import Answer
from checker.judge.expect import Observed, still_there
from checker.judge.unmet import Cancelled, Left, OtherOrder, Unmet

_SLOW_STOPS = ("real_seconds", "turns", "still_turns", "printed")  # each costs real time

_FOR_EVER = ("deadlock", "seconds")  # a consumer or a heartbeat may go on until it is cancelled


class _Several(ABC):
    """Runs of one answer.

    Args:
        runs: all of them; each is made when it is asked for.
        call: how a learner would write the call.
        start: makes one of the runs again.
    """

    _contended = False

    def __init__(self, runs: Runs, call: str, answer: Answer, start: Callable[..., Run]):
        self.runs = runs
        self.call = call
        self._answer = answer
        self._start = start

    def returned(self, value: Plain) -> None:
        """It returned exactly `value`, as `Observed.returned` says.

        In an audit that is for scenes that make a task of the answer: the task is cancelled, the
        scene goes on and returns what it has seen.
        """
        self._always(lambda observed: observed.returned(value))

    def called(self, service: str, *texts: str) -> None:
        """The service was called for each of `texts`, as `Observed.called` says."""
        self._always(lambda observed: observed.called(service, *texts))

    def closed(self, opening: str, closing: str) -> None:
        """What was opened was closed, as `Observed.closed` says."""
        self._always(lambda observed: observed.closed(opening, closing))

    def check(
        self,
        holds: Callable[[Run], object],
        expected: str,
        seen: str | Callable[[Run], str],
        *,
        line: int | None = None,
        why: str | None = None,
        in_turn: bool = False,
        may_raise: bool = False,
        shared: str = "",
        shared_by: str = "thread",
    ) -> None:
        """Anything else: `holds(run)` is true of every run.

        Args:
            expected: a text that completes "Expected …".
            seen: `seen(run)` completes ", but …"; or the text itself.
            line, why, in_turn, may_raise, shared, shared_by: as for `Observed.check`.
        """

        def holds_in(observed: Observed) -> None:
            observed.check(
                holds(observed.run),
                expected,
                seen(observed.run) if callable(seen) else seen,
                line=line,
                why=why,
                in_turn=in_turn,
                may_raise=may_raise,
                shared=shared,
                shared_by=shared_by,
            )

        self._always(holds_in)

    @abstractmethod
    def _always(self, expect: Callable[[Observed], None]) -> None:
        """Raise the `Unmet` of the first run of which `expect` raises one."""

    def _observed(self, run: Run) -> Observed:
        if self._answer.abandoned:  # the learner has stopped the check between two runs
            raise KeyboardInterrupt
        return Observed(run, self.call, contended=self._contended)


class ObservedSchedules(_Several):
    """The runs of an answer in several orders of events; run 0 is the usual one."""

    _contended = True

    def ended(self) -> None:
        """It came to its end and returned something."""
        self._always(lambda observed: observed.ended())

    def raised(self, kind: str, text: str | None = None) -> None:
        """It ended with this exception, as `Observed.raised` says."""
        self._always(lambda observed: observed.raised(kind, text))

    def at_most(self, many: int, service: str | None = None) -> None:
        """At no moment were more calls going on at once, as `Observed.at_most` says."""
        self._always(lambda observed: observed.at_most(many, service))

    def left_nothing_behind(self, *, after_error: bool = False) -> None:
        """Every task was over, every coroutine had been awaited, as `Observed` says."""
        self._always(lambda observed: observed.left_nothing_behind(after_error=after_error))

    def _always(self, expect: Callable[[Observed], None]) -> None:
        first, failing, cut = None, 0, False
        for run in self.runs:
            try:
                expect(self._observed(run))
            except Unmet as unmet:
                if run.schedule == 0:
                    raise  # nothing to do with orders
                first = first or unmet
                failing += 1
                if run.charged or (run.stop is not None and run.stop.reason in _SLOW_STOPS):
                    cut = True  # the others would cost real time, and only to be counted
                    break
        if first is None:
            return
        self._answer.note(first.run, self._start)
        whole = not cut and not self.runs.cut
        first.order = OtherOrder(
            first.run.schedule,
            self.runs[0],
            failing if whole else None,
            len(self.runs) if whole else None,
        )
        raise first


class ObservedAudit(_Several):
    """The runs of an answer, cancelled at each of its await points. Run 0 is cancelled nowhere."""

    def cancelled(self) -> None:
        """The cancellation came out: nobody took it for something else, and clean-up ended."""
        self._always(_came_out)

    def left_nothing_behind(self) -> None:
        """Every task, thread and connection was over.

        A coroutine that was never awaited is no harm here: its turn had not come.
        """
        self._always(_nothing_left)

    def _always(self, expect: Callable[[Observed], None]) -> None:
        usual = self._observed(self.runs[0])
        if self.runs[0].stop is None or self.runs[0].stop.reason not in _FOR_EVER:
            usual.ended()
        for run in self.runs:
            # A run with threads or sockets may take fewer turns than the first one took.
            if run.point is None:
                continue
            try:
                expect(self._observed(run))
            except Unmet:
                self._answer.note(run, self._start)
                raise


def _came_out(observed: Observed) -> None:
    point = observed.run.point
    if point is None:  # it was cancelled nowhere
        return
    task = observed.run.tasks[point.cancelled]
    if task.ended == "cancelled":
        return
    if task.ended == "failed":
        seen = f"{task.failure} came out"
    elif task.ended == "done":
        seen = "it carried on, and ended as if nothing had happened"
    else:  # "left" or "stopped"
        seen = "it did not end, and was stopped"
    raise Cancelled(observed, "CancelledError to come out", seen)


def _nothing_left(observed: Observed) -> None:
    if observed.run.left:
        raise Left(observed, "nothing left behind", still_there(observed.run.left[0]))
