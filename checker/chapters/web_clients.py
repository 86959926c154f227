"""Exercises of 22_web_clients, judged by what the web server saw."""

from checker.engine.plain import short_repr
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.draw import shortest
from checker.judge.expect import Unmet, difference, same
from checker.lab import scenes_web as scenes
from checker.lab.web import Page, Web


def _pages(draw, count, short=False, **others):
    """Pages with names and delays that are drawn; `others`: number of a page → what it is."""
    names = draw.words(count)
    delays = [round(s / 20 if short else s, 3) for s in draw.odd_seconds(count)]
    pages = {name: Page(delay) for name, delay in zip(names, delays, strict=True)}
    return pages | {names[int(number[1:])]: page for number, page in others.items()}


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
    """The answer returned this; the scene returned more."""
    seen = run.value[0]
    if not same(seen, wanted):
        expected, shown = difference(wanted, seen)
        raise Unmet(run, "returned", expected, shown, value=[wanted, run.value[1]])


def _raised(run, kind):
    """Such an error came out, alone or in a group."""
    if run.run.returned:
        seen = f"it returned {short_repr(run.value[0], 60)}"
        raise Unmet(run, "raised", f"{kind} to be raised", seen, error=kind)
    run.raised(kind, or_group=True)


def _requests(run, wanted):
    """The server got these requests, in any order, and no others."""
    run.ended()
    paths = [call.what for call in run.run.calls if call.service == "web"]
    missing = next((path for path in wanted if paths.count(path) < wanted.count(path)), None)
    extra = next((path for path in paths if paths.count(path) > wanted.count(path)), None)
    seen = f"{missing} was never asked for" if missing else f"{extra} was asked for too often"
    run.so(not (missing or extra), f"{len(wanted)} requests", seen)


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


def _observe_connection(answer, draw):
    pages = _pages(draw, 4)
    run = _asked(answer, pages, list(pages), scene=scenes.with_url, first="url")
    return run, pages


@one_connection.rule("It returns the texts in the order of the names.")
def connection_texts(answer, draw):
    run, pages = _observe_connection(answer, draw)
    _returned(run, _texts(pages))


@one_connection.rule("The server sees one connection for all requests.")
def connection_one(answer, draw):
    run, pages = _observe_connection(answer, draw)
    seen = run.value[1]["connections"]
    if seen != 1:
        text = f"the server saw {seen}"
        data = {"most": 1, "opened": seen, "requests": len(pages)}
        raise Unmet(run, "connections", "one connection", text, **data)


@one_connection.rule("At the end the session is closed, also if a page takes too long.")
def connection_closed(answer, draw):
    run, _ = _observe_connection(answer, draw)
    run.ended()
    _closed(run)
    pages = _pages(draw, 3, _1=Page(1000))
    run = _asked(answer, pages, list(pages), scene=scenes.with_url_and_error, first="url")
    run.so(run.value == "TimeoutError", "a TimeoutError of the session", f"it {run.value}")
    _closed(run)


def _closed(run):
    run.leaves_nothing()
    if any(complaint.startswith("Unclosed ") for complaint in run.run.complaints):
        raise Unmet(run, "left", "a session that is closed", "nobody closed it")


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
def statuses_right(answer, draw):
    status = draw.choice([403, 410, 503])
    pages = _pages(draw, 4, _2=Page(draw.odd_seconds(1)[0], status=status))
    run = _asked(answer, pages, [*_paths(pages), "/none"])
    wanted = {f"/{name}": page.status for name, page in pages.items()}
    _returned(run, {**wanted, "/none": 404})


@page_statuses.rule("All requests are under way at once: it takes as long as the slowest.")
def statuses_at_once(answer, draw):
    pages = _pages(draw, 4)
    run = _asked(answer, pages, _paths(pages))
    run.took(max(_delays(pages)))


