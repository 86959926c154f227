from checker.chapters.task_groups.shared import LONG, observe_scene
from checker.exercise import Exercise
from checker.judge.wording import duration
from checker.lab.fakes.pages import Pages
from checker.lab.scenes import task_groups as scenes

walk = Exercise(
    "walk",
    kind="write",
    hints=[
        "Who can start the fetch of a page at the very moment at which a link to it arrives?",
        "May a member start another member of its own group?",
        "Two pages link to a third. Which of them starts its fetch, and where do they look whether "
        "the other has done so: before or after an `await`?",
    ],
)


def _observe_walk(answer, fetch, start, moment=None):
    args = (fetch, start)
    call = f"walk(fetch, {start!r})"
    return observe_scene(scenes.called_with, answer, *args, call=call, where=fetch, moment=moment)


def _pages(seconds, links, errors=None):
    """Pages that link to others: `await fetch(name)` returns a list of names."""
    return Pages(seconds, errors, {name: links.get(name, []) for name in seconds})


@walk.rule("All pages that can be reached come back, sorted.")
def all_reached(answer, inputs):
    top, left, right, deep, alone = inputs.words(5)
    links = {top: [left, right], right: [deep], alone: [top]}
    seconds = dict(zip((top, left, right, deep, alone), inputs.seconds(5), strict=True))
    fetch = _pages(seconds, links)
    run = _observe_walk(answer, fetch, top)
    run.returned(sorted([top, left, right, deep]))
    run.left_nothing_behind()
    _observe_walk(answer, fetch, left).returned([left])


@walk.rule("Each page is fetched as soon as a link to it is known, not later.")
def at_once(answer, inputs):
    top, slow, quick, below, deep = inputs.words(5)
    first, second, third = inputs.odd_seconds(3)
    seconds = {top: first, slow: LONG, quick: second, below: third, deep: 1}
    links = {top: [slow, quick], quick: [below], below: [deep]}
    fetch = _pages(seconds, links)
    run = _observe_walk(answer, fetch, top)
    run.returned(sorted(seconds))
    run.took(first + LONG)
    begun = {call.what: call.start for call in run.calls_of("fetch")}
    known = {slow: first, quick: first, below: first + second, deep: first + second + third}
    for name, moment in known.items():
        what = f"fetch({name!r})"
        expected = f"{what} at {duration(moment)}"
        run.time_is(begun[what], moment, f"began {what} at", expected=expected)


@walk.rule("Each page is fetched once, even if several link to it, or it links to itself.")
def once(answer, inputs):
    top, left, right, both = inputs.words(4)
    links = {top: [left, right, top], left: [both], right: [both, both], both: [top]}
    for same in (True, False):  # two links to a page that are known in the same turn, or not
        seconds = {top: 1, left: 3, right: 3 if same else 5, both: 4}
        fetch = _pages(seconds, links)
        run = _observe_walk(answer, fetch, top)
        run.returned(sorted(seconds))
        run.called("fetch", *(f"fetch({name!r})" for name in seconds))


@walk.rule("If a fetch fails, the others are cancelled, and its error comes out.")
def one_fails(answer, inputs):
    top, slow, quick, below = inputs.words(4)
    first, second, third = inputs.odd_seconds(3)
    seconds = {top: first, slow: LONG, quick: second, below: third}
    links = {top: [slow, quick], quick: [below]}
    fetch = _pages(seconds, links, {below: "LookupError: no page"})
    run = _observe_walk(answer, fetch, top)
    run.raised("LookupError", "no page")
    run.left_nothing_behind(after_error=True)
    run.took(first + second + third, after_error=True, ended_by="LookupError")
