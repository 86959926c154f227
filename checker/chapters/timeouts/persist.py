from dataclasses import dataclass

from checker.chapters.timeouts.shared import (
    counts_from_the_call,
    observe_scene,
)
from checker.exercise import Exercise
from checker.judge import list_of_times
from checker.lab.fakes.turns import Turns
from checker.lab.scenes import timeouts as scenes

persist = Exercise(
    "persist",
    kind="build",
    hints=[
        "There are two limits. Which of them holds for the loop, which for what is in the loop?",
        "The outer limit is over during a try: which exception travels through the inner block?",
        "TimeoutError is an OSError. Which single `except` catches every failure after which you "
        "try again?",
    ],
)


@dataclass(frozen=True)
class _Settings:
    """What is drawn for every run of `persist`.

    Attributes:
        name: the page to ask for.
        each: seconds that a try may take.
        pause: seconds between two tries.
    """

    name: str
    each: int
    pause: float

    @property
    def round(self):
        """Seconds from the beginning of a try that is too slow to that of the next one."""
        return self.each + self.pause


def _drawn(inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    return _Settings(name, each, pause)


def _observe_persist(answer, turns, settings, total, moment=None):
    fetch = Turns("fetch", turns)
    name, each, pause = settings.name, settings.each, settings.pause
    call = f"persist(fetch, {name!r}, {each:g}, {pause:g}, {total:g})"
    args = (fetch, name, each, pause, total)
    return observe_scene(scenes.called_with, answer, *args, call=call, where=fetch, moment=moment)


@persist.rule("A try that is too slow or fails with an OSError is made again, after a pause.")
def tries_again(answer, inputs):
    settings = _drawn(inputs)
    each, pause = settings.each, settings.pause
    for error in ("OSError: no line", "TimeoutError: the server gave up"):
        page = f"the {settings.name} page"
        fails_after = inputs.randint(1, 3) + 0.5
        comes_after = each - 0.37
        turns = [(each + 20, page), (fails_after, error), (comes_after, page)]
        run = _observe_persist(answer, turns, settings, 99)
        run.stops_at(each, pause + each)  # the second, if it pauses before the first try
        run.returned(page)
        starts = [0, each + pause, each + pause + fails_after + pause]
        _pauses_between(run, answer, starts, pause)
        run.called_at("fetch", starts)
        run.took(starts[-1] + comes_after)
        run.left_nothing_behind()
    fetch = Turns("fetch", turns)
    counts_from_the_call(
        scenes.called_with,
        answer,
        *(fetch, settings.name, each, pause, 99),
        seconds=starts[-1] + comes_after,
        call=f"persist(fetch, {settings.name!r}, {each:g}, {pause:g}, 99)",
        where=fetch,
    )


def _pauses_between(run, answer, starts, pause):
    """There is a pause between two tries, and nowhere else: said where it is just that."""
    times = [round(at, 6) for at in run.calls_of("fetch").times[:3]]
    sleep = answer.line_with("sleep(")
    if times[:1] == [pause]:
        why, line = "It pauses before the first try", sleep
    elif times[:2] == [0, starts[1] - pause]:
        why = f"After a try that is too slow, there is no pause of {pause:g} s before the next"
        line = sleep
    elif times[:3] == [0, starts[1], starts[2] - pause]:
        why = f"After a try that fails, there is no pause of {pause:g} s before the next"
        line = sleep
    else:
        return
    expected = f"fetch at {list_of_times(starts)}"
    seen = f"it came at {list_of_times(times)}"
    run.check(False, expected, seen, in_turn=True, may_raise=True, why=why, line=line)


@persist.rule("When `total` is over, in a try or in a pause, it raises TimeoutError at once.")
def total_is_over(answer, inputs):
    settings = _drawn(inputs)
    each = settings.each
    rounds = inputs.randint(2, 4) * settings.round
    in_a_try = rounds + each / 2
    in_a_pause = rounds + each + settings.pause / 2
    in_the_first_try = each / 2
    for total in (in_a_try, in_a_pause, in_the_first_try):
        turns = [(each + 20, "a page")] * 5 + [(1, "a page")]
        run = _observe_persist(answer, turns, settings, total)
        run.stops_at(total, *(number * settings.round + each for number in range(5)))
        run.took(total, limit=True, after_error=True)
        run.raised("TimeoutError")
        run.took(total, after_error=True)
        run.left_nothing_behind(after_error=True)
    # Tries that fail fast: the budget does not begin anew with each of them.
    for rest in (0.5, 1 + settings.pause / 2):  # in a try, in a pause
        total = 3 * (1 + settings.pause) + rest
        run = _observe_persist(answer, [(1, "OSError: no line")], settings, total)
        run.stops_at(total)
        run.took(total, limit=True, after_error=True)
        run.raised("TimeoutError")
        run.took(total, after_error=True)
        run.left_nothing_behind(after_error=True)


@persist.rule("Any other error comes out at once.")
def other_errors(answer, inputs):
    settings = _drawn(inputs)
    turns = [(1, "OSError: no line"), (2, "LookupError: no page"), (1, "a page")]
    run = _observe_persist(answer, turns, settings, 99)
    run.raised("LookupError", "no page")
    run.took(1 + settings.pause + 2, after_error=True)
    run.left_nothing_behind(after_error=True)


@persist.rule("If it is cancelled itself, in a try or in a pause, it ends as cancelled.")
def persist_cancelled(answer, inputs):
    settings = _drawn(inputs)
    in_a_try = settings.round + settings.each / 2
    in_a_pause = settings.each + settings.pause / 2
    for moment in (in_a_try, in_a_pause):
        turns = [(settings.each + 20, "a page")]
        run = _observe_persist(answer, turns, settings, 200, moment)
        run.ended_as_cancelled()
        run.took(moment)
        run.left_nothing_behind()
