"""What several exercises of 22_web_clients use."""

from checker.engine.values import short_repr
from checker.judge import observe
from checker.judge.unmet import Raised
from checker.lab.network.web import Web
from checker.lab.scenes import web_clients as scenes


def paths_of(pages):
    """The path of each page."""
    return [f"/{name}" for name in pages]


def texts_of(pages):
    """The text of each page."""
    return [page.body(name) for name, page in pages.items()]


def delays_of(pages):
    """The delay of each page, in seconds."""
    return [page.delay for page in pages.values()]


def observe_with_session(answer, pages, *args, scene=scenes.with_session, first="session"):
    """The run of an answer that gets a session and some more."""
    web = Web(pages)
    name = answer.name
    shown = ", ".join((first, *map(repr, args)))
    return observe(scene, answer, web, *args, call=f"{name}({shown}), where {web!r}")


def returned(run, wanted):
    """The answer returned this; the scene returned more. Its session is as it was."""
    run.part(0).returned(wanted)
    kept_open(run)


def kept_open(run):
    """The session that the answer was given is still open."""
    closed = run.part(1).value.get("closed")
    why = "Who made the session closes it; others may still need it"
    run.check(not closed, "a session that can be used again", "it was closed", why=why)


def raised(run, kind):
    """Such an error came out, alone or in a group."""
    if run.has_returned:
        seen = f"it returned {short_repr(run.part(0).value, 60)}"
        raise Raised(run, f"{kind} to be raised", seen)
    run.raised(kind, or_group=True)
