from checker.chapters.web_clients.shared import drawn_pages, texts_of
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.unmet import Connections, Left
from checker.lab.network.web import Page, Web
from checker.lab.scenes import web_clients as scenes

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


def _observe_connection(answer, pages, scene):
    web = Web(pages)
    names = list(pages)
    return observe(scene, answer, web, names, call=f"one_connection(url, {names}), where {web!r}")


@one_connection.rule("It returns the texts in the order of the names.")
def connection_texts(answer, inputs):
    pages = drawn_pages(inputs, 4)
    run = _observe_connection(answer, pages, scenes.with_url)
    run.part("result").returned(texts_of(pages))


@one_connection.rule("The server sees one connection for all requests.")
def connection_one(answer, inputs):
    pages = drawn_pages(inputs, 4)
    run = _observe_connection(answer, pages, scenes.with_url)
    opened = run.part("server").value["connections"]
    if opened != 1:
        seen = f"the server saw {opened}"
        raise Connections(run, "one connection", seen, opened=opened, most=1, requests=len(pages))


@one_connection.rule("At the end the session is closed, also if a page takes too long.")
def connection_closed(answer, inputs):
    run = _observe_connection(answer, drawn_pages(inputs, 4), scenes.with_url)
    run.ended()
    _closed(run)
    pages = drawn_pages(inputs, 3, others={1: Page(1000)})
    run = _observe_connection(answer, pages, scenes.with_url_and_error)
    why = "A page took longer than the 300 s of a session, and no TimeoutError came out"
    run.whole.equals("raised TimeoutError", "a TimeoutError of the session", "it {}", why=why)
    _closed(run)


def _closed(run):
    """Nothing was left behind, and no session without its end: aiohttp complains of such."""
    run.left_nothing_behind(after_error=True)
    if any(complaint.startswith("Unclosed ") for complaint in run.complaints):
        raise Left(run, "a session that is closed", "nobody closed it")
