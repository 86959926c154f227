from checker.chapters.keeping_the_loop_free.shared import (
    call_of,
    drawn_files,
    loop_was_free,
    observe_convert,
    returned_all,
)
from checker.exercise import Exercise
from checker.judge import observe

FILES = 7

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


@convert_few.rule("It returns the results in the order of the names.")
def few_in_order(answer, inputs):
    workers = inputs.randint(2, 3)
    convert = drawn_files(inputs, FILES)
    returned_all(observe_convert(answer, convert, workers), convert)


@convert_few.rule("Never more than `workers` conversions go on at once.")
def few_at_most(answer, inputs):
    workers = inputs.randint(2, 3)
    convert = drawn_files(inputs, FILES)
    observe_convert(answer, convert, workers).at_most(workers, "convert")


@convert_few.rule(
    "They begin in the order of the names; as soon as one has ended, the next begins."
)
def few_at_least(answer, inputs):
    for workers in (2, 3):
        convert = drawn_files(inputs, FILES)
        run = observe_convert(answer, convert, workers)
        run.ended()
        expected = [f"convert({name!r})" for name in convert]
        run.shows(_in_order_of_beginnings(run, expected), expected)
        run.kept_busy(workers, "convert", convert.seconds)


def _in_order_of_beginnings(run, expected):
    """How the calls are written, in the order in which they began.

    Which of two threads comes first is chance: of calls that began at the same moment, that one
    comes first here which stands first in `expected`.
    """

    def place(call):
        number = expected.index(call.what) if call.what in expected else -1
        return (call.start, number, call.what)

    return [call.what for call in sorted(run.calls, key=place)]


@convert_few.rule("The loop stays free: a ticker beside it is never late.")
def few_beside_ticker(answer, inputs):
    workers = inputs.randint(2, 3)
    convert = drawn_files(inputs, FILES)
    loop_was_free(observe_convert(answer, convert, workers))


@convert_few.rule("If a conversion fails, its error comes out. Without names, the list is empty.")
def few_failing(answer, inputs):
    place = inputs.randint(0, 2)
    convert = drawn_files(inputs, 3, errors={place: "ValueError: no picture"})
    run = observe(answer, convert, list(convert), 2, call=call_of(answer, convert, 2))
    run.raised("ValueError", "no picture")
    observe(answer, convert, [], 2, call="convert_few(convert, [], 2)").returned([])
