"""Exercises of 22_web_clients, judged by what the web server saw."""

from itertools import pairwise

from checker.engine.plain import short_repr
from checker.exercise import Exercise
from checker.judge import counted, duration, observe
from checker.judge.compare import difference, same
from checker.judge.unmet import Connections, Left, Raised, Returned
from checker.lab import scenes_web as scenes
from checker.lab.web import Page, Web


def _paths(pages):
    return [f"/{name}" for name in pages]


def _texts(pages):
    return [page.body(name) for name, page in pages.items()]


def _delays(pages):
    return [page.delay for page in pages.values()]


def _asked(answer, pages, *args, scene=scenes.with_session, first="session"):
    """The run of an answer that gets a session and some more."""
    web = Web(pages)
    name = answer.name
    shown = ", ".join((first, *map(repr, args)))
    return observe(scene, answer, web, *args, call=f"{name}({shown}), where {web!r}")


def _returned(run, wanted):
    """The answer returned this; the scene returned more. Its session is as it was."""
    run.part(0).returned(wanted)
    _kept_open(run)


def _kept_open(run):
    closed = run.part(1).value.get("closed")
    why = "Who made the session closes it; others may still need it"
    run.check(not closed, "a session that can be used again", "it was closed", why=why)


def _raised(run, kind):
    """Such an error came out, alone or in a group."""
    if run.has_returned:
        seen = f"it returned {short_repr(run.part(0).value, 60)}"
        raise Raised(run, f"{kind} to be raised", seen)
    run.raised(kind, or_group=True)


one_connection = Exercise(
    "one_connection",
    kind="repair",
    shipped="not_reused",
    hints=[
        "Who keeps a connection open for the next request? How long does that one live here?",
        "How many sessions does the loop make? How many do you need?",
        "Which of the two `async with` belongs around the loop, and which into it?",
    ],
)


def _observe_connection(answer, inputs):
    pages = scenes.drawn_pages(inputs, 4)
    run = _asked(answer, pages, list(pages), scene=scenes.with_url, first="url")
    return run, pages


@one_connection.rule("It returns the texts in the order of the names.")
def connection_texts(answer, inputs):
    run, pages = _observe_connection(answer, inputs)
    _returned(run, _texts(pages))


@one_connection.rule("The server sees one connection for all requests.")
def connection_one(answer, inputs):
    run, pages = _observe_connection(answer, inputs)
    opened = run.part(1).value["connections"]
    if opened != 1:
        seen = f"the server saw {opened}"
        raise Connections(run, "one connection", seen, opened=opened, most=1, requests=len(pages))


@one_connection.rule("At the end the session is closed, also if a page takes too long.")
def connection_closed(answer, inputs):
    run, _ = _observe_connection(answer, inputs)
    run.ended()
    _closed(run)
    pages = scenes.drawn_pages(inputs, 3, _1=Page(1000))
    run = _asked(answer, pages, list(pages), scene=scenes.with_url_and_error, first="url")
    why = "A page took longer than the 300 s of a session, and no TimeoutError came out"
    run.whole.equals("raised TimeoutError", "a TimeoutError of the session", "it {}", why=why)
    _closed(run)


def _closed(run):
    run.left_nothing_behind(after_error=True)
    if any(complaint.startswith("Unclosed ") for complaint in run.complaints):
        raise Left(run, "a session that is closed", "nobody closed it")


page_statuses = Exercise(
    "page_statuses",
    kind="write",
    hints=[
        "Which line would make the second request wait for the answer to the first?",
        "A coroutine for one path returns its status. Which call runs many of them at once, and "
        "returns their results in the order of the coroutines?",
        "Which built-in functions make a dict of a list of paths and a list of results?",
    ],
)


