from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.callbacks import Calling
from checker.lab.scenes import futures_and_callbacks as scenes

fetch_page = Exercise(
    "fetch_page",
    kind="write",
    hints=[
        "The two functions that you hand to `get` are called later. Where do they put what they "
        "were told, so that you can await it?",
        "A future has two ways to be done that you can call. Which of them is for `on_page`, and "
        "which for `on_error`?",
        "When you are cancelled, your `await` raises. Which block runs on the way out, whatever "
        "happens, and who has `cancel()`? And if a call still comes: is the future done already?",
    ],
)


def _drawn_client(inputs, count, error=None, deaf=False):
    """A client with so many pages.

    Args:
        error: how the first page fails, None if it does not.
        deaf: it calls back even after `cancel()`.
    """
    names = inputs.words(count)
    delays = dict(zip(names, inputs.odd_seconds(count), strict=True))
    errors = {names[0]: error} if error else None
    return Calling(delays, errors, deaf)


@fetch_page.rule("It returns the text of the page, when the page is there.")
def page_comes(answer, inputs):
    get = _drawn_client(inputs, 1)
    [name] = get
    run = observe(answer, get, name)
    run.returned(get.body(name))
    run.took(get.delays[0])


@fetch_page.rule("If the client reports an error, it raises that error.")
def page_fails(answer, inputs):
    [word] = inputs.words(1)
    text = f"no {word} here"
    for kind in ("LookupError", "OSError"):
        get = _drawn_client(inputs, 1, error=f"{kind}: {text}")
        [name] = get
        run = observe(answer, get, name)
        run.raised(kind, text)


@fetch_page.rule("Two pages are fetched at the same time.")
def pages_overlap(answer, inputs):
    get = _drawn_client(inputs, 2)
    first, second = get
    call = (
        f"fetch_page(get, {first!r}) and fetch_page(get, {second!r}) at the same time, "
        f"where get={get}"
    )
    run = observe(scenes.fetch_two, answer, get, first, second, call=call)
    run.returned(get.bodies)
    run.took(max(get.delays))


@fetch_page.rule(
    "If it is cancelled, it hangs up and ends as cancelled; a call that comes all the same does no "
    "harm."
)
def page_not_wanted(answer, inputs):
    for error, deaf in ((None, False), (None, True), ("OSError: too late", True)):
        get = _drawn_client(inputs, 1, error, deaf)
        [name] = get
        call = f"fetch_page(get, {name!r}), cancelled after 2 s, where get={get}"
        run = observe(scenes.fetch_and_hang_up, answer, get, name, 2, call=call)
        run.part("cancelled").equals(True, "CancelledError to come out", "it returned")
        hung_up = bool(run.calls) and run.calls[0].outcome == "cancelled"
        run.check(hung_up, "a call of request.cancel()", "nobody hung up")
        raised = ", ".join(run.part("raised_in_callbacks").value)
        why = "The client calls what it got here, also when the future is done already"
        run.check(
            not raised,
            "callbacks that raise nothing",
            f"a callback raised {raised}",
            why=why,
            line=run.calls_of("get").line,
        )
