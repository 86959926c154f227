"""What a rule may expect of several runs of one answer: of every order, of every await point.

The sentences are those of `Observed`. Each must hold in every run; the first run in which it does
not is the one that is shown. Times are no business of these rules, so there is no `took`.
"""

from checker.judge.expect import Observed, Unmet, duration

_SLOW_STOPS = ("real_seconds", "turns", "still_turns", "printed")  # each costs real time

_FOR_EVER = ("deadlock", "seconds")  # a consumer or a heartbeat may go on until it is cancelled


class _Several:
    def __init__(self, runs, call, answer, start):
        self.runs = runs
        self.call = call
        self._answer = answer
        self._start = start  # makes one of the runs again

    def returned(self, value):
        """It returned exactly `value`, as `Observed.returned` says.

        In an audit that is for scenes that make a task of the answer: the task is cancelled, the
        scene goes on and returns what it has seen.
        """
        self._always(lambda one: one.returned(value))

    def called(self, service, *whats):
        """The service was called for each of these once, in any order."""
        self._always(lambda one: one.called(service, *whats))

    def leaves_nothing(self):
        """Every task, thread and connection was over."""
        self._always(lambda one: one.leaves_nothing())

    def so(self, holds, expected, seen, **data):
        """Anything else: `holds(run)` is true of every run.

        Args:
            expected: a text that completes "Expected …".
            seen: `seen(run)` completes ", but …"; or the text itself.
        """
        self._always(
            lambda one: one.so(
                holds(one.run), expected, seen(one.run) if callable(seen) else seen, **data
            )
        )

    def _note(self, run):
        if self._answer.abandoned:  # the learner has stopped the check between two runs
            raise KeyboardInterrupt
        return Observed(run, self.call)


class ObservedSchedules(_Several):
    """The runs of an answer in several orders of events; run 0 is the usual one."""

    def ended(self):
        """It came to its end and returned something."""
        self._always(lambda one: one.ended())

    def raised(self, kind, text=None, or_group=False):
        """It ended with this exception, as `Observed.raised` says."""
        self._always(lambda one: one.raised(kind, text, or_group))

    def at_most(self, many, service=None):
        """At no moment were more calls going on at once."""
        self._always(lambda one: one.at_most(many, service))

    def left_nothing_behind(self):
        """It ended well; and every task was over, every coroutine had been awaited …"""
        self._always(lambda one: one.left_nothing_behind())

    def _always(self, check):
        first, failing = None, 0
        for run in self.runs:
            try:
                check(self._note(run))
            except Unmet as unmet:
                if run.schedule == 0:
                    raise  # nothing to do with orders
                first = first or unmet
                failing += 1
                if run.charged or (run.stop is not None and run.stop.reason in _SLOW_STOPS):
                    break  # the others would cost real time, and only to be counted
        else:
            if first is not None and not self.runs.cut:
                first.data.update(failing=failing, orders=len(self.runs))
        if first is not None:
            self._answer.note(first.run, self._start)
            first.data.update(schedule=first.run.schedule, usual=self.runs[0])
            raise first


class ObservedAudit(_Several):
    """The runs of an answer, cancelled at each of its await points. Run 0 is cancelled nowhere."""

    def cancelled(self):
        """The cancellation came out: nobody took it for something else, and clean-up ended."""
        self._always(_came_out)

    def leaves_nothing(self):
        """Every task, thread and connection was over.

        A coroutine that was never awaited is no harm here: its turn had not come.
        """
        self._always(_leaves_nothing)

    def closed(self, opening, closing):
        """What was opened was closed: to every call of `opening` that ended well belongs one of
        `closing` that did.

        Args:
            opening, closing: how these calls begin: "pool.get", "pool.put".
        """
        self._always(lambda one: _closed(one, opening, closing))

    def so(self, holds, expected, seen, **data):
        """Anything else: `holds(run)` is true of every run that was cancelled, as above."""
        super().so(lambda run: run.point is None or holds(run), expected, seen, **data)

    def _always(self, check):
        usual = self._note(self.runs[0])
        if self.runs[0].stop is None or self.runs[0].stop.reason not in _FOR_EVER:
            usual.ended()
        for run in self.runs:
            # A run with threads or sockets may take fewer turns than the first one took.
            if run.point is None:
                continue
            try:
                check(self._note(run))
            except Unmet as unmet:
                unmet.data.update(point=run.point)
                self._answer.note(run, self._start)
                raise


def _came_out(one):
    run = one.run
    task = run.tasks[run.point.cancelled]
    if task.ended == "cancelled":
        return
    if task.ended == "failed":
        seen = f"{task.failure} came out"
    elif task.ended == "done":
        seen = "it carried on, and ended as if nothing had happened"
    else:
        seen = "it did not end, and was stopped"
    raise Unmet(one, "cancelled", "CancelledError to come out", seen)


def _leaves_nothing(one):
    if one.run.left:
        seen = f"{one.run.left[0].what} was still running"
        raise Unmet(one, "left", "nothing left behind", seen)


def _closed(one, opening, closing):
    begun = [c for c in one.run.calls if c.what.startswith(f"{opening}(")]
    opened = [c for c in begun if c.outcome == "ok"]
    closes = [c for c in one.run.calls if c.what.startswith(f"{closing}(")]
    closed = [c for c in closes if c.outcome == "ok"]
    if len(closed) >= len(opened):
        return
    first = opened[len(closed)]
    broken = [c for c in closes if c.outcome != "ok"]
    why = f"`{broken[0].what}` did not come to its end" if broken else f"no `{closing}` followed"
    seen = f"{first.what} of {duration(first.start)} stayed open"
    raise Unmet(one, "closed", f"a `{closing}` for every `{opening}`", seen, opened=first, why=why)
