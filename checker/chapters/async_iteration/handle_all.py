from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.streams import Source
from checker.lab.scenes import async_iteration as scenes

handle_all = Exercise(
    "handle_all",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "While `handle` works on one item, does anybody ask for the next?",
        "What starts work without waiting for it? When do you wait for it then?",
        "Who ends the work that is under way if you are cancelled while you wait for an item?",
    ],
)


def _drawn(inputs, count):
    """A source of `count` names, and how long each of them is handled, in seconds."""
    names = inputs.words(count)
    source = Source(names, inputs.seconds(count))
    handle = lab.Pages(dict(zip(names, inputs.odd_seconds(count), strict=True)))
    return source, handle


def _observe(answer, source, handle, **options):
    call = f"handle_all(stream, fetch), where stream is {source}, and {handle}"
    return observe(scenes.with_stream, answer, source, handle, call=call, **options)


@handle_all.rule("It returns what was made of the items, in the order of the items.")
def results_in_order(answer, inputs):
    for count in (3, 5):
        source, handle = _drawn(inputs, count)
        run = _observe(answer, source, handle)
        run.part("result").returned([handle.body(name) for name in source.items])
        run.left_nothing_behind()
    _observe(answer, Source([], []), handle).part("result").returned([])


@handle_all.rule("Each item is handled as soon as it comes, while others are being handled.")
def handled_at_once(answer, inputs):
    source, handle = _drawn(inputs, 5)
    run = _observe(answer, source, handle)
    run.ended()
    calls, last = run.calls_of("fetch"), source.times[-1]
    if len(calls) > 1 and set(calls.times) == {last}:
        why = "Nothing is handled before the last item has come"
        steps = run.calls_of("source").lines
        run.called_at("fetch", source.times, why=why, line=steps[-1])
    ends = [come + delay for come, delay in zip(source.times, handle.delays, strict=True)]
    run.took(max(ends))
    run.called_at("fetch", source.times, in_turn=False)
    run.called("fetch", *(f"fetch({name!r})" for name in source.items))


@handle_all.rule("If it is cancelled, it ends as cancelled, and nothing goes on.")
def cancelled_itself(answer, inputs):
    source, handle = _drawn(inputs, 3)
    runs = _observe(answer, source, handle, cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
