from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import tasks as scenes

outcomes = Exercise(
    "outcomes",
    kind="write",
    hints=[
        "Do all jobs run before you ask the first one how it ended?",
        "Which way of waiting raises nothing, whatever the tasks do?",
        "Of a task that is done you can ask three things: `cancelled()`, `exception()`, "
        "`result()`. Which of them must come first?",
    ],
)


def _observe_outcomes(answer, inputs, count, errors=None, odd=False):
    fetch = lab.pages(inputs, count, errors, odd)
    return _run_outcomes(answer, fetch), fetch


def _run_outcomes(answer, fetch):
    shown = ", ".join(f"{name!r}: fetch({name!r})" for name in fetch)
    call = f"outcomes({{{shown}}}), where {fetch}"
    return observe(scenes.start_outcomes, answer, fetch, list(fetch), call=call)


@outcomes.rule("Every job's value is in the result.")
def outcome_values(answer, inputs):
    for value in (None, 0, "", [1]):
        fetch = lab.pages(inputs, 3)
        names = list(fetch)
        fetch = lab.Pages(dict(zip(names, fetch.delays, strict=True)), values={names[1]: value})
        run = _run_outcomes(answer, fetch)
        run.returned(dict(zip(fetch, fetch.bodies, strict=True)))


@outcomes.rule("All jobs run at the same time.")
def outcomes_overlap(answer, inputs):
    for count, odd in ((4, False), (7, True)):
        run, fetch = _observe_outcomes(answer, inputs, count, odd=odd)
        run.took(max(fetch.delays))
        run.at_least(count, "fetch")


@outcomes.rule("A job that fails stops nobody; the text of its error is in the result.")
def outcome_errors(answer, inputs):
    run, fetch = _observe_outcomes(
        answer, inputs, 4, {0: "LookupError: no page", 2: "OSError: gone"}
    )
    expected = dict(zip(fetch, fetch.bodies, strict=True))
    names = list(fetch)
    expected[names[0]] = "LookupError: no page"
    expected[names[2]] = "OSError: gone"
    run.returned(expected)
    run.took(max(fetch.delays))


@outcomes.rule('A job that was cancelled is "cancelled".')
def outcome_cancelled(answer, inputs):
    run, fetch = _observe_outcomes(answer, inputs, 3, {0: "cancelled"})
    expected = dict(zip(fetch, fetch.bodies, strict=True))
    expected[next(iter(fetch))] = "cancelled"
    run.returned(expected)


@outcomes.rule("Without jobs, the result is an empty dict.")
def outcomes_empty(answer, inputs):
    observe(answer, {}).returned({})
