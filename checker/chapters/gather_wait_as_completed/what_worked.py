from checker import lab
from checker.exercise import Exercise
from checker.judge import observe

what_worked = Exercise(
    "what_worked",
    kind="write",
    hints=[
        "Which argument of `gather` puts errors into the list, in the place of the results?",
        "What is a CancelledError: an Exception, or only a BaseException?",
        "Which built-in function goes through the names and the outcomes side by side?",
    ],
)


def _pages(inputs, count, errors=None, values=None):
    """Pages with long, odd seconds; `errors` and `values` by their positions."""
    names = inputs.words(count)
    seconds = inputs.odd_seconds(count)
    return lab.Pages(
        dict(zip(names, seconds, strict=True)),
        {names[place]: error for place, error in (errors or {}).items()},
        {names[place]: value for place, value in (values or {}).items()},
    )


def _sorted(fetch, errors=()):
    """What the answer returns: the pages, and the errors, whose positions are the keys."""
    names = list(fetch)
    failed = {names[place]: kind for place, kind in dict(errors).items()}
    return [{name: fetch.body(name) for name in names if name not in failed}, failed]


def _returned(run, expected):
    """It returned two dicts, in a tuple or a list, whose keys are in this order."""
    result = run.value
    if isinstance(result, tuple):
        result = list(result)
    run.shows(result, expected)
    for part, expected_part in zip(result, expected, strict=True):
        run.shows(list(part), list(expected_part))


@what_worked.rule("All pages that arrive are in the first dict, whatever they say.")
def pages_kept(answer, inputs):
    for value in (None, "", 0):
        fetch = _pages(inputs, 4, values={1: value})
        _returned(observe(answer, fetch, list(fetch)), _sorted(fetch))
    fetch = lab.Pages({})
    _returned(observe(answer, fetch, []), [{}, {}])


@what_worked.rule("The type of each error is in the second dict, and no page is lost for it.")
def errors_kept(answer, inputs):
    fetch = _pages(inputs, 5, {0: "OSError: gone", 3: "LookupError: no page"})
    run = observe(answer, fetch, list(fetch))
    _returned(run, _sorted(fetch, {0: "OSError", 3: "LookupError"}))


@what_worked.rule("A fetch that was cancelled is an error like any other.")
def cancelled_is_an_error(answer, inputs):
    fetch = _pages(inputs, 4, {2: "cancelled"})
    name = list(fetch)[2]
    run = observe(answer, fetch, list(fetch))
    line = answer.line_with("Exception)")
    if line and "BaseException" not in answer.quote(line) and isinstance(run.value, (tuple, list)):
        run.check(
            name not in run.value[0],
            f"{name!r} among the errors",
            "it is among the pages",
            line=line,
            why="A CancelledError is no `Exception`",
        )
    _returned(run, _sorted(fetch, {2: "CancelledError"}))


@what_worked.rule("All pages are fetched at the same time, each of them once.")
def fetched_at_once(answer, inputs):
    fetch = _pages(inputs, 6, {4: "OSError: gone"})
    run = observe(answer, fetch, list(fetch))
    run.took(max(fetch.delays))
    run.at_least(6, "fetch")
    begun = sorted(run.calls_of("fetch").texts)
    wanted = sorted(f"fetch({name!r})" for name in fetch)
    run.check(begun == wanted, "each page to be fetched once", f"there were {', '.join(begun)}")
    run.left_nothing_behind()


@what_worked.rule("If it is cancelled itself, it ends as cancelled, and no fetch goes on.")
def cancelled_itself(answer, inputs):
    fetch = _pages(inputs, 3, {0: "OSError: gone"})
    runs = observe(answer, fetch, list(fetch), cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
