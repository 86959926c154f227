from itertools import pairwise

from checker.chapters.web_clients.shared import (
    delays_of,
    drawn_pages,
    observe_with_session,
    paths_of,
    returned,
    texts_of,
)
from checker.exercise import Exercise
from checker.lab.network.web import Page

politely = Exercise(
    "politely",
    kind="write",
    hints=[
        "A session lets 100 requests out at once. What else do you know that lets only so many in?",
        "Does the limit stand around the request alone, or around all that is done with it?",
        "Groups of `limit` wait for the slowest of each group. What lets the next one in as soon "
        "as one has ended?",
    ],
)


def _drawn_pages_and_limit(inputs):
    pages = drawn_pages(inputs, 8)
    return pages, inputs.randint(2, 3)


def _observe_politely(answer, pages, limit):
    return observe_with_session(answer, pages, paths_of(pages), limit)


@politely.rule("It returns the texts in the order of the paths.")
def politely_texts(answer, inputs):
    pages, limit = _drawn_pages_and_limit(inputs)
    run = _observe_politely(answer, pages, limit)
    returned(run, texts_of(pages))


@politely.rule("The server never sees more than `limit` requests at once.")
def politely_at_most(answer, inputs):
    pages, limit = _drawn_pages_and_limit(inputs)
    run = _observe_politely(answer, pages, limit)
    run.at_most(limit, "web")
    slow = {name: Page(0.124, slow=3, size=1000) for name in pages}  # the head comes soon
    run = _observe_politely(answer, slow, limit)
    run.at_most(limit, "web")


@politely.rule("As soon as one has ended, the next begins, in the order of the paths.")
def politely_at_least(answer, inputs):
    pages, limit = _drawn_pages_and_limit(inputs)
    run = _observe_politely(answer, pages, limit)
    run.at_least(limit, "web")
    begun = {call.what: round(call.start, 3) for call in run.calls_of("web")}
    asked_for = [path for path in paths_of(pages) if path in begun]
    for before, path in pairwise(asked_for):
        run.check(
            begun[before] <= begun[path],
            "requests in the order of the paths",
            f"{path} came before its turn",
            why="The paths are not asked for in their order",
        )
    run.kept_busy(limit, "web", delays_of(pages))


@politely.rule("If a response has an error status, a ClientResponseError comes out.")
def politely_failing(answer, inputs):
    [delay] = inputs.odd_seconds(1)
    pages = drawn_pages(inputs, 5, others={1: Page(delay, status=503)})
    run = _observe_politely(answer, pages, 2)
    run.raised("ClientResponseError", part="result")
