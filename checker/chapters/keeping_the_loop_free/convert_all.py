from checker.chapters.keeping_the_loop_free.shared import (
    call_of,
    drawn_files,
    observe_convert,
    returned,
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
    convert, names = drawn_files(inputs, 4)
    returned(observe_convert(answer, convert, names), names)


@convert_all.rule("The conversions overlap: it takes as long as the longest.")
def all_at_once(answer, inputs):
    convert, names = drawn_files(inputs, 4)
    observe_convert(answer, convert, names).took(max(convert.seconds))


@convert_all.rule("A ticker beside it is never late.")
def all_beside_ticker(answer, inputs):
    convert, names = drawn_files(inputs, 4)
    run = observe_convert(answer, convert, names)
    run.loop_was_free(run.part(1).value)


@convert_all.rule("If a conversion fails, its error comes out.")
def all_failing(answer, inputs):
    convert, names = drawn_files(inputs, 3, {inputs.randint(0, 2): "ValueError: no picture"})
    run = observe(answer, convert, names, call=call_of(answer, convert, names))
    run.raised("ValueError", "no picture", or_group=True)
