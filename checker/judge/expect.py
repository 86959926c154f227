"""What a rule may expect of a run. The first expectation that does not hold ends its rule."""

import functools
import linecache
from collections import Counter
from dataclasses import dataclass, field

from checker import engine
from checker.engine.frames import file_of
from checker.engine.plain import short_repr
from checker.judge import source

LONG_LINE = 70  # characters of a source line that are quoted
EXACT = 0.001  # seconds; figures without charged time are exact to this
CHARGED = (0.05, 0.05)  # share and seconds that a figure with charged time may be off


class Unmet(Exception):
    """An expectation that does not hold.

    Attributes:
        kind: which expectation: "ended", "returned", "raised", "took", "printed", "left", "calls",
            "at_most", "at_least", "connections", "so", "seen" (by a server); of an audit
            "cancelled" and "closed", too.
        expected, seen: short texts for the learner.
        stops: the moments at which the rule wants work to be stopped.
        data: what the causes need to know beyond the run: the expected value, its seconds …
    """

    def __init__(self, observed, kind, expected, seen, **data):
        super().__init__(f"{expected}; {seen}")
        self.run = observed.run
        self.call = observed.call
        self.by_count = getattr(observed, "by_count", False)
        self.stops = getattr(observed, "stops", ())
        self.kind = kind
        self.expected = expected
        self.seen = seen
        self.data = data


@dataclass
class Answer:
    """A learner's answer: the function or class, and the source of the cell that defines it.

    Attributes:
        observe: what runs it: the engine's `observe`, or one that asks another process.
        salt: makes other inputs be drawn for the same source.
    """

    function: object
    source: str = ""
    file: str | None = None
    is_async: bool = True
    abandoned: bool = False  # the learner stopped the check
    runs: list = field(default_factory=list)
    replays: list = field(default_factory=list)  # for each run, what makes it again for a player
    observe: object = engine.observe
    salt: str = ""

    @classmethod
    def of(cls, function, is_async=True):
        """The answer that a learner's function or class is, with the source of its cell."""
        file = file_of(function)
        return cls(function, "".join(linecache.getlines(file or "")), file, is_async)

    def note(self, run, start):
        """Keep a run, and how it was started: `start(**options)` makes such a run again."""
        cancel = run.point.turn if run.point else None
        self.runs.append(run)
        self.replays.append(
            functools.partial(start, moments=True, schedule=run.schedule, cancel=cancel)
        )

    def replay_of(self, run):
        """A function that makes this run again, with its moments."""
        return next(
            again for made, again in zip(self.runs, self.replays, strict=True) if made is run
        )

    @property
    def name(self):
        """What the answer is called."""
        return getattr(self.function, "__name__", "")

    def usual_line(self):
        """The line to name where none is known: the last `return`, or where the answer begins."""
        return source.usual_line(self.source, self.name)

    def line_of(self, name):
        """The line in which its cell defines the function or method `name`, or None.

        Rules ask this of the source: the function itself may be in another process.
        """
        return source.line_of(self.source, name)

    def return_line(self):
        """The line of the last `return` of a value, or None."""
        return source.return_line(self.source, self.name)

    def method_line(self, method):
        """The line where this method of a class begins, or None."""
        return source.method_line(self.source, self.name, method)

    def last_line(self):
        """The line of its last statement, if it never returns a value; else None."""
        return source.last_line(self.source, self.name)

    def line_with(self, text):
        """The first line of the cell that holds `text`, None if there is none."""
        lines = enumerate(self.source.splitlines(), 1)
        return next((number for number, line in lines if text in line), None)

    def quote(self, line):
        """The stripped text of a line of the cell, "" if there is no such line."""
        lines = self.source.splitlines()
        text = lines[line - 1].strip() if line and line <= len(lines) else ""
        return text if len(text) <= LONG_LINE else text[: LONG_LINE - 1] + "…"


def observe(subject, *args, call=None, limits=None, schedules=None, cancel=None):
    """Run an answer, or a scenario that gets the answer as an argument, and return what can be
    expected of it.

    Args:
        subject: the `Answer`, or a coroutine function of the rule's: a scenario.
        args: plain data, services, and the `Answer` where the subject is a scenario.
        call: how a learner would write this call; made of the arguments if it is not given.
        limits: the `checker.engine.Limits` of the run, where the usual ones do not fit.
        schedules: in how many orders of events to run it; what can be expected then is said by
            `checker.judge.several.ObservedSchedules`.
        cancel: "everywhere" cancels it at each of its await points, in a run for each;
            `checker.judge.several.ObservedAudit` says what can be expected then.
    """
    answer = next(a for a in (subject, *args) if isinstance(a, Answer))
    name = getattr(answer.function, "__name__", "answer")
    given = [a for a in args if a is not answer]
    shown = call or f"{name}({', '.join(short_repr(a, 60) for a in given)})"
    functions = [a.function if isinstance(a, Answer) else a for a in (subject, *args)]
    if answer.abandoned:
        raise KeyboardInterrupt
    options = {"limits": limits} if limits else {}
    options["name"] = name
    own = {answer.file} if answer.file else None
    start = functools.partial(answer.observe, *functions, own=own, **options)
    if schedules is None and cancel is None:
        run = start()
        answer.note(run, start)
        return Observed(run, shown)
    from checker.judge import several  # it is made of what stands in this module

    runs = start(schedules=schedules, cancel=cancel)
    answer.note(runs[0], start)
    kind = several.ObservedSchedules if cancel is None else several.ObservedAudit
    return kind(runs, shown, answer, start)


