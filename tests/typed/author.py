"""An exercise with its rules, as an author writes it. `tests/course/test_types.py` runs them."""

from collections.abc import Awaitable, Callable
from typing import Any, assert_type

from checker import engine
from checker.engine import Limits, Run, Service
from checker.engine.record import Call, Failure, Stop
from checker.engine.recording.snapshots import LoopState, states_of
from checker.engine.reruns.cancellation import Audit
from checker.engine.reruns.runs import Runs
from checker.exercise import Exercise
from checker.judge import Answer, Inputs, Observed, Unmet, Verdict, observe, verdict_on
from checker.judge.calls import Calls
from checker.judge.part import Part
from checker.judge.several import ObservedAudit, ObservedSchedules
from checker.lab import Pages, Peer, Pool, Reports, Saves, echo, pages, postgres
from checker.lab.network.scripts import Script

type_pair = Exercise("type_pair", kind="write", hints=["Which of the two takes longer?"])


async def report_when_done(
    answer: Callable[..., Awaitable[object]], fetch: Pages, report: Reports
) -> dict[str, object]:
    """A scene: it awaits the answer, and says what came of it."""
    found = await answer(fetch, *fetch)
    report("done")
    return {"pages": found}


@type_pair.rule("It returns both pages, the first one first.")
def returns_both(answer: Answer, inputs: Inputs) -> None:
    fetch = pages(inputs, 2)
    assert_type(fetch, Pages)
    assert_type(fetch.delays, list[float])
    run = observe(answer, fetch, *fetch, call="type_pair(fetch, …)")
    assert_type(run, Observed)
    assert_type(run.seconds, float)
    assert_type(run.failure, Failure | None)
    assert_type(run.run, Run)
    assert_type(run.run.stop, Stop | None)
    run.returned(fetch.bodies)
    run.check(run.seconds < 100, "less than 100 s", "it took longer", line=answer.usual_line())


@type_pair.rule("The waits overlap.")
def overlap(answer: Answer, inputs: Inputs) -> None:
    fetch = Pages(dict.fromkeys(inputs.words(2), 2.5))
    run = observe(report_when_done, answer, fetch, Reports(), limits=Limits(seconds=60))
    run.took(max(fetch.delays), limit=True)
    fetched = run.calls_of("fetch")
    assert_type(fetched, Calls)
    assert_type(fetched[0], Call)
    assert_type(fetched[0].line, int | None)
    assert_type(fetched.peak, int)
    part = run.part("pages")
    assert_type(part, Part)
    part.returned(fetch.bodies)
    run.left_nothing_behind()


@type_pair.rule("In every order of events, and cancelled anywhere, it leaves nothing behind.")
def cleans_up(answer: Answer, inputs: Inputs) -> None:
    fetch = pages(inputs, 2)
    orders = observe(answer, fetch, *fetch, schedules=5)
    assert_type(orders, ObservedSchedules)
    orders.check(lambda run: run.peak("fetch") == 2, "both at once", "one after the other")
    cancelled = observe(answer, fetch, *fetch, cancel="everywhere")
    assert_type(cancelled, ObservedAudit)
    cancelled.cancelled()


class Bell(Service):
    """A service of an author's own."""

    name = "bell"

    def __init__(self, rings: int = 0):
        self.rings = rings

    def fresh(self) -> "Bell":
        return Bell()

    def __call__(self) -> None:
        with self.call("bell()"):
            self.rings += 1


def what_the_engine_gives(answer: Callable[..., Awaitable[object]], bell: Bell) -> None:
    run = engine.observe(answer, bell, limits=Limits(turns=10), snapshots=True)
    assert_type(run, Run)
    assert_type(run.result, object)
    assert_type(run.calls, list[Call])
    assert_type(states_of(run), list[LoopState])
    assert_type(engine.observe(answer, schedules=3), Runs)
    assert_type(engine.observe(answer, cancel=7), Run)
    assert_type(engine.observe(answer, cancel="everywhere"), Audit)


def what_the_judge_gives(answer: Answer, inputs: Inputs) -> None:
    verdict = verdict_on(type_pair, answer, None)
    assert_type(verdict, Verdict)
    assert_type(verdict.rules, list[tuple[str, bool]])
    assert_type(verdict.line, int | None)
    assert_type(inputs.words(3), list[str])
    assert_type(inputs.seconds(3), list[int])
    try:
        returns_both(answer, inputs)
    except Unmet as unmet:
        assert_type(unmet.expected, str)
        assert_type(unmet.run, Run)


async def what_the_lab_gives() -> None:
    script = echo(delay=0.2)
    assert_type(script, Script)
    async with Peer(script, kind="unix") as peer:
        assert_type(peer, Peer)
        assert_type(peer.path, str)
        assert_type([connection.end for connection in peer.connections], list[float | None])
    assert_type(await Saves(["a", "b"], [1, 2])("a"), None)
    assert_type(Pool(2).submit(len, "abc").result(), int)
    assert_type(postgres(name="shop").url, str)


def mistakes(answer: Answer, inputs: Inputs, run: Observed) -> None:
    """What mypy must complain of; each was a mistake that only a run could find."""
    run.check(False, "two", "it was one", lin=2)  # type: ignore[call-arg]
    run.took("3 s")  # type: ignore[arg-type]
    run.calls_of("fetch").pek  # type: ignore[attr-defined]
    observe(answer, cancel=True)  # type: ignore[call-overload]
    engine.observe(answer, limit=Limits())  # type: ignore[call-overload]
    Peer(echo(), kind="udp")  # type: ignore[arg-type]
    echo("0.2")  # type: ignore[arg-type]
    pages(answer, 2)  # type: ignore[arg-type]

    @type_pair.rule("It takes what a rule is given.")  # type: ignore[type-var]
    def takes_one(answer: Answer) -> None: ...


def open_ends(part: Part) -> Any:
    """Plain data has no type of its own: a rule knows what to expect."""
    return part.value["name"][0].upper()
