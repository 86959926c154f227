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


def _script(inputs, sockets, more):
    """Who speaks, and what: each peer at least once, and so many times more; the order is drawn."""
    speakers = list(range(sockets)) + [inputs.randrange(sockets) for _ in range(more)]
    inputs.shuffle(speakers)
    return [[number, f"{inputs.words(1)[0]} {place}"] for place, number in enumerate(speakers)]


def _hear(answer, sockets, script):
    says = ", ".join(f"socket {number} gets {text!r}" for number, text in script)
    call = f"hear_all(selector, sockets, report) with {sockets} sockets, where {says}"
    return observe(scenes.heard, answer, script, sockets, scenes.Hears(), call=call)


@hear_all.rule("Each message is reported once, in the order in which they come.")
def all_heard(answer, inputs):
    for sockets, more in ((2, 2), (4, 3)):
        script = _script(inputs, sockets, more)
        run = _hear(answer, sockets, script)
        texts = [text for _, text in script]
        run.shows(run.part("reported").value, texts, service="report")


@hear_all.rule(
    "It unregisters and closes each socket whose other side has closed, and returns after the last."
)
def all_closed(answer, inputs):
    run = _hear(answer, 3, _script(inputs, 3, 2))
    why = "A socket whose other side has closed is kept"
    run.part("closed").equals(3, "3 of 3 sockets to be closed", "{} of 3 are closed", why=why)
    run.part("registered").equals(
        0, "no socket to be registered in the end", "{} of 3 still are", why=why
    )


@hear_all.rule("One thread hears them all.")
def heard_in_one_thread(answer, inputs):
    run = _hear(answer, 3, _script(inputs, 3, 2))
    why = "One selector watches all sockets, so one thread is enough"
    run.part("threads").equals(
        1, "all sockets to be read in one thread", "they were read in {} threads", why=why
    )
