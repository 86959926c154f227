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


def _outcomes(answer, fetch):
    """Run it with a job for each page."""
    shown = ", ".join(f"{name!r}: fetch({name!r})" for name in fetch)
    call = f"outcomes({{{shown}}}), where {fetch}"
    return observe(scenes.start_outcomes, answer, fetch, list(fetch), call=call)


def _bodies(fetch):
    """What each job returns if it ends well."""
    return {name: fetch.body(name) for name in fetch}


@outcomes.rule("Every job's value is in the result.")
def outcome_values(answer, inputs):
    for value in (None, 0, "", [1]):
        names = inputs.words(3)
        seconds = inputs.seconds(3)
        fetch = lab.Pages(dict(zip(names, seconds, strict=True)), values={names[1]: value})
        _outcomes(answer, fetch).returned(_bodies(fetch))


@outcomes.rule("All jobs run at the same time.")
def outcomes_overlap(answer, inputs):
    for count, odd in ((4, False), (7, True)):
        fetch = lab.pages(inputs, count, odd=odd)
        run = _outcomes(answer, fetch)
        run.took(max(fetch.delays))
        run.at_least(count, "fetch")


@outcomes.rule("A job that fails stops nobody; the text of its error is in the result.")
def outcome_errors(answer, inputs):
    errors = {0: "LookupError: no page", 2: "OSError: gone"}
    fetch = lab.pages(inputs, 4, errors)
    names = list(fetch)
    run = _outcomes(answer, fetch)
    run.returned(_bodies(fetch) | {names[place]: error for place, error in errors.items()})
    run.took(max(fetch.delays))


@outcomes.rule('For a job that was cancelled, "cancelled" is in the result.')
def outcome_cancelled(answer, inputs):
    fetch = lab.pages(inputs, 3, {0: "cancelled"})
    first = next(iter(fetch))
    _outcomes(answer, fetch).returned(_bodies(fetch) | {first: "cancelled"})


@outcomes.rule("Without jobs, the result is an empty dict.")
def outcomes_empty(answer, inputs):
    observe(answer, {}).returned({})
