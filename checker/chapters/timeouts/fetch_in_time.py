from checker import lab
from checker.chapters.timeouts.shared import (
    counts_from_the_call,
    observe_scene,
)
from checker.exercise import Exercise
from checker.lab.scenes import timeouts as scenes

fetch_in_time = Exercise(
    "fetch_in_time",
    kind="repair",
    shipped="timeout_missed",
    hints=[
        "How often does the limit begin anew here?",
        "What must stand inside the block, and what outside, so that there is one limit?",
        "Where do you keep the pages that have arrived, so that they are still there when an "
        "exception leaves the block?",
    ],
)


def _observe_fetches(answer, fetch, seconds, moment=None):
    call = f"fetch_in_time(fetch, names, {seconds:g})"
    args = (fetch, list(fetch), seconds)
    return observe_scene(scenes.called_with, answer, *args, call=call, where=fetch, moment=moment)


@fetch_in_time.rule("If there is enough time, all pages come back, one after the other, in order.")
def all_in_time(answer, inputs):
    fetch = lab.pages(inputs, 4)
    run = _observe_fetches(answer, fetch, sum(fetch.delays) + 9)
    run.returned(fetch.bodies)
    run.at_most(1, "fetch")
    run.took(sum(fetch.delays))
    run.left_nothing_behind()
    _observe_fetches(answer, lab.Pages({}), 5).returned([])
    counts_from_the_call(
        scenes.called_with,
        answer,
        *(fetch, list(fetch), sum(fetch.delays) + 9),
        seconds=sum(fetch.delays),
        call=f"fetch_in_time(fetch, names, {sum(fetch.delays) + 9:g})",
        where=fetch,
    )


@fetch_in_time.rule(
    "The limit holds for all pages together: when it is over, those that have arrived come back."
)
def some_in_time(answer, inputs):
    for arrived in (2, 3, 0):
        fetch = lab.pages(inputs, 5, odd=True)
        limit = round(sum(fetch.delays[:arrived]) + fetch.delays[arrived] * 0.6, 3)
        run = _observe_fetches(answer, fetch, limit)
        run.stops_at(limit)
        run.took(limit, limit=True, after_error=True)
        run.returned(fetch.bodies[:arrived])
        run.took(limit)
        run.left_nothing_behind()


@fetch_in_time.rule("If a page fails, its error comes out.")
def page_fails(answer, inputs):
    fetch = lab.pages(inputs, 3, errors={1: "LookupError: no page"})
    run = _observe_fetches(answer, fetch, 99)
    run.raised("LookupError", "no page")
    run.left_nothing_behind(after_error=True)


@fetch_in_time.rule("If it is cancelled itself, it ends as cancelled.")
def fetches_cancelled(answer, inputs):
    fetch = lab.pages(inputs, 3, odd=True)
    moment = fetch.delays[0] + fetch.delays[1] / 2
    run = _observe_fetches(answer, fetch, 300, moment)
    run.ended_as_cancelled()
    run.took(moment)
    run.left_nothing_behind()
