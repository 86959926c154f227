from checker.chapters.keeping_the_loop_free.shared import (
    call_of,
    drawn_files,
    loop_was_free,
    observe_convert,
    returned_all,
)
from checker.exercise import Exercise
from checker.judge import observe

convert_all = Exercise(
    "convert_all",
    kind="rewrite",
    shipped="blocked_the_loop",
    hints=[
        "In which thread does `convert` run now? Which one should it not run in?",
        "`to_thread` gives a coroutine. What happens at once if you only make it, and what makes "
        "it start beside others?",
        "If a task for each name has been started first, in which order do you await them?",
    ],
)


@convert_all.rule("It returns the results in the order of the names.")
def all_in_order(answer, inputs):
    convert = drawn_files(inputs, 4)
    returned_all(observe_convert(answer, convert), convert)


@convert_all.rule("The conversions overlap: it takes as long as the longest.")
def all_at_once(answer, inputs):
    convert = drawn_files(inputs, 4)
    observe_convert(answer, convert).took(max(convert.seconds))


@convert_all.rule("The loop stays free: a ticker beside it is never late.")
def all_beside_ticker(answer, inputs):
    convert = drawn_files(inputs, 4)
    loop_was_free(observe_convert(answer, convert))


@convert_all.rule("If a conversion fails, its error comes out.")
def all_failing(answer, inputs):
    place = inputs.randint(0, 2)
    convert = drawn_files(inputs, 3, errors={place: "ValueError: no picture"})
    run = observe(answer, convert, list(convert), call=call_of(answer, convert))
    run.raised("ValueError", "no picture")
