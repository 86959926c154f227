"""What a rule may expect of a run. The first expectation that does not hold ends its rule."""

from collections import Counter
from collections.abc import Sequence

from checker.engine.record import Left as LeftBehind
from checker.engine.values import short_repr
from checker.judge.answer import LONG_LINE
from checker.judge.calls import Calls
from checker.judge.expect_end import ObservedEnd
from checker.judge.inputs import shortest
from checker.judge.unmet import (
    AtLeast,
    AtMost,
    Called,
    CalledAt,
    Checked,
    Closed,
    Left,
    Took,
)
from checker.judge.wording import counted, duration, list_of_times

EXACT = 0.001  # seconds; figures without charged time are exact to this
CHARGED = (0.05, 0.05)  # share and seconds that a figure with charged time may be off
LATE = 0.8  # seconds that a ticker may be late: time that is charged is no fault of the answer's


def still_there(left: LeftBehind) -> str:
    """What was seen, as part of a sentence."""
    return f"{left.what} was still {'set' if left.kind == 'timer' else 'running'}"


class Observed(ObservedEnd):
    """A run, and the sentences that a rule can say about it. Times are seconds.

    Each sentence raises an `Unmet` of its own kind if it does not hold: `returned` a `Returned`,
    `took` a `Took` and so on; `shows` a `Returned`, `time_is` a `Took`, what has no kind of its own
    a `Checked`. Those that need an answer which has come to its end raise `Ended` if it has not.
    """

    def stops_at(self, *moments: float) -> None:
        """A limit is over at these `moments`, in seconds: to be stopped then is no fault of the
        work's.
        """
        self.stops = moments

    def stops_work(self) -> None:
        """The rule wants work to be stopped, at whatever moment: that is no fault of this run."""
        self.stops_any = True

    # ------------------------------------------------------------------ times

    def took(
        self,
        seconds: float,
        *,
        limit: bool = False,
        after_error: bool = False,
        in_turn: bool = False,
        line: int | None = None,
        why: str | None = None,
        ended_by: str = "",
    ) -> None:
        """It took so long on the run's clock.

        Args:
            seconds: how long.
            limit: so long or less.
            after_error: it may have ended with an exception.
            in_turn, line, why: as for `check`.
            ended_by: the type of a failure that was to end it then.
        """
        if not after_error:
            self.ended()
        self.time_is(
            self.seconds,
            seconds,
            limit=limit,
            whole=True,
            in_turn=in_turn,
            line=line,
            why=why,
            ended_by=ended_by,
        )

    def time_is(
        self,
        seen: float,
        seconds: float,
        what: str = "took",
        *,
        limit: bool = False,
        whole: bool = False,
        expected: str = "",
        in_turn: bool = False,
        line: int | None = None,
        why: str | None = None,
        ended_by: str = "",
    ) -> None:
        """A time of the run is so many seconds.

        Args:
            seen: the time, in seconds.
            seconds: what it is to be.
            what: the verb for it: "took", "reported".
            limit: so many or less.
            whole: it is the time of the whole run.
            expected: a text for the learner, that of `seconds` if it is not given.
            in_turn, line, why: as for `check`.
            ended_by: as for `took`.
        """
        off = seen - seconds
        allowed = EXACT if not self.charged else max(CHARGED[0] * seconds, CHARGED[1])
        if off > allowed or (off < -allowed and not limit):
            shown = duration(seen)
            if self.charged:  # it differs from run to run: it is never printed
                shown = "longer" if off > 0 else "less"
            raise Took(
                self,
                expected or duration(seconds),
                f"it {what} {shown}",
                seconds=seconds,
                whole=whole,
                limit=limit,
                in_turn=in_turn,
                line=line,
                why=why,
                ended_by=ended_by,
            )

    def loop_was_free(self, ticks: Sequence[float], late: float = LATE) -> None:
        """A ticker beside it came each second: nobody held the loop.

        Args:
            ticks: the seconds of the ticks; the first is due at 1 s.
            late: seconds by which a tick may come after its time.
        """
        wanted = int(self.seconds - late)
        first = next((n for n, at in enumerate(ticks[:wanted], 1) if at - n > late), None)
        if first is None and len(ticks) < wanted:
            first = len(ticks) + 1
        seen = f"the tick at {first} s was late or never came"
        self.check(first is None, "a tick each second", seen)

    # ------------------------------------------------------------------ calls of services

    def calls_of(self, service: str) -> Calls:
        """The calls of the service with this name."""
        return Calls(self, service)

    def called(self, service: str, *texts: str) -> None:
        """The service was called for each of these once, in any order, and every call ended well.

        Args:
            service: its name: "save".
            texts: how the calls are written: "save('a')".
        """
        self.ended()
        calls = self.calls_of(service)
        good = Counter(call.what for call in calls if call.outcome == "ok")
        if good == Counter(texts):
            return
        missing = list((Counter(texts) - good).elements())
        extra = list((good - Counter(texts)).elements())
        begun = bool(missing) and missing[0] in calls.texts
        short = missing and extra and max(map(len, missing + extra)) <= LONG_LINE
        if short and not begun:
            seen = f"{extra[0]} in place of {missing[0]}"
        elif missing:
            seen = f"{missing[0]} did not {'end' if begun else 'begin'}"
        else:
            seen = f"{extra[0]} once too often"
        line = None
        if extra and not begun:
            line = next(call.line for call in reversed(calls) if call.what == extra[0])
        again = extra[0] if extra and not missing and extra[0] in texts else ""
        expected = f"{counted(len(texts), 'finished call')} of {service}"
        raise Called(self, expected, seen, line=line, again=again)

    def called_at(
        self,
        service: str,
        times: Sequence[float],
        *,
        in_turn: bool = True,
        line: int | None = None,
        why: str | None = None,
    ) -> None:
        """The service was called at these seconds, one call after the other, and at no others.

        Say first how the run ends.

        Args:
            service: its name.
            times: seconds since the run began.
            in_turn: waits were to come one after the other, so that is no fault.
            line, why: as for `check`; the line is that of the first wrong call if it is not given.
        """
        calls = self.calls_of(service)
        seen = [round(at, 6) for at in calls.times]
        wanted = [round(at, 6) for at in times]
        if seen == wanted:
            return
        if calls and line is None:
            wrong = [n for n, at in enumerate(seen) if wanted[n : n + 1] != [at]]
            line = calls[wrong[0] if wrong else -1].line
        raise CalledAt(
            self,
            f"{service} at {list_of_times(wanted)}",
            f"it came at {list_of_times(seen)}",
            line=line,
            why=why,
            in_turn=in_turn,
            may_raise=True,
            calls=list(calls),
            wanted=wanted,
        )

    def at_least(self, many: int, service: str | None = None) -> None:
        """At some moment, so many calls were going on at once.

        Args:
            many: how many.
            service: whose calls; None for those of all services together.
        """
        self.ended()
        peak = self.run.peak(service)
        if peak < many:
            raise AtLeast(self, f"{many} at once", f"never more than {peak}", many=many)

    def at_most(self, many: int, service: str | None = None) -> None:
        """At no moment were more calls going on at once.

        Args:
            many, service: as for `at_least`.
        """
        self.ended()
        peak = self.run.peak(service)
        if peak > many:
            raise AtMost(
                self, f"at most {many} at once", f"{peak} at once", many=many, service=service
            )

    def kept_busy(self, workers: int, service: str, seconds: Sequence[float]) -> None:
        """So many workers had calls of the service until there were none left: whenever one
        ended, the next began.

        Args:
            workers: how many.
            service: the name of the service.
            seconds: how long each call takes, in the order in which they begin.
        """
        self.at_least(workers, service)
        self.took(shortest(seconds, workers))

    def closed(self, opening: str, closing: str) -> None:
        """What was opened was closed: to every call of `opening` that ended well belongs one of
        `closing` that did.

        Args:
            opening, closing: the functions: "pool.get", "pool.put".
        """
        opened = [c for c in self.calls if c.function == opening and c.outcome == "ok"]
        closes = [c for c in self.calls if c.function == closing]
        closed = [c for c in closes if c.outcome == "ok"]
        if len(closed) >= len(opened):
            return
        first = opened[len(closed)]
        broken = [c for c in closes if c.outcome != "ok"]
        fault = f"no `{closing}` followed"
        if broken:
            fault = f"`{broken[0]}` did not come to its end"
        expected = f"a `{closing}` for every `{opening}`"
        seen = f"{first} of {duration(first.start)} stayed open"
        raise Closed(self, expected, seen, opened=first, fault=fault)

    # ------------------------------------------------------------------ the rest

    def ended_as_cancelled(self) -> None:
        """The scene has cancelled the answer, and CancelledError came out of it.

        The scene returns what `checker.lab.fakes.callers.ending` returns of a cancelled answer.
        """
        cancelled = self.part("cancelled").value
        seen = "" if cancelled else f"it returned {short_repr(self.part('result').value, 60)}"
        self.check(cancelled, "CancelledError to come out", seen, in_turn=True)

    def left_nothing_behind(
        self, *, after_error: bool = False, line: int | None = None, why: str | None = None
    ) -> None:
        """It ended well; every task, thread and connection was over, and every coroutine had been
        awaited.

        Args:
            after_error: it may have ended with an exception.
            line, why: as for `check`, of a task that goes on.
        """
        if not after_error:
            self.ended()
        run = self.run
        if run.left:
            seen = still_there(run.left[0])
            raise Left(self, "nothing left behind", seen, line=line, why=why)
        if run.unawaited:
            seen = f"{run.unawaited[0].name} was never awaited"
            raise Left(self, "nothing left behind", seen)

    def check(
        self,
        holds: object,
        expected: str,
        seen: str,
        *,
        line: int | None = None,
        why: str | None = None,
        in_turn: bool = False,
        may_raise: bool = False,
        polls: bool = False,
        held: str | None = None,
        shared: str = "",
        shared_by: str = "thread",
    ) -> None:
        """Anything else that the rule has looked at.

        Args:
            holds: whether it is as it should be.
            expected, seen: texts for the learner; they complete "Expected …, but …".
            line: the line of the cell to name.
            why: what is wrong there: a sentence without its full stop.
            in_turn: waits were to come one after the other, so that is no fault.
            may_raise: to end with an exception is no fault of this run.
            polls: the answer may have looked every so often instead of waiting.
            held: what held the loop: a sentence without its full stop.
            shared, shared_by: the service that several threads, or processes, share.
        """
        if not holds:
            raise Checked(
                self,
                expected,
                seen,
                line=line,
                why=why,
                in_turn=in_turn,
                may_raise=may_raise,
                polls=polls,
                held=held,
                shared=shared,
                shared_by=shared_by,
            )
