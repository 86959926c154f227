from checker import lab
from checker.exercise import Exercise
from checker.judge import observe

show_pages = Exercise(
    "show_pages",
    kind="rewrite",
    shipped="wrong_moment",
    hints=[
        "When does `gather` come back, and which pages have been there for a while by then?",
        "How does a result that comes in the order of arrival say whose it is?",
        "Who ends the fetches that are under way if you are cancelled between two pages?",
    ],
)


def _observe(answer, fetch):
    return observe(answer, fetch, list(fetch), lab.Reports())


def _paired(answer, run, fetch):
    """No page stands under another page's name."""
    pages = run.value if isinstance(run.value, dict) else {}
    swapped = [name for name in fetch if pages.get(name) in fetch.bodies]
    name = next((name for name in swapped if pages[name] != fetch.body(name)), None)
    run.check(
        name is None,
        f"{name!r}: {name and fetch.body(name)!r}",
        f"{name!r}: {name and pages[name]!r}",
        line=answer.line_with("as_completed("),
        why="What comes in the order of arrival is given the names in their own order",
    )


@show_pages.rule("All pages are fetched at the same time, each of them once.")
def fetched_at_once(answer, inputs):
    fetch = lab.pages(inputs, 6, odd=True)
    run = _observe(answer, fetch)
    run.at_least(6, "fetch")
    run.took(max(fetch.delays))
    run.called("fetch", *(f"fetch({name!r})" for name in fetch))
    run.left_nothing_behind()


@show_pages.rule("It returns the pages by name, in the order of the names.")
def pages_by_name(answer, inputs):
    for count in (3, 6):
        fetch = lab.pages(inputs, count)
        run = _observe(answer, fetch)
        _paired(answer, run, fetch)
        run.returned(dict(zip(fetch, fetch.bodies, strict=True)))
        run.shows(list(run.value), list(fetch))
    _observe(answer, lab.Pages({})).returned({})


@show_pages.rule("Each page is reported once, with its name, at the moment when it arrives.")
def reported_at_once(answer, inputs):
    for count in (4, 7):
        fetch = lab.pages(inputs, count, odd=True)
        run = _observe(answer, fetch)
        run.ended()
        arrivals = sorted(zip(fetch.delays, fetch, strict=True))
        texts = [f"report({name!r}, {fetch.body(name)!r})" for _, name in arrivals]
        run.called_at("report", [seconds for seconds, _ in arrivals], in_turn=False)
        run.calls_of("report").are(texts)
    # All but one arrive at the same moment; their order is free.
    names = inputs.words(5)
    fetch = lab.Pages(dict.fromkeys(names, 3) | {names[0]: 4})
    run = _observe(answer, fetch)
    run.ended()
    seen = set(run.calls_of("report").texts)
    # Which of them comes first out of a set is chance, so none is named.
    run.check(
        seen == {f"report({name!r}, {fetch.body(name)!r})" for name in names},
        f"a report of each of {len(names)} pages",
        f"there were {len(seen)}",
        line=answer.line_with(".pop()"),
        why="Four pages arrive at the same moment, and not all of them are reported",
    )


@show_pages.rule("If it is cancelled, it ends as cancelled, and no fetch goes on.")
def cancelled_itself(answer, inputs):
    fetch = lab.pages(inputs, 3)
    runs = observe(answer, fetch, list(fetch), lab.Reports(), cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
