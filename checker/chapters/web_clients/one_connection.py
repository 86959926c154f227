from checker.chapters.web_clients.shared import observe_with_session, returned, texts_of
from checker.exercise import Exercise
from checker.judge.unmet import Connections, Left
from checker.lab.network.web import Page
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


def _observe_connection(answer, inputs):
    pages = scenes.drawn_pages(inputs, 4)
    run = observe_with_session(answer, pages, list(pages), scene=scenes.with_url, first="url")
    return run, pages


@one_connection.rule("It returns the texts in the order of the names.")
def connection_texts(answer, inputs):
    run, pages = _observe_connection(answer, inputs)
    returned(run, texts_of(pages))


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
    run = observe_with_session(
        answer, pages, list(pages), scene=scenes.with_url_and_error, first="url"
    )
    why = "A page took longer than the 300 s of a session, and no TimeoutError came out"
    run.whole.equals("raised TimeoutError", "a TimeoutError of the session", "it {}", why=why)
    _closed(run)


def _closed(run):
    run.left_nothing_behind(after_error=True)
    if any(complaint.startswith("Unclosed ") for complaint in run.complaints):
        raise Left(run, "a session that is closed", "nobody closed it")