@page_statuses.rule("It asks for each path once, and leaves nothing behind.")
def statuses_once(answer, draw):
    pages = _pages(draw, 4)
    run = _asked(answer, pages, _paths(pages))
    _requests(run, _paths(pages))
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


def _half(draw, least, most):
    """Seconds between the two, in steps of a half, and a bit."""
    return draw.randint(2 * least, 2 * most) / 2 + 0.124


@product_page.rule("It returns both texts; the requests are under way at once.")
def product_both(answer, draw):
    for product, advice in ((_half(draw, 3, 4), 1.374), (1.374, _half(draw, 3, 4))):
        run = _observe_product(answer, Page(product), Page(advice), 5)
        _returned(run, {"product": "the product page", "advice": "the advice page"})
        run.took(max(product, advice))


@product_page.rule("Advice that is not there after `seconds` is None, and nobody waits for it.")
def product_late(answer, draw):
    product, seconds = _half(draw, 1, 2), draw.randint(3, 4)
    scene = scenes.with_session_and_after
    run = _observe_product(answer, Page(product), Page(60), seconds, scene)
    _returned(run, {"product": "the product page", "advice": None})
    run.time_is(run.run.took - scenes.MOMENT, seconds, limit=True, whole=True)
    still = any(r["end"] is None for r in run.value[1]["requests"] if r["path"] == "/advice")
    run.so(not still, "no request that goes on", "the request for /advice still went on")
    run.left_nothing_behind()


@product_page.rule("Advice that fails is None, too: a status of 500, a lost connection.")
def product_advice_fails(answer, draw):
    product = _half(draw, 2, 3)
    for page in (Page(1, status=500), Page(1, plan=("drop",))):
        run = _observe_product(answer, Page(product), page, 5)
        _returned(run, {"product": "the product page", "advice": None})
        run.took(product)


@product_page.rule("If the product fails, a ClientResponseError comes out; nothing is left.")
def product_fails(answer, draw):
    run = _observe_product(answer, Page(_half(draw, 1, 2), status=503), Page(3.374), 4)
    _raised(run, "ClientResponseError")
    run.leaves_nothing()


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


def _observe_politely(answer, draw):
    pages, limit = _pages(draw, 8), draw.randint(2, 3)
    return _asked(answer, pages, _paths(pages), limit), pages, limit


@politely.rule("It returns the texts in the order of the paths.")
def politely_texts(answer, draw):
    run, pages, _ = _observe_politely(answer, draw)
    _returned(run, _texts(pages))


@politely.rule("The server never sees more than `limit` requests at once.")
def politely_at_most(answer, draw):
    run, _, limit = _observe_politely(answer, draw)
    run.at_most(limit, "web")


@politely.rule("As soon as one has ended, the next begins.")
def politely_at_least(answer, draw):
    run, pages, limit = _observe_politely(answer, draw)
    run.at_least(limit, "web")
    run.took(shortest(_delays(pages), limit))


@politely.rule("If an answer has an error status, a ClientResponseError comes out.")
def politely_failing(answer, draw):
    pages = _pages(draw, 5, _1=Page(draw.odd_seconds(1)[0], status=503))
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


def _observe_again(answer, draw, plan, attempts):
    delay, pause = _half(draw, 1, 4), draw.randint(2, 9)
    shares = [round(draw.uniform(0.1, 0.9), 3) for _ in range(3)]
    [name] = draw.words(1)
    web = Web({name: Page(delay, plan=plan)})
    call = f"fetch_again(session, '/{name}', {attempts}, {pause}, jitter), where {web!r}"
    jitter = scenes.Jitter(shares)
    args = (f"/{name}", attempts, pause, jitter)
    run = observe(scenes.with_session, answer, web, *args, call=call)
    sleeps = [pause * 2**n * share for n, share in enumerate(shares)]
    return run, web, name, [delay, sleeps]


