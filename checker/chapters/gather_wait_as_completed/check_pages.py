from checker import lab
from checker.exercise import Exercise
from checker.judge import observe

check_pages = Exercise(
    "check_pages",
    kind="build",
    hints=[
        "A coroutine for one page that never raises: what does it return in each of the three "
        "cases?",
        "Where does the limit belong: around each page, or around the whole?",
        "Which order does the dict have that you return, and which the reports?",
    ],
)


def _observe(answer, fetch, seconds):
    return observe(answer, fetch, list(fetch), seconds, lab.Reports())


def _site(inputs):
    """Pages of every kind, a limit, and what is to be found.

    Returns:
        "fetch": the service; "limit": in seconds; "labels": name → label, in the order of the
        names; "moments": name → seconds after which its label is known.
    """
    names = inputs.words(6)
    seconds = sorted(inputs.odd_seconds(6))
    statuses = inputs.sample([200, 204, 403, 404, 410, 503], 6)
    # Late ones and others by turns, so that the order of the names tells nothing.
    delays = {names[place]: seconds[place] for place in (4, 1, 3, 0, 5, 2)}
    refused = names[1]
    late = names[4:]
    fetch = lab.Pages(
        delays, {refused: "OSError: refused"}, dict(zip(names, statuses, strict=True))
    )
    limit = seconds[3] + 1.5
    labels = {name: fetch.body(name) for name in delays}
    labels |= {refused: "refused"} | dict.fromkeys(late, "no answer")
    moments = {name: min(delays[name], limit) for name in delays}
    return {"fetch": fetch, "limit": limit, "labels": labels, "moments": moments}


def _kept_apart(answer, run, labels):
    """Who is late is told from who is refused, and from who was in time."""
    found = run.value if isinstance(run.value, dict) else {}
    late = [name for name, label in labels.items() if label == "no answer"]
    known = [name for name in labels if name not in late]
    run.check(
        any(found.get(name) != "refused" for name in late),
        f"{late[0]!r}: 'no answer'",
        f"{late[0]!r}: 'refused'",
        line=answer.line_with("except OSError") or answer.line_with("except"),
        why="A TimeoutError is an OSError, and the first clause that fits takes it",
    )
    run.check(
        any(found.get(name) != "no answer" for name in known),
        f"{known[0]!r}: {labels[known[0]]!r}",
        f"{known[0]!r}: 'no answer'",
        line=answer.line_with("timeout(") or answer.line_with("wait_for("),
        why="When the limit is over, the labels that were known are lost, too",
    )


@check_pages.rule("All pages are asked at the same time, and none for longer than the limit.")
def limited(answer, inputs):
    site = _site(inputs)
    fetch = site["fetch"]
    run = _observe(answer, fetch, site["limit"])
    run.stops_work()
    run.at_least(6, "fetch")
    run.took(site["limit"], limit=True)
    begun = sorted(run.calls_of("fetch").texts)
    wanted = sorted(f"fetch({name!r})" for name in fetch)
    run.check(begun == wanted, "each page to be fetched once", f"there were {', '.join(begun)}")
    run.left_nothing_behind()


@check_pages.rule("It returns the label of each page, in the order of the names.")
def labels_returned(answer, inputs):
    site = _site(inputs)
    run = _observe(answer, site["fetch"], site["limit"])
    run.stops_at(site["limit"])
    _kept_apart(answer, run, site["labels"])
    run.returned(site["labels"])
    run.shows(list(run.value), list(site["labels"]))
    _observe(answer, lab.Pages({}), 5).returned({})


@check_pages.rule("Each label is reported once, as soon as it is known.")
def reported_at_once(answer, inputs):
    site = _site(inputs)
    run = _observe(answer, site["fetch"], site["limit"])
    run.stops_at(site["limit"])
    run.ended()
    moments, labels = site["moments"], site["labels"]
    run.called_at("report", sorted(moments.values()), in_turn=False)
    # Two are known at the limit; their order is free.
    reports = run.calls_of("report")
    seen = sorted(zip(reports.times, reports.texts, strict=True))
    wanted = sorted((at, f"report({name!r}, {labels[name]!r})") for name, at in moments.items())
    for (_, text), (_, expected), line in zip(seen, wanted, reports.lines, strict=True):
        run.check(text == expected, expected, f"it was {text}", line=line)


@check_pages.rule("If nobody is late, it takes no longer than the slowest page.")
def nobody_late(answer, inputs):
    names = inputs.words(4)
    seconds = inputs.odd_seconds(4)
    fetch = lab.Pages(dict(zip(names, seconds, strict=True)), values=dict.fromkeys(names, 200))
    run = _observe(answer, fetch, sum(seconds) + 50)
    run.returned(dict.fromkeys(names, 200))
    run.took(max(seconds))
    run.left_nothing_behind()


@check_pages.rule("If it is cancelled, it ends as cancelled, and no fetch goes on.")
def cancelled_itself(answer, inputs):
    site = _site(inputs)
    fetch = site["fetch"]
    runs = observe(answer, fetch, list(fetch), site["limit"], lab.Reports(), cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