@page_statuses.rule("It returns a dict: path → status.")
def statuses_right(answer, inputs):
    status = inputs.choice([403, 410, 503])
    pages = scenes.drawn_pages(inputs, 4, _2=Page(inputs.odd_seconds(1)[0], status=status))
    run = _asked(answer, pages, [*_paths(pages), "/none"])
    wanted = {f"/{name}": page.status for name, page in pages.items()}
    _returned(run, {**wanted, "/none": 404})


@page_statuses.rule("All requests are under way at once: it takes as long as the slowest.")
def statuses_at_once(answer, inputs):
    pages = scenes.drawn_pages(inputs, 4)
    run = _asked(answer, pages, _paths(pages))
    run.took(max(_delays(pages)))


@page_statuses.rule("It asks for each path once, and leaves nothing behind.")
def statuses_once(answer, inputs):
    pages = scenes.drawn_pages(inputs, 4)
    run = _asked(answer, pages, _paths(pages))
    run.called("web", *_paths(pages))
    run.left_nothing_behind()


product_page = Exercise(
    "product_page",
    kind="build",
    hints=[
        "Which of the two requests may the page do without? Which one may end it all?",
        "Both must be under way before you await either. Around which of them does the limit "
        "belong?",
        "What does a coroutine look like that returns the advice, or None if that is late or "
        "fails?",
    ],
)


def _observe_product(answer, product, advice, seconds, scene=scenes.with_session):
    return _asked(answer, {"product": product, "advice": advice}, seconds, scene=scene)


@product_page.rule("It returns both texts; the requests are under way at once.")
def product_both(answer, inputs):
    longer = scenes.halves(inputs, 3, 4)
    for product, advice, seconds in ((longer, 1.374, 2), (1.374, longer, 5)):
        run = _observe_product(answer, Page(product), Page(advice), seconds)
        _returned(run, {"product": "the product page", "advice": "the advice page"})
        run.took(max(product, advice))


@product_page.rule("Advice that is not there after `seconds` is None, and nobody waits for it.")
def product_late(answer, inputs):
    product = scenes.halves(inputs, 1, 2)
    seconds = inputs.randint(3, 4)
    scene = scenes.with_session_and_after
    for advice in (Page(60), Page(0.5, slow=20, size=5000)):
        run = _observe_product(answer, Page(product), advice, seconds, scene)
        _returned(run, {"product": "the product page", "advice": None})
        run.time_is(run.seconds - scenes.MOMENT, seconds, limit=True, whole=True)
        _advice_over(run)
        run.left_nothing_behind()


def _advice_over(run, may_raise=False, why=None):
    """A moment later the server was not at work any more; only the scene's end ends the others."""
    over = run.seconds - scenes.MOMENT / 2
    still = any(c.end is None or c.end > over for c in run.calls if c.what == "/advice")
    seen = "the request for /advice still went on"
    run.check(not still, "no request that goes on", seen, may_raise=may_raise, why=why)


@product_page.rule("Advice that fails is None, too: a status of 500, a lost connection.")
def product_advice_fails(answer, inputs):
    product = scenes.halves(inputs, 2, 3)
    for page in (Page(1, status=500), Page(1, plan=("drop",))):
        run = _observe_product(answer, Page(product), page, 5)
        _returned(run, {"product": "the product page", "advice": None})
        run.took(product)


@product_page.rule("If the product fails, a ClientResponseError comes out; nothing is left.")
def product_fails(answer, inputs):
    scene = scenes.with_session_and_after
    failing = Page(scenes.halves(inputs, 1, 2), status=503)
    run = _observe_product(answer, failing, Page(3.374), 4, scene)
    _raised(run, "ClientResponseError")
    why = "The product has failed, and nobody ends the request for the advice"
    _advice_over(run, may_raise=True, why=why)
    run.left_nothing_behind(after_error=True)


two_places = Exercise(
    "two_places",
    kind="predict",
    hints=[
        "How many of the four requests does the connector let out at 0 s?",
        "At which moment is the first of the two places free? Who takes it?",
        "Draw two rows, one for each place. Into which does each of the four waits go?",
    ],
)

