from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import why_asyncio as scenes

hear_all = Exercise(
    "hear_all",
    kind="write",
    is_async=False,
    hints=[
        "Which call waits for all sockets at the same time, and what does it return?",
        "What is `key.fileobj` of a pair that `select()` returns? What does `recv` return when the "
        "other side has closed?",
        "When is there nothing left to wait for? `selector.get_map()` holds what is registered; "
        "or count for yourself.",
    ],
)


def _hear(scene, answer, inputs, count, many):
    """Each peer speaks at least once; who comes next is drawn."""
    speakers = list(range(count)) + [inputs.randrange(count) for _ in range(many)]
    inputs.shuffle(speakers)
    script = [[number, f"{inputs.words(1)[0]} {place}"] for place, number in enumerate(speakers)]
    says = ", ".join(f"{number} says {text!r}" for number, text in script)
    call = f"hear_all(selector, sockets, report) with {count} sockets, where {says}"
    run = observe(scene, answer, script, count, scenes.Hears(), call=call)
    return run, [text for _, text in script]


@hear_all.rule("Each message is reported once, in the order in which they come.")
def all_heard(answer, inputs):
    for count, many in ((2, 2), (4, 3)):
        run, texts = _hear(scenes.reports, answer, inputs, count, many)
        run.shows(run.value, texts, service="report")


@hear_all.rule(
    "It unregisters and closes each socket whose other side has closed, and returns after the last."
)
def all_closed(answer, inputs):
    run, _ = _hear(scenes.closed, answer, inputs, 3, 2)
    wanted = "3 of 3 are closed"
    run.whole.equals(wanted, wanted, "{}", why="A socket whose other side has closed is kept")


@hear_all.rule("One thread hears them all.")
def heard_in_one_thread(answer, inputs):
    run, _ = _hear(scenes.listeners, answer, inputs, 3, 2)
    wanted = "read in 1 thread"
    why = "One selector watches all sockets, so one thread is enough"
    run.whole.equals(wanted, wanted, "{}", why=why)
