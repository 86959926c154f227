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


def _observe_copied(answer, inputs, text):
    name = inputs.words(1)[0]
    seconds = inputs.seconds(2)
    read = Named("read", seconds[:1], [text])
    write = Named("write", seconds[1:], [None])
    call = f"copy_page(read, write, {name!r}), where read gives {text!r}"
    run = observe(scenes.copied, answer, read, write, name, call=call)
    return run, name, seconds


@copy_page.rule("It reads the page, writes it in capitals, and returns how many letters it has.")
def page_copied(answer, inputs):
    for text in (" and ".join(inputs.words(3)), ""):
        run, name, seconds = _observe_copied(answer, inputs, text)
        run.returned(len(text))
        run.called("read", f"read({name!r})")
        run.called("write", f"write({text.upper()!r})")
        run.took(sum(seconds))
        run.left_nothing_behind()


@copy_page.rule("If the page cannot be read, the error comes out, and nothing is written.")
def page_not_read(answer, inputs):
    run, _, _ = _observe_copied(answer, inputs, "LookupError: no page")
    run.raised("LookupError", "no page")
    writes = run.calls_of("write")
    why = "Nothing was read, and this writes all the same"
    run.check(
        not writes, "no call of write", "there was one", may_raise=True, why=why, line=writes.line
    )


@copy_page.rule("It is a coroutine function, as `inspect.iscoroutinefunction` tells.")
def page_native(answer, inputs):
    call = "inspect.iscoroutinefunction(copy_page)"
    run = observe(scenes.is_native, answer, call=call)
    native = "a coroutine function"
    why = "It is `async def` that makes one"
    run.whole.equals(native, native, "it is {}", why=why, line=answer.line_of("copy_page"))