class Observed:
    """A run, and the sentences that a rule can say about it. Times are seconds."""

    by_count = False  # its rule goes by counts and order: how quick the machine is changes nothing

    def __init__(self, run, call):
        self.run = run
        self.call = call
        self.stops = ()

    def stops_at(self, *moments):
        """A limit is over at these seconds: to be stopped then is no fault of the work's."""
        self.stops = moments

    @property
    def value(self):
        """What the answer returned, as plain data.

        Raises:
            Unmet: if it did not return.
        """
        self.ended()
        return self.run.result

    def ended(self):
        """It came to its end and returned something."""
        run = self.run
        if run.returned and run.awaitable:
            return
        if run.stop is not None:
            raise Unmet(self, "ended", "a result", "it did not end, and was stopped")
        if run.failure is not None:
            raise Unmet(self, "ended", "a result", f"it raised {run.failure}")
        raise Unmet(self, "ended", "something to await", f"it gave {short_repr(run.result, 60)}")

    def returned(self, value):
        """It returned exactly `value`: the same values of the same types in the same order."""
        self.ended()
        self.shows(self.run.result, value)

    def shows(self, result, value, service=None):
        """A part of what a scene returned, or of what the run shows, is exactly `value`.

        Args:
            result: the part, which counts as what the answer returned.
            service: the one whose calls made the items of `result`, one each; their lines are
                named then.
        """
        if same(result, value):
            return
        expected, seen = difference(value, result)
        line = self._line_of(service, result, value) if service else None
        raise Unmet(self, "returned", expected, seen, value=value, result=result, line=line)

    def _line_of(self, service, result, value):
        calls = [c for c in self.run.calls if c.service == service]
        pairs = zip(result, value, strict=False)
        first = next((n for n, (got, want) in enumerate(pairs) if not same(got, want)), len(value))
        return calls[min(first, len(calls) - 1)].line if calls else None

    def raised(self, kind, text=None, or_group=False):
        """It ended with an exception of the type named `kind` (or a subclass), with this text.

        With `or_group`, a group that holds such an exception will do, as from a `TaskGroup`.
        """
        failure = self.run.failure
        if or_group and failure is not None and failure.of:
            failure = next((f for f in failure.of if kind in (f.type, *f.bases)), failure)
        wanted = kind if not text else f"{kind}: {text}"
        if self.run.returned:
            seen = f"it returned {short_repr(self.run.result, 60)}"
            raise Unmet(self, "raised", f"{wanted} to be raised", seen, error=kind)
        if failure is None:
            self.ended()
        named = kind == failure.type or kind in failure.bases
        if not named or text not in (None, failure.text):
            seen = f"it raised {failure}"
            raise Unmet(self, "raised", f"{wanted} to be raised", seen, error=kind)

    def took(self, seconds, limit=False):
        """It took so long on the run's clock; with `limit`: or less."""
        self.ended()
        self.time_is(self.run.took, seconds, limit=limit, whole=True)

    def time_is(self, seen, expected, what="took", limit=False, whole=False, **data):
        """A time of the run is `expected`; with `limit`: or less.

        Args:
            what: the verb for it: "took", "reported".
            whole: whether it is the time of the whole run.
            data: `why`, a sentence without its end, and the `line` that it speaks of.
        """
        off = seen - expected
        allowed = EXACT if not self.run.charged else max(CHARGED[0] * expected, CHARGED[1])
        if off > allowed or (off < -allowed and not limit):
            shown = duration(seen)
            if self.run.charged:  # it differs from run to run: it is never printed
                shown = "longer" if off > 0 else "less"
            raise Unmet(
                self,
                "took",
                f"{duration(expected)}",
                f"it {what} {shown}",
                seconds=expected,
                whole=whole,
                limit=limit,
                **data,
            )

    def printed(self, *lines):
        """It printed exactly these lines."""
        self.ended()
        seen = self.run.output.splitlines()
        if seen != list(lines):
            expected, shown = difference(list(lines), seen)
            raise Unmet(self, "printed", expected, shown, lines=list(lines))

    def called(self, service, *whats):
        """The service was called for each of these once, in any order, and every call ended well.

        Calls are told apart by how they are written: "save('a')".
        """
        self.ended()
        calls = [c for c in self.run.calls if c.service == service]
        good = Counter(c.what for c in calls if c.outcome == "ok")
        if good != Counter(whats):
            missing = list((Counter(whats) - good).elements())
            extra = list((good - Counter(whats)).elements())
            seen = f"{(missing or extra)[0]} once too often"
            begun = missing and missing[0] in [c.what for c in calls]
            short = missing and extra and max(map(len, missing + extra)) <= LONG_LINE
            if short and not begun:
                seen = f"{extra[0]} in place of {missing[0]}"
            elif missing:
                seen = f"{missing[0]} did not {'end' if begun else 'begin'}"
            expected = f"{len(whats)} finished call{'s' * (len(whats) != 1)} of {service}"
            lines = [c.line for c in calls if extra and c.what == extra[0]]
            line = lines[-1] if extra and not begun else None
            raise Unmet(self, "calls", expected, seen, missing=missing, line=line)

    def times_of(self, service):
        """The seconds at which the service was called."""
        return [c.start for c in self.run.calls if c.service == service]

    def called_at(self, service, times):
        """The service was called at these seconds, one call after the other, and at no others.

        Say first how the run ends.
        """
        calls = [c for c in self.run.calls if c.service == service]
        seen, wanted = [round(c.start, 6) for c in calls], [round(at, 6) for at in times]
        other = [n for n, at in enumerate(seen) if wanted[n : n + 1] != [at]] or [-1]
        line = calls[other[0]].line if calls else None
        expected, came = f"{service} at {moments(wanted)}", f"it came at {moments(seen)}"
        self.so(seen == wanted, expected, came, in_turn=True, may_raise=True, line=line)

    def at_least(self, many, service=None):
        """At some moment, so many calls were going on at once."""
        self.ended()
        if self.run.peak(service) < many:
            seen = f"never more than {self.run.peak(service)}"
            raise Unmet(self, "at_least", f"{many} at once", seen, many=many)

    def at_most(self, many, service=None):
        """At no moment were more calls going on at once."""
        self.ended()
        if self.run.peak(service) > many:
            seen = f"{self.run.peak(service)} at once"
            raise Unmet(self, "at_most", f"at most {many} at once", seen, many=many)

    def left_nothing_behind(self):
        """It ended well; and every task was over, every coroutine had been awaited …"""
        self.ended()
        self.leaves_nothing()

    def leaves_nothing(self):
        """Every task, thread and connection was over, and every coroutine had been awaited."""
        run = self.run
        if run.left:
            raise Unmet(
                self, "left", "nothing left behind", f"{run.left[0].what} was still running"
            )
        if run.unawaited:
            seen = f"{run.unawaited[0].name} was never awaited"
            raise Unmet(self, "left", "nothing left behind", seen)

    def so(self, holds, expected, seen, **data):
        """Anything else: `holds` is true; the two texts complete "Expected …, but …".

        Args:
            data: what the causes need to know: `in_turn`, that waits were to come one after the
                other; `may_raise`, that to end with an exception is no fault of this run; the
                `line` to name, and `why`: a sentence on it, without its full stop.
        """
        if not holds:
            raise Unmet(self, "so", expected, seen, **data)