politely = Exercise(
    "politely",
    kind="write",
    hints=[
        "A session lets 100 requests out at once. What else do you know that lets only so many in?",
        "Does the limit stand around the request alone, or around all that is done with it?",
        "Groups of `limit` wait for the slowest of each group. What lets the next one in as soon "
        "as one has ended?",
    ],
)


def _observe_politely(answer, inputs):
    pages = scenes.drawn_pages(inputs, 8)
    limit = inputs.randint(2, 3)
    return _asked(answer, pages, _paths(pages), limit), pages, limit


@politely.rule("It returns the texts in the order of the paths.")
def politely_texts(answer, inputs):
    run, pages, _ = _observe_politely(answer, inputs)
    _returned(run, _texts(pages))


@politely.rule("The server never sees more than `limit` requests at once.")
def politely_at_most(answer, inputs):
    run, _, limit = _observe_politely(answer, inputs)
    run.at_most(limit, "web")


@politely.rule("As soon as one has ended, the next begins, in the order of the paths.")
def politely_at_least(answer, inputs):
    run, pages, limit = _observe_politely(answer, inputs)
    run.at_least(limit, "web")
    begun = {call.what: round(call.start, 3) for call in run.calls_of("web")}
    asked = [path for path in _paths(pages) if path in begun]
    early = next((b for a, b in pairwise(asked) if begun[b] < begun[a]), None)
    why = "The paths are not asked for in their order"
    seen = f"{early} came before its turn"
    run.check(not early, "requests in the order of the paths", seen, why=why)
    run.kept_busy(limit, "web", _delays(pages))


@politely.rule("If an answer has an error status, a ClientResponseError comes out.")
def politely_failing(answer, inputs):
    pages = scenes.drawn_pages(inputs, 5, _1=Page(inputs.odd_seconds(1)[0], status=503))
    run = _asked(answer, pages, _paths(pages), 2)
    _raised(run, "ClientResponseError")


fetch_again = Exercise(
    "fetch_again",
    kind="write",
    hints=[
        "Which error statuses can be gone a moment later, and which will be the same next time?",
        "After the second failure, which number goes into `jitter`? After the third? What is "
        "`2 ** n` for n = 0, 1, 2?",
        "After which attempt is there nothing to sleep for? What comes out then?",
    ],
)


def _observe_again(answer, inputs, plan, attempts):
    delay = scenes.halves(inputs, 1, 4)
    pause = inputs.randint(2, 9)
    shares = [round(inputs.uniform(0.1, 0.9), 3) for _ in range(3)]
    [name] = inputs.words(1)
    page = Page(delay, text=f"the {name} page", plan=plan)
    web = Web({name: page})
    call = f"fetch_again(session, '/{name}', {attempts}, {pause}, jitter), where {web!r}"
    jitter = scenes.Jitter(shares)
    args = (f"/{name}", attempts, pause, jitter)
    run = observe(scenes.with_session, answer, web, *args, call=call)
    return run, page, [(pause * 2**n, share) for n, share in enumerate(shares)]


def _attempts(run, many, line):
    """There were so many attempts. They are made one after the other, and may all fail."""
    seen = len(run.calls_of("web"))
    expected = counted(many, "attempt")
    why = f"It makes {seen} instead of {expected}"
    run.check(seen == many, expected, f"it made {seen}", why=why, may_raise=True, line=line)


def _paused(run, pauses, line):
    """Between the attempts there were these pauses: (what went into `jitter`, share of it)."""
    for number, (earlier, later) in enumerate(pairwise(run.calls_of("web")), 2):
        most, share = pauses[number - 2]
        pause = round(most * share, 6)
        run.time_is(
            round(later.start - earlier.end, 6),
            pause,
            f"paused before attempt {number} for",
            expected=f"jitter({most}) = {duration(pause)} before attempt {number}",
            in_turn=True,
            why=f"Attempt {number} has another pause",
            line=line,
        )