def _attempts(run, times):
    """The requests came at these moments."""
    seen = run.times_of("web")
    if len(seen) != len(times):
        many = f"{len(seen)} attempt{'s' * (len(seen) != 1)}"
        run.so(False, f"{len(times)} attempt{'s' * (len(times) != 1)}", f"there were {many}")
    for number, (at, wanted) in enumerate(zip(seen, times, strict=True), 1):
        _time_is(run, at, wanted, f"made attempt {number} at")


def _time_is(run, seen, wanted, what):
    try:
        run.time_is(round(seen, 6), round(wanted, 6), what)
    except Unmet as unmet:
        unmet.data["in_turn"] = True  # attempts are made one after the other
        raise


def _moments(delay, sleeps, count):
    """When each attempt begins."""
    moments = [0]
    for sleep in sleeps[: count - 1]:
        moments.append(moments[-1] + delay + sleep)
    return moments


@fetch_again.rule("It returns the text as soon as the status is 200.")
def again_text(answer, draw):
    run, web, name, _ = _observe_again(answer, draw, (503, 200), 4)
    _returned(run, web.pages[name].body(name))


@fetch_again.rule("Before the next attempt it sleeps for jitter(pause), jitter(pause * 2) …")
def again_pauses(answer, draw):
    run, _, _, (delay, sleeps) = _observe_again(answer, draw, (503, 500, 502, 200), 5)
    run.ended()
    _attempts(run, _moments(delay, sleeps, 4))
    held = any(blocked.exact for blocked in run.run.blocked)
    run.so(not held, "a loop that is free meanwhile", "the pauses held it")


@fetch_again.rule("After the last attempt it does not sleep: the ClientResponseError comes out.")
def again_gives_up(answer, draw):
    attempts = draw.randint(2, 3)
    run, _, _, (delay, sleeps) = _observe_again(answer, draw, (503,), attempts)
    _raised(run, "ClientResponseError")
    moments = _moments(delay, sleeps, attempts)
    _attempts(run, moments)
    _time_is(run, run.run.took, moments[-1] + delay, "took")


@fetch_again.rule("Below 500 another attempt is no use: the error comes out at once.")
def again_not_found(answer, draw):
    status = draw.choice([401, 403, 404, 410])
    run, *_ = _observe_again(answer, draw, (status, 200), 4)
    _raised(run, "ClientResponseError")
    _attempts(run, [0])


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


def _observe_bulk(answer, draw):
    seconds = draw.randint(4, 5)
    slow = Page(0.5, slow=60, size=5000)
    pages = _pages(
        draw, 7, short=True, _1=slow, _3=Page(1, plan=("drop",)), _4=Page(0.5, status=503)
    )
    names = list(pages)
    bad = [f"/{names[number]}" for number in (1, 3, 4)]
    good = {f"/{n}": p.body(n) for n, p in pages.items() if f"/{n}" not in bad}
    return _asked(answer, pages, _paths(pages), seconds), good, bad, seconds


@bulk_fetch.rule("It returns the good pages, path → text, and a list of the other paths in order.")
def bulk_right(answer, draw):
    run, good, bad, _ = _observe_bulk(answer, draw)
    seen = run.value[0]
    two = isinstance(seen, (tuple, list)) and len(seen) == 2
    run.so(two, "a dict and a list", f"it returned {short_repr(seen, 60)}")
    for got, wanted in zip(seen, (good, bad), strict=True):
        if not same(got, wanted):
            expected, shown = difference(wanted, got)
            raise Unmet(run, "returned", expected, shown, value=[(good, bad), run.value[1]])


@bulk_fetch.rule("All requests are under way at once.")
def bulk_at_once(answer, draw):
    pages = _pages(draw, 5, short=True)
    run = _asked(answer, pages, _paths(pages), 5)
    run.took(max(_delays(pages)))


@bulk_fetch.rule("A page that is not whole after `seconds` counts as bad at that moment.")
def bulk_late(answer, draw):
    run, _, _, seconds = _observe_bulk(answer, draw)
    run.took(seconds)
    run.left_nothing_behind()
