from checker import lab
from checker.chapters.task_groups.shared import LONG, cancelled_with_its_pages, observe_fetch
from checker.exercise import Exercise

collect_all = Exercise(
    "collect_all",
    kind="repair",
    shipped="one_after_the_other",
    hints=[
        "Which line waits for a page before the next one has begun?",
        "`create_task` returns the task at once. What do you keep in the loop, so that you still "
        "know later which task belongs to which name?",
        "From which line on are all members done, so that `task.result()` is there?",
    ],
)


@collect_all.rule("Each name stands in the dict, with its own page.")
def pages_by_name(answer, inputs):
    for count in (4, 0):
        fetch = lab.pages(inputs, count)
        run = observe_fetch(answer, fetch)
        run.returned({name: fetch.body(name) for name in fetch})
        run.left_nothing_behind()


@collect_all.rule("The waits overlap: the total is the slowest page, not the sum.")
def pages_overlap(answer, inputs):
    for count in (4, 7):
        fetch = lab.pages(inputs, count, odd=True)
        run = observe_fetch(answer, fetch)
        run.took(max(fetch.delays))
        run.at_least(count, "fetch")


@collect_all.rule("If a page fails, the others are cancelled, and its error comes out.")
def page_fails(answer, inputs):
    names = inputs.words(4)
    [moment] = inputs.odd_seconds(1)
    fetch = lab.Pages(
        {name: moment if name == names[0] else LONG for name in names},
        {names[0]: "LookupError: no page"},
    )
    run = observe_fetch(answer, fetch)
    run.raised("LookupError", "no page")
    run.left_nothing_behind(after_error=True)
    run.took(moment, after_error=True, ended_by="LookupError")


@collect_all.rule("If it is cancelled itself, so are all pages, and it ends as cancelled.")
def collecting_cancelled(answer, inputs):
    [moment] = inputs.odd_seconds(1)
    cancelled_with_its_pages(answer, lab.Pages(dict.fromkeys(inputs.words(3), LONG)), moment)
