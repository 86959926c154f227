from checker.chapters.timeouts.shared import observe_scene
from checker.exercise import Exercise
from checker.lab.fakes.turns import Turns
from checker.lab.scenes import timeouts as scenes

persist = Exercise(
    "persist",
    kind="build",
    hints=[
        "There are two limits. Which of them holds for the loop, which for what is in the loop?",
        "The outer limit is over during a try: which exception travels through the inner block?",
        "TimeoutError is an OSError. Which one `except` gets all tries that are made again?",
    ],
)


def _observe_persist(answer, turns, name, each, pause, total, moment=None):
    fetch = Turns("fetch", turns)
    call = f"persist(fetch, {name!r}, {each:g}, {pause:g}, {total:g})"
    args = fetch, name, each, pause, total
    return observe_scene(scenes.plain, answer, *args, call=call, where=fetch, moment=moment)


@persist.rule("A try that is too slow or fails with an OSError is made again, after a pause.")
def tries_again(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    for error in ("OSError: no line", "TimeoutError: the server gave up"):
        page = f"the {name} page"
        soon = inputs.randint(1, 3) + 0.5
        last = each - 0.37
        turns = [(each + 20, page), (soon, error), (last, page)]
        run = _observe_persist(answer, turns, name, each, pause, 99)
        run.stops_at(each)
        run.returned(page)
        starts = [0, each + pause, each + pause + soon + pause]
        run.called_at("fetch", starts)
        run.took(starts[-1] + last)
        run.left_nothing_behind()


@persist.rule("When `total` is over, in a try or in a pause, it raises TimeoutError at once.")
def total_is_over(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    rounds = inputs.randint(2, 4) * (each + pause)
    for total in (rounds + each / 2, rounds + each + pause / 2, each / 2):
        turns = [(each + 20, "a page")] * 5 + [(1, "a page")]
        run = _observe_persist(answer, turns, name, each, pause, total)
        run.stops_at(total, *(n * (each + pause) + each for n in range(5)))
        run.took(total, limit=True, after_error=True)
        run.raised("TimeoutError", or_group=True)
        run.took(total, after_error=True)
        run.left_nothing_behind(after_error=True)


@persist.rule("Any other error comes out at once.")
def other_errors(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    turns = [(1, "OSError: no line"), (2, "LookupError: no page"), (1, "a page")]
    run = _observe_persist(answer, turns, name, each, pause, 99)
    run.raised("LookupError", "no page", or_group=True)
    run.took(3 + pause, after_error=True)


@persist.rule("If it is cancelled itself, in a try or in a pause, it ends as cancelled.")
def persist_cancelled(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    for moment in (each + pause + each / 2, each + pause / 2):
        run = _observe_persist(answer, [(each + 20, "a page")], name, each, pause, 200, moment)
        run.returned("cancelled")
        run.took(moment)
        run.left_nothing_behind()
