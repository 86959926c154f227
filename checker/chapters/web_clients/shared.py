"""What several exercises of 22_web_clients use. Times are seconds."""

from checker.judge import observe
from checker.lab.network.web import Page, Web
from checker.lab.scenes import web_clients as scenes


def drawn_pages(inputs, count, short=False, others=None):
    """Pages with names and delays.

    Args:
        short: their delays are up to 2.3 seconds, and not up to 45.
        others: place of a page, from 0 on → the `Page` that it is.

    Returns:
        a dict: name → `Page`.
    """
    names = inputs.words(count)
    delays = inputs.odd_seconds(count)
    if short:
        delays = [round(delay / 20, 3) for delay in delays]
    pages = {name: Page(delay) for name, delay in zip(names, delays, strict=True)}
    for place, page in (others or {}).items():
        pages[names[place]] = page
    return pages


def drawn_halves(inputs, least, most):
    """Seconds between the two, in steps of a half, and a bit."""
    return inputs.randint(2 * least, 2 * most) / 2 + 0.124


def paths_of(pages):
    """The path of each page."""
    return [f"/{name}" for name in pages]


def texts_of(pages):
    """The text of each page."""
    return [page.body(name) for name, page in pages.items()]


def delays_of(pages):
    """The delay of each page, in seconds."""
    return [page.delay for page in pages.values()]


def observe_with_session(answer, pages, *args, scene=scenes.with_session):
    """Run an answer that gets a session, and `args`, with a server that has these pages."""
    web = Web(pages)
    shown = ", ".join(("session", *map(repr, args)))
    call = f"{answer.name}({shown}), where {web!r}"
    return observe(scene, answer, web, *args, call=call)


def returned(run, wanted):
    """The answer returned this, and did not close the session that it was given."""
    run.part("result").returned(wanted)
    kept_open(run)


def kept_open(run):
    """The session that the answer was given is still open."""
    closed = run.part("session_closed").value
    why = "Who made the session closes it; others may still need it"
    run.check(not closed, "a session that can be used again", "it was closed", why=why)
