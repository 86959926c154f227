from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import coroutines as scenes
from checker.lab.scenes.coroutines import Named

copy_page = Exercise(
    "copy_page",
    kind="rewrite",
    shipped="wrong_result",
    hints=[
        "Which word stood, before there was `await`, where a coroutine waits?",
        "Which two words make a coroutine function, and is the decorator still needed then?",
        "`yield from read(name)` has a value. Which expression has the same value in an "
        "`async def`?",
    ],
)


def _copy(answer, name, text, seconds):
    """Copy a page with this text, or error; `seconds`: how long reading and writing it take."""
    reading, writing = seconds
    read = Named("read", [reading], [text])
    write = Named("write", [writing], [None])
    call = f"copy_page(read, write, {name!r}), where read gives {text!r}"
    return observe(scenes.copied, answer, read, write, name, call=call)


@copy_page.rule("It reads the page, writes it in capitals, and returns how long the page is.")
def page_copied(answer, inputs):
    words = " and ".join(inputs.words(3))
    for text in (words, "", f"stra\N{LATIN SMALL LETTER SHARP S}e {words}"):  # its capital is SS
        [name] = inputs.words(1)
        seconds = inputs.seconds(2)
        run = _copy(answer, name, text, seconds)
        run.returned(len(text))
        run.called("read", f"read({name!r})")
        run.called("write", f"write({text.upper()!r})")
        run.took(sum(seconds))
        run.left_nothing_behind()


@copy_page.rule("If the page cannot be read, the error comes out, and nothing is written.")
def page_not_read(answer, inputs):
    [name] = inputs.words(1)
    run = _copy(answer, name, "LookupError: no page", inputs.seconds(2))
    run.raised("LookupError", "no page")
    writes = run.calls_of("write")
    run.check(
        not writes,
        "no call of write",
        "there was one",
        line=writes.line,
        why="Nothing was read, and this writes all the same",
        may_raise=True,
    )


@copy_page.rule("It is a coroutine function, as `inspect.iscoroutinefunction` tells.")
def page_native(answer, inputs):
    call = "inspect.iscoroutinefunction(copy_page)"
    run = observe(scenes.kind_of_function, answer, call=call)
    run.whole.equals(
        "a coroutine function",
        "a coroutine function",
        "it is {}",
        line=answer.line_of("copy_page"),
        why="It is `async def` that makes one",
    )
