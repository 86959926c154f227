"""What a rule can ask of a run. What it may expect of one stands in `checker.judge.expect`."""

from dataclasses import dataclass

from checker.engine.record import Blocked, Call, Failure, Run, Task


@dataclass(eq=False)
class ObservedRun:
    """One run of an answer, and how a learner would write its call. Times are seconds.

    Attributes:
        run: the record of the engine.
        call: the call in the learner's words: "both(fetch('a'), fetch('b'))".
        stops: moments at which the rule wants work to be stopped.
        stops_any: it wants work to be stopped, at whatever moment.
        by_count: the rule goes by counts and order, so how quick the machine is changes nothing.
        contended: the rule lets several tasks use at once what they share, so that a wrong outcome
            may come of their meeting. Where a rule looks at several orders of events, it is so.
    """

    run: Run
    call: str
    stops: tuple[float, ...] = ()
    stops_any: bool = False
    by_count: bool = False
    contended: bool = False

    @property
    def has_returned(self) -> bool:
        """Whether the answer came to its end with a value."""
        return self.run.returned

    @property
    def failure(self) -> Failure | None:
        """The exception that ended it, None if none did."""
        return self.run.failure

    @property
    def seconds(self) -> float:
        """How long it took on the run's clock, however it ended."""
        return self.run.took

    @property
    def charged(self) -> float:
        """Seconds of real time in its figures; 0 means that every figure is exact."""
        return self.run.charged

    @property
    def calls(self) -> list[Call]:
        """All calls of services, in the order of their beginnings."""
        return self.run.calls

    @property
    def own_tasks(self) -> list[Task]:
        """The answer's tasks, without those of the services."""
        return self.run.own_tasks

    @property
    def blocked(self) -> list[Blocked]:
        """The stretches in which the loop's thread was held."""
        return self.run.blocked

    @property
    def complaints(self) -> list[str]:
        """What asyncio and others would have logged."""
        return self.run.complaints

    @property
    def output(self) -> str:
        """All that it printed."""
        return self.run.output
