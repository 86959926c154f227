from checker.chapters.async_iteration.shared import gave, is_closed
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.unmet import Raised
from checker.lab.fakes.streams import Source
from checker.lab.scenes import async_iteration as scenes

each_in_time = Exercise(
    "each_in_time",
    kind="repair",
    shipped="cancelled_too_much",
    is_async=False,
    hints=[
        "While the generator stands at `yield`, whose time goes by? Is that inside the block?",
        "Which call takes a single step of a source, so that a limit can stand around it alone?",
        "How does that step tell you that nothing comes any more, and where may the `yield` stand?",
    ],
)


def _observe(answer, source, seconds, pauses=()):
    call = f"each_in_time(source, {seconds:g}), where {source}"
    if any(pauses):
        call += f"; whoever walks through it works {pauses[0]:g} s on each item"
    return observe(scenes.walked_source, answer, list(pauses), source, seconds, call=call)


@each_in_time.rule("The items of the source come as they come.")
def all_items(answer, inputs):
    for items in (inputs.words(4), [inputs.words(1)[0], None, 0, ""]):
        source = Source(items, inputs.odd_seconds(4))
        run = _observe(answer, source, max(source.seconds) + 2)
        run.ended()
        gave(run, source.items)
        run.part("times").equals(source.times, in_turn=True)
        run.left_nothing_behind()


@each_in_time.rule("The limit is for each item, not for all of them together.")
def for_each(answer, inputs):
    source = Source(inputs.words(4), [9, 8, 9, 7])
    run = _observe(answer, source, 10)
    _came(run, source)


@each_in_time.rule("What others do with an item does not count.")
def not_for_others(answer, inputs):
    source = Source(inputs.words(4), inputs.seconds(4))
    pause = max(source.seconds) * 3 + 0.374
    run = _observe(answer, source, max(source.seconds) + 1, pauses=[pause] * 4)
    _came(run, source)


def _came(run, source):
    """All items came, and no error."""
    error = run.value.get("error")
    why = None
    if error == "CancelledError":
        why = "A limit was still open at the `yield`, and cancelled whoever walked through it"
    line = run.value.get("stood_at")
    seen = f"{error} came"
    run.check(error is None, "all items to come", seen, in_turn=True, why=why, line=line)
    gave(run, source.items)


@each_in_time.rule("If an item takes too long, TimeoutError comes out, and the source is closed.")
def too_late(answer, inputs):
    quick = inputs.seconds(3)
    source = Source(inputs.words(5), [*quick, 400, 1])
    limit = max(quick) + 1.5
    run = _observe(answer, source, limit)
    run.stops_work()
    error = run.value.get("error", "no error")
    if not error.startswith("TimeoutError"):
        raise Raised(run, "TimeoutError to come out", f"it was {error}", in_turn=True)
    gave(run, source.items[:3])
    run.took(sum(quick) + limit, limit=True)
    is_closed(run, "source")


@each_in_time.rule("If it is closed early, the source is closed.")
def closed_early(answer, inputs):
    source = Source(inputs.words(4), inputs.seconds(4))
    call = f"each_in_time(source, 60), closed after 2 items, where {source}"
    run = observe(scenes.left_source_early, answer, 2, source, 60, call=call)
    gave(run, source.items[:2])
    is_closed(run, "source")
    run.left_nothing_behind()
