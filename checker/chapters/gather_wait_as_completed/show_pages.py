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


@show_pages.rule("If it is cancelled, it ends as cancelled, and no fetch goes on.")
def cancelled_itself(answer, inputs):
    fetch = lab.pages(inputs, 3)
    runs = observe(answer, fetch, list(fetch), lab.Reports(), cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
