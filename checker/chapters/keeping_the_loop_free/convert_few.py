from checker.chapters.keeping_the_loop_free.shared import drawn_files, observe_convert, returned
from checker.exercise import Exercise

convert_few = Exercise(
    "convert_few",
    kind="write",
    hints=[
        "How many threads does the default pool have? Who decides how many yours has?",
        "`loop.run_in_executor(pool, function, argument)` starts at the call. What do you keep, to "
        "have the results in order?",
        "Where does `with ThreadPoolExecutor(...)` wait, if the block ends before the work does?",
    ],
)


def _few(answer, inputs, workers=None):
    workers = workers or inputs.randint(2, 3)
    convert, names = drawn_files(inputs, 7)
    return observe_convert(answer, convert, names, workers), convert, names, workers


@convert_few.rule("It returns the results in the order of the names.")
def few_in_order(answer, inputs):
    run, _, names, _ = _few(answer, inputs)
    returned(run, names)


@convert_few.rule("Never more than `workers` conversions go on at once.")
def few_at_most(answer, inputs):
    run, _, _, workers = _few(answer, inputs)
    run.at_most(workers, "convert")


@convert_few.rule(
    "They begin in the order of the names; as soon as one has ended, the next begins."
)
def few_at_least(answer, inputs):
    for many in (2, 3):
        run, convert, names, workers = _few(answer, inputs, many)
        run.ended()
        wanted = [f"convert({name!r})" for name in names]
        place = {text: number for number, text in enumerate(wanted)}
        # Which of two threads comes first is chance.
        calls = sorted((call.start, place.get(call.what, -1), call.what) for call in run.calls)
        run.shows([text for *_, text in calls], wanted)
        run.kept_busy(workers, "convert", convert.seconds)


@convert_few.rule("A ticker beside it is never late.")
def few_beside_ticker(answer, inputs):
    run, *_ = _few(answer, inputs)
    run.loop_was_free(run.part(1).value)
