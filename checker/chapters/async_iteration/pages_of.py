from checker import lab
from checker.chapters.async_iteration.shared import gave
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.unmet import Raised
from checker.lab.scenes import async_iteration as scenes

pages_of = Exercise(
    "pages_of",
    kind="write",
    is_async=False,
    hints=[
        "Which word makes a generator of an `async def`?",
        "How do you know which page is the last? Does an empty page say so?",
        "When is the next page asked for: when you have it in hand, or when somebody wants it?",
    ],
)


def _drawn(inputs, sizes, errors=None):
    """Pages that hold so many items each, and name the next one."""
    names = inputs.words(len(sizes))
    seconds = inputs.odd_seconds(len(sizes))
    following = [*names[1:], None]
    values = {}
    for name, size, after in zip(names, sizes, following, strict=True):
        items = [f"{name} {number}" for number in range(1, size + 1)]
        values[name] = {"items": items, "next": after}
    ends = {names[place]: error for place, error in (errors or {}).items()}
    return lab.Pages(dict(zip(names, seconds, strict=True)), ends, values)


def _items(fetch):
    """All items, in order, and when each of them can be there, in seconds."""
    items, times, total = [], [], 0
    for name, delay in zip(fetch, fetch.delays, strict=True):
        total = round(total + delay, 6)
        on_page = fetch.body(name)["items"]
        items += on_page
        times += [total] * len(on_page)
    return items, times


def _observe(answer, fetch):
    first = next(iter(fetch))
    sizes = ", ".join(f"{name} has {len(fetch.body(name)['items'])} items" for name in fetch)
    return observe(
        scenes.walked, answer, [], fetch, first, call=f"pages_of(fetch, {first!r}), where {sizes}"
    )


@pages_of.rule("It gives all items, page by page; a page may be empty.")
def all_items(answer, inputs):
    for sizes in ([3, 2, 2], [2, 0, 3], [0, 1], [1]):
        fetch = _drawn(inputs, sizes)
        run = _observe(answer, fetch)
        run.ended()
        gave(run, _items(fetch)[0])
        run.called("fetch", *(f"fetch({name!r})" for name in fetch))


@pages_of.rule("The items of a page come as soon as the page is there.")
def as_soon_as_there(answer, inputs):
    fetch = _drawn(inputs, [2, 3, 1])
    run = _observe(answer, fetch)
    why = "An item comes later than its page, because another page is waited for first"
    line = (run.calls_of("fetch").lines or [None])[-1]
    run.part("times").equals(_items(fetch)[1], in_turn=True, why=why, line=line)
    run.left_nothing_behind()


@pages_of.rule("A page is asked for only when somebody wants an item of it.")
def lazy(answer, inputs):
    fetch = _drawn(inputs, [2, 3, 2])
    names = list(fetch)
    for taken, asked in ((2, 1), (4, 2)):
        call = f"two pages with 2 and 3 items; {taken} items are taken, then it is closed"
        run = observe(scenes.left_early, answer, taken, fetch, names[0], call=call)
        gave(run, _items(fetch)[0][:taken])
        run.called("fetch", *(f"fetch({name!r})" for name in names[:asked]))
        run.left_nothing_behind()


@pages_of.rule("If a page fails, its error comes out after the items before it.")
def page_fails(answer, inputs):
    fetch = _drawn(inputs, [2, 1, 2], {2: "LookupError: no page"})
    run = _observe(answer, fetch)
    gave(run, _items(fetch)[0][:3])
    seen = run.value.get("error", "no error")
    if seen != "LookupError: no page":
        raise Raised(run, "LookupError: no page to come out", f"it was {seen}", in_turn=True)
