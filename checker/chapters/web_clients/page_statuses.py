from checker.chapters.web_clients.shared import (
    delays_of,
    drawn_pages,
    observe_with_session,
    paths_of,
    returned,
)
from checker.exercise import Exercise
from checker.lab.network.web import Page

page_statuses = Exercise(
    "page_statuses",
    kind="write",
    hints=[
        "Which line would make the second request wait for the answer to the first?",
        "A coroutine for one path returns its status. Which call runs many of them at once, and "
        "returns their results in the order of the coroutines?",
        "Which built-in functions make a dict of a list of paths and a list of results?",
    ],
)


@page_statuses.rule("It returns a dict: path → status.")
def statuses_right(answer, inputs):
    status = inputs.choice([403, 410, 503])
    [delay] = inputs.odd_seconds(1)
    pages = drawn_pages(inputs, 4, others={2: Page(delay, status=status)})
    run = observe_with_session(answer, pages, [*paths_of(pages), "/none"])
    wanted = {f"/{name}": page.status for name, page in pages.items()}
    wanted["/none"] = 404
    returned(run, wanted)


@page_statuses.rule("All requests are under way at once: it takes as long as the slowest.")
def statuses_at_once(answer, inputs):
    pages = drawn_pages(inputs, 4)
    run = observe_with_session(answer, pages, paths_of(pages))
    run.took(max(delays_of(pages)))


@page_statuses.rule("It asks for each path once, and leaves nothing behind.")
def statuses_once(answer, inputs):
    pages = drawn_pages(inputs, 4)
    run = observe_with_session(answer, pages, paths_of(pages))
    run.called("web", *paths_of(pages))
    run.left_nothing_behind()