def same(seen, expected):
    """Equal, and of equal types all the way down: True is not 1, a tuple is no list."""
    if type(seen) is not type(expected):
        return False
    if isinstance(expected, (list, tuple)):
        return len(seen) == len(expected) and all(map(same, seen, expected))
    if isinstance(expected, dict):
        return seen.keys() == expected.keys() and all(same(seen[k], expected[k]) for k in expected)
    return seen == expected


def difference(expected, seen):
    """Short texts for what was expected and what was seen, at the first difference."""
    if type(expected) is type(seen) is list:
        for index, (want, got) in enumerate(zip(expected, seen, strict=False)):
            if not same(got, want):
                place = f"item {index} is "
                return f"{place}{short_repr(want, 80)}", f"{place}{short_repr(got, 80)}"
        return _items(expected), _items(seen)
    if type(expected) is type(seen) is dict:
        for key in expected:
            if key not in seen:
                return f"the key {key!r}", f"it is not in {short_repr(seen, 80)}"
            if not same(seen[key], expected[key]):
                return f"{key!r}: {expected[key]!r}", f"{key!r}: {short_repr(seen[key], 80)}"
        extra = next(key for key in seen if key not in expected)
        return f"{len(expected)} keys", f"also the key {short_repr(extra, 40)}"
    return short_repr(expected, 80), short_repr(seen, 80)


def _items(values):
    return f"{len(values)} item{'s' * (len(values) != 1)}: {short_repr(values, 60)}"


def moments(times):
    """Several seconds: "1, 2.5 s"."""
    return ", ".join(f"{time:g}" for time in times) + " s" if times else "no time"


def duration(seconds):
    """Seconds as a reader likes them: "3 s", "0.25 s"."""
    return f"{round(seconds, 3):g} s"