@fetch_again.rule("It returns the text as soon as the status is 200.")
def again_text(answer, inputs):
    run, page, _ = _observe_again(answer, inputs, (503, 200), 4)
    _returned(run, page.text)


@fetch_again.rule("Before the next attempt it sleeps for jitter(pause), jitter(pause * 2) …")
def again_pauses(answer, inputs):
    run, _, pauses = _observe_again(answer, inputs, (503, 500, 502, 200), 5)
    run.ended()
    line = answer.line_with("sleep(")
    _attempts(run, 4, line)
    _paused(run, pauses, line)
    held = any(blocked.exact for blocked in run.blocked)
    run.check(not held, "a loop that is free meanwhile", "the pauses held it")


@fetch_again.rule("After the last attempt it does not sleep: the ClientResponseError comes out.")
def again_gives_up(answer, inputs):
    attempts = inputs.randint(2, 3)
    run, page, pauses = _observe_again(answer, inputs, (503,), attempts)
    _raised(run, "ClientResponseError")
    _attempts(run, attempts, answer.line_with("range(") or answer.line_with("attempts"))
    _paused(run, pauses, answer.line_with("sleep("))
    slept = sum(most * share for most, share in pauses[: attempts - 1])
    run.time_is(run.seconds, round(attempts * page.delay + slept, 6), in_turn=True)


@fetch_again.rule("Below 500 another attempt is no use: the error comes out at once.")
def again_not_found(answer, inputs):
    status = inputs.choice([401, 403, 404, 410])
    run, *_ = _observe_again(answer, inputs, (status, 200), 4)
    _raised(run, "ClientResponseError")
    _attempts(run, 1, None)


bulk_fetch = Exercise(
    "bulk_fetch",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "An `async for` in brackets looks parallel. When does the generator ask for its second "
        "page?",
        "Which part of the work belongs to one path alone: the request, its limit, its errors?",
        "If the coroutine for one path catches its own errors, what is left for `gather`, or a "
        "group, to stop for?",
    ],
)


def _observe_bulk(answer, inputs):
    seconds = inputs.randint(4, 5)
    slow = Page(0.5, slow=60, size=5000)
    others = {"_1": slow, "_3": Page(1, plan=("drop",)), "_4": Page(0.5, status=503)}
    pages = scenes.drawn_pages(inputs, 7, short=True, **others)
    names = list(pages)
    bad = [f"/{names[number]}" for number in (1, 3, 4)]
    good = {f"/{n}": p.body(n) for n, p in pages.items() if f"/{n}" not in bad}
    return _asked(answer, pages, _paths(pages), seconds), good, bad, seconds


@bulk_fetch.rule("It returns the good pages, path → text, and a list of the other paths in order.")
def bulk_right(answer, inputs):
    run, good, bad, _ = _observe_bulk(answer, inputs)
    seen = run.part(0).value
    two = isinstance(seen, (tuple, list)) and len(seen) == 2
    run.check(two, "a dict and a list", f"it returned {short_repr(seen, 60)}")
    for got, wanted in zip(seen, (good, bad), strict=True):
        if not same(got, wanted):
            expected, shown = difference(wanted, got)
            raise Returned(run, expected, shown, value=(good, bad), result=seen)
    _kept_open(run)


@bulk_fetch.rule("All requests are under way at once.")
def bulk_at_once(answer, inputs):
    pages = scenes.drawn_pages(inputs, 5, short=True)
    run = _asked(answer, pages, _paths(pages), 5)
    run.took(max(_delays(pages)))


@bulk_fetch.rule("A page that is not whole after `seconds` counts as bad at that moment.")
def bulk_late(answer, inputs):
    run, _, _, seconds = _observe_bulk(answer, inputs)
    run.took(seconds)
    run.left_nothing_behind()
