from checker import lab
from checker.chapters.task_groups.shared import LONG, cancelled_with_its_pages, observe_fetch
from checker.exercise import Exercise

what_there_is = Exercise(
    "what_there_is",
    kind="write",
    hints=[
        "When is it too late to save the other pages: in the member that fails, or when its error "
        "has come to the group?",
        "What would a coroutine look like that fetches one page, and returns None if it is not "
        "there?",
        "Which exceptions must that coroutine let through?",
    ],
)


@what_there_is.rule("Every page that is there comes back under its name; the waits overlap.")
def all_there(answer, inputs):
    for count in (5, 0):
        fetch = lab.pages(inputs, count, odd=True)
        run = observe_fetch(answer, fetch)
        run.returned({name: fetch.body(name) for name in fetch})
        run.took(max(fetch.delays, default=0))
        run.left_nothing_behind()


@what_there_is.rule("A page that fails with a LookupError is None, and disturbs no other.")
def some_missing(answer, inputs):
    names = inputs.words(5)
    seconds = inputs.odd_seconds(5)
    missing = [name for name, at in zip(names, seconds, strict=True) if at < max(seconds)][:3]
    errors = {name: f"LookupError: no {name}" for name in missing}
    fetch = lab.Pages(dict(zip(names, seconds, strict=True)), errors)
    run = observe_fetch(answer, fetch)
    run.returned({name: None if name in missing else fetch.body(name) for name in names})
    run.took(max(seconds))
    run.left_nothing_behind()


@what_there_is.rule("Any other error ends the other fetches, and comes out.")
def others_fail(answer, inputs):
    names = inputs.words(4)
    [moment] = inputs.odd_seconds(1)
    for error in ("OSError: no line", "ValueError: no text"):
        seconds = dict.fromkeys(names, LONG) | {names[0]: moment - 1, names[3]: moment}
        fetch = lab.Pages(seconds, {names[0]: "LookupError: gone", names[3]: error})
        run = observe_fetch(answer, fetch)
        kind, _, text = error.partition(": ")
        run.raised(kind, text)
        run.left_nothing_behind(after_error=True)
        run.took(moment, after_error=True, ended_by=kind)


@what_there_is.rule("If it is cancelled itself, so are all fetches, and it ends as cancelled.")
def cancelled(answer, inputs):
    [moment] = inputs.odd_seconds(1)
    cancelled_with_its_pages(answer, lab.Pages(dict.fromkeys(inputs.words(3), LONG)), moment)
