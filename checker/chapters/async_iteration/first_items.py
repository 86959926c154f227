from checker.chapters.async_iteration.shared import is_closed
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.streams import Source
from checker.lab.scenes import async_iteration as scenes

first_items = Exercise(
    "first_items",
    kind="write",
    hints=[
        "When do you know that you have enough: before you ask for an item, or after it came?",
        "What closes a generator at once, so that its `finally` has run when you go on?",
        "Who closes the source if it fails, or if you are cancelled while you wait for an item?",
    ],
)


def _source(inputs, count, **options):
    return Source(inputs.words(count), inputs.odd_seconds(count), **options)


def _observe(answer, source, count, **options):
    call = f"first_items(source, {count}), where {source}"
    return observe(scenes.with_stream, answer, source, count, call=call, **options)


@first_items.rule("It returns the first items as a list; fewer if there are fewer.")
def first_ones(answer, inputs):
    for there, wanted in ((5, 3), (2, 4), (3, 3), (0, 2)):
        source = _source(inputs, there)
        _observe(answer, source, wanted).part("result").returned(source.items[:wanted])
    falsy = Source([0, None, ""], inputs.odd_seconds(3))
    _observe(answer, falsy, 2).part("result").returned([0, None])


@first_items.rule("It asks for no more items than it wants, and returns when it has them.")
def no_more(answer, inputs):
    for wanted in (3, 1, 0):
        source = _source(inputs, 5)
        run = _observe(answer, source, wanted)
        run.ended()
        asked = run.calls_of("source").texts.count("source.next()")
        expected = f"{wanted} items to be asked for"
        run.check(
            asked == wanted,
            expected,
            f"{asked} were asked for",
            why=_too_much(wanted) if asked > wanted else None,
            line=run.calls_of("source").line if asked else None,
            in_turn=True,
        )
        run.took([0, *source.times][wanted])


def _too_much(wanted):
    if wanted == 0:
        return "Nothing is wanted, and it asks all the same"
    return "More is asked for than is returned"


@first_items.rule("The source is closed when it returns, also after an error.")
def closed_early(answer, inputs):
    for clean_up in (inputs.randint(2, 5), 0):
        source = _source(inputs, 4, clean_up=clean_up)
        run = _observe(answer, source, 2)
        run.part("result").returned(source.items[:2])
        is_closed(run, "source")
        run.left_nothing_behind()
    source = _source(inputs, 2, error="LookupError: no page")
    run = _observe(answer, source, 3)
    run.raised("LookupError", "no page")
    run.closed("source.open", "source.close")


@first_items.rule("If it is cancelled, the source is closed, and it ends as cancelled.")
def cancelled_itself(answer, inputs):
    source = _source(inputs, 3)
    runs = _observe(answer, source, 3, cancel="everywhere")
    runs.cancelled()
    runs.closed("source.open", "source.close")
    runs.left_nothing_behind()
