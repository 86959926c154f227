from dataclasses import dataclass

from checker.chapters.task_groups.shared import LONG, observe_scene
from checker.exercise import Exercise
from checker.judge.wording import duration
from checker.lab.fakes.pages import Pages
from checker.lab.scenes import task_groups as scenes

shop_page = Exercise(
    "shop_page",
    kind="build",
    hints=[
        "Which parts may end it all by failing? Which may not, so that their errors must never "
        "come to the group?",
        "What does a coroutine look like that returns one extra, or None if it is late or fails?",
        "When does the limit of the extras begin? What must be started by then?",
    ],
)


@dataclass(frozen=True)
class _Parts:
    """The parts of a page.

    Attributes:
        fetch: the service that has them.
        needed, extras: the names of both kinds.
    """

    fetch: Pages
    needed: list[str]
    extras: list[str]

    def texts(self, without=()):
        """The whole page, None for the parts that are `without` a text."""
        names = [*self.needed, *self.extras]
        return {n: None if n in without else self.fetch.body(n) for n in names}


def _parts(inputs, needed, extras, errors=None):
    """Draw the parts.

    Args:
        needed, extras: the seconds that each takes.
        errors: place of a part → how it ends, as in `Pages`; the needed ones come first.
    """
    seconds = [*needed, *extras]
    names = inputs.words(len(seconds))
    ends = {names[place]: end for place, end in (errors or {}).items()}
    fetch = Pages(dict(zip(names, seconds, strict=True)), ends)
    return _Parts(fetch, names[: len(needed)], names[len(needed) :])


def _observe_page(answer, parts, seconds, moment=None):
    fetch = parts.fetch
    args = (fetch, parts.needed, parts.extras, seconds)
    call = f"shop_page(fetch, {parts.needed}, {parts.extras}, {seconds:g})"
    return observe_scene(scenes.called_with, answer, *args, call=call, where=fetch, moment=moment)


@shop_page.rule("All parts come back; all are under way at once.")
def all_parts(answer, inputs):
    seconds = inputs.odd_seconds(5)
    parts = _parts(inputs, seconds[:2], seconds[2:])
    run = _observe_page(answer, parts, max(seconds) + 9)
    run.returned(parts.texts())
    run.took(max(seconds))
    run.at_least(5, "fetch")
    run.left_nothing_behind()
    empty = _observe_page(answer, _parts(inputs, [], []), 5)
    empty.returned({})
    empty.took(0)


@shop_page.rule("An extra that takes longer than `seconds` is cancelled then, and is None.")
def late_extras(answer, inputs):
    short, limit, long = sorted(inputs.odd_seconds(3))
    for needed in (short, long):
        parts = _parts(inputs, [needed, short], [short - 1, LONG, limit + 1])
        run = _observe_page(answer, parts, limit)
        stopped = [c for c in run.calls_of("fetch") if c.outcome == "cancelled"]
        for call in stopped:
            what = [f"fetch({name!r})" for name in parts.needed]
            seen = f"it was cancelled at {duration(call.end)}"
            run.check(call.what not in what, f"{call} to go on", seen, may_raise=True)
        run.stops_at(limit)
        run.took(max(needed, limit), limit=True)
        run.returned(parts.texts(without=parts.extras[1:]))
        for call in stopped:
            run.time_is(call.end, limit, f"cancelled {call} at", limit=True)
        run.took(max(needed, limit))
        run.left_nothing_behind()


@shop_page.rule("An extra that fails is None, and disturbs no other part.")
def failing_extras(answer, inputs):
    seconds = sorted(inputs.odd_seconds(6))
    errors = ("LookupError: no page", "TimeoutError: the server gave up", "OSError: no line")
    # The last extra does not fail, and comes after those that do.
    parts = _parts(inputs, seconds[4:], seconds[:4], dict(enumerate(errors, 2)))
    run = _observe_page(answer, parts, max(seconds) + 9)
    run.returned(parts.texts(without=parts.extras[:3]))
    run.took(max(seconds))
    run.left_nothing_behind()


@shop_page.rule("If a needed part fails, all others are cancelled, and its error comes out.")
def needed_fails(answer, inputs):
    first, second = sorted(inputs.odd_seconds(2))
    for error in ("LookupError: sold out", "TimeoutError: the server gave up"):
        parts = _parts(inputs, [LONG, second], [first, LONG], {1: error, 2: "OSError: no line"})
        run = _observe_page(answer, parts, LONG + 9)
        kind, _, text = error.partition(": ")
        run.raised(kind, text)
        run.left_nothing_behind(after_error=True)
        run.took(second, after_error=True, ended_by=kind)


@shop_page.rule("If it is cancelled itself, so are all parts, and it ends as cancelled.")
def page_cancelled(answer, inputs):
    [moment] = inputs.odd_seconds(1)
    parts = _parts(inputs, [LONG, LONG], [LONG, LONG])
    run = _observe_page(answer, parts, moment + 9, moment)
    run.ended_as_cancelled()
    run.took(moment)
    run.left_nothing_behind()
