"""What learners type in their cells."""

from typing import Literal, assert_type

from checker import check, hint, play, predict, progress, selftest, solution, timeline
from checker.judge import Verdict
from checker.kernel.selftest import SelfTest
from checker.lab import Page, Pages, Web
from checker.learner.check import Notice
from checker.learner.help import Help
from checker.show.player import Player
from checker.show.progress import Progress
from checker.show.timeline import Timeline


async def double(number: int) -> int:
    return 2 * number


class Counter:
    """An exercise may ask for a class."""


async def cells() -> None:
    verdict = await check(double)
    assert_type(verdict, Verdict | Notice | None)
    if isinstance(verdict, Verdict):
        assert_type(verdict.passed, bool)
        assert_type(verdict.points, int)
        assert_type(await play(verdict), Player | Notice | None)
    assert_type(await check(Counter), Verdict | Notice | None)
    assert_type(await predict(double, returns=4, takes=0), Verdict | Notice | None)
    assert_type(await timeline(double(2), double(3)), Timeline | Notice | None)
    assert_type(await play(double), Player | Notice | None)
    assert_type(await play(double(2)), Player | Notice | None)
    assert_type(hint(double), Help)
    assert_type(solution("double", anyway=True), Help)
    state = progress()
    assert_type(state, Progress)
    assert_type(state.next, tuple[str, str] | None)
    found = await selftest()
    assert_type(found, SelfTest)
    assert_type(found.points[0].state, Literal["ok", "fix"])


async def services() -> None:
    fetch = Pages({"home": 1.5})
    text: str = await fetch("home")
    print(text)
    async with Web({"home": Page(delay=0.1, status=404)}, at_once=3) as web:
        assert_type(web.url, str)
        assert_type([request.end for request in web.requests], list[float | None])


async def mistakes() -> None:
    """What mypy must complain of; a cell answers each with a `Notice`."""
    await check("double")  # type: ignore[arg-type]
    await check(double(2))  # type: ignore[arg-type]
    await timeline(double)  # type: ignore[arg-type]
    hint(double(2))  # type: ignore[arg-type]
    Page(delay="0.1")  # type: ignore[arg-type]
