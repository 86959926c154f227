from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.wording import list_of_times
from checker.lab.scenes import queues as scenes

fair_queue = Exercise(
    "FairQueue",
    kind="build",
    is_async=False,
    hints=[
        "Which queue hands out the smallest entry first? What is compared if two ranks are equal?",
        "What could stand between the rank and the item, so that the item is never compared?",
        "That number must grow with every `put`. Does the size of the queue, or the time?",
    ],
)


def _observe(answer, steps):
    words = [f"put({step[1]}, {step[2]!r})" if step[0] == "put" else "get()" for step in steps]
    run = observe(scenes.ranked, answer, steps, call=", ".join(words))
    why = "`put` is to be a plain method: nobody awaits what this one gives"
    plain = run.part("plain")
    plain.equals(True, "`put` to put it in", "it did not", why=why, line=answer.method_line("put"))
    return run


def _puts(ranks, items):
    return [("put", rank, item) for rank, item in zip(ranks, items, strict=True)]


@fair_queue.rule("The item with the smallest rank comes out first.")
def by_rank(answer, inputs):
    items = inputs.words(4)
    run = _observe(answer, [*_puts([3, 1, 4, 2], items), *[("get",)] * 4])
    line = answer.method_line("get")
    run.part("items").returned([items[1], items[3], items[0], items[2]], line=line)
    steps = [*_puts([2, 3], items[:2]), ("get",), ("put", 1, "now"), ("get",), ("get",)]
    run = _observe(answer, steps)
    run.part("items").returned([items[0], "now", items[1]], line=line)


@fair_queue.rule("Among equal ranks, the one that was put in first comes out first.")
def ties(answer, inputs):
    # Neither the alphabet nor the length tells who came first.
    items = [f"{word} {number}" for word, number in zip(inputs.words(5), "95173", strict=True)]
    run = _observe(answer, [*_puts([2, 1, 2, 1, 2], items), *[("get",)] * 5])
    line = answer.method_line("put")
    run.part("items").returned([items[1], items[3], items[0], items[2], items[4]], line=line)
    steps = [*_puts([1, 1], items[:2]), ("get",), ("put", 1, items[2]), ("get",)]
    run = _observe(answer, [*steps, ("put", 1, items[3]), ("get",), ("get",)])
    run.part("items").returned(items[:4], line=line)


@fair_queue.rule("Items may be anything: they are never compared.")
def not_compared(answer, inputs):
    items = [{"name": word} for word in inputs.words(3)]
    run = _observe(answer, [*_puts([1, 1, 1], items), *[("get",)] * 3])
    run.part("items").returned(items)
    steps = [*_puts([1, 1], items[:2]), ("get",), ("put", 1, items[2]), ("get",), ("get",)]
    _observe(answer, steps).part("items").returned(items)


@fair_queue.rule("`get` waits until there is something; who has asked first is served first.")
def waits(answer, inputs):
    items = inputs.words(3)
    moments = sorted(inputs.odd_seconds(3))
    shown = ", ".join(f"{moment:g} s" for moment in moments)
    call = f"three tasks that call get(), and a put at each of {shown}"
    run = observe(scenes.awaited, answer, moments, items, call=call)
    run.part("items").returned(items)
    times = run.part("times").value
    seen = f"they came at {list_of_times(times)}"
    expected = f"the items at {list_of_times(moments)}"
    run.check(times == moments, expected, seen, in_turn=True, polls=True)
    run.left_nothing_behind()


@fair_queue.rule("Two queues share nothing.")
def two(answer, inputs):
    one, other = inputs.words(2)
    run = observe(scenes.two_queues, answer, one, other, call="an item put into each of two queues")
    why = "What is put into one object comes out of the other: both have the same queue"
    run.part("items").equals([one, other], why=why, line=answer.line_with("Queue()"))
