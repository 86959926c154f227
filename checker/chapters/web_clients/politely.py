from itertools import pairwise

from checker.chapters.web_clients.shared import (
    delays_of,
    observe_with_session,
    paths_of,
    raised,
    returned,
    texts_of,
)
from checker.exercise import Exercise
from checker.lab.network.web import Page
from checker.lab.scenes import web_clients as scenes

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


def _observe_politely(answer, inputs):
    pages = scenes.drawn_pages(inputs, 8)
    limit = inputs.randint(2, 3)
    return observe_with_session(answer, pages, paths_of(pages), limit), pages, limit


@politely.rule("It returns the texts in the order of the paths.")
def politely_texts(answer, inputs):
    run, pages, _ = _observe_politely(answer, inputs)
    returned(run, texts_of(pages))


@politely.rule("The server never sees more than `limit` requests at once.")
def politely_at_most(answer, inputs):
    run, _, limit = _observe_politely(answer, inputs)
    run.at_most(limit, "web")


@politely.rule("As soon as one has ended, the next begins, in the order of the paths.")
def politely_at_least(answer, inputs):
    run, pages, limit = _observe_politely(answer, inputs)
    run.at_least(limit, "web")
    begun = {call.what: round(call.start, 3) for call in run.calls_of("web")}
    asked = [path for path in paths_of(pages) if path in begun]
    early = next((b for a, b in pairwise(asked) if begun[b] < begun[a]), None)
    why = "The paths are not asked for in their order"
    seen = f"{early} came before its turn"
    run.check(not early, "requests in the order of the paths", seen, why=why)
    run.kept_busy(limit, "web", delays_of(pages))


@politely.rule("If an answer has an error status, a ClientResponseError comes out.")
def politely_failing(answer, inputs):
    pages = scenes.drawn_pages(inputs, 5, _1=Page(inputs.odd_seconds(1)[0], status=503))
    run = observe_with_session(answer, pages, paths_of(pages), 2)
    raised(run, "ClientResponseError")
