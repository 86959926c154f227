"""The lab's web server: what it serves, what it saw, and that it ends."""

import asyncio
import contextlib
import pickle
import socket
import sys

import aiohttp
import httpx
import pytest

from checker.engine import Limits, observe
from checker.lab.network import web as lab
from checker.lab.network.web import NotServed, Page, Web
from tests.support.programs import near, refused

HURRIED = Limits(real_seconds=5)


async def get(session, path, **options):
    """The status and the text of a page, or the name of the error."""
    try:
        async with session.get(path, **options) as response:
            return response.status, await response.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__


async def ask_in_turn(web, *paths):
    async with web, aiohttp.ClientSession(web.url) as session:
        return [await get(session, path) for path in paths], web.report()


async def ask_together(web, *paths):
    async with web, aiohttp.ClientSession(web.url) as session:
        pages = await asyncio.gather(*(get(session, path) for path in paths))
        return pages, web.report()


def served(web, *paths, ask=ask_in_turn):
    """The run, what came back, and what the server saw."""
    run = observe(ask, web, *paths, limits=HURRIED)
    assert (run.failure, run.left, run.complaints, run.stop) == (None, [], [], None)
    return run, *run.result


def statuses(pages):
    return [page if isinstance(page, str) else page[0] for page in pages]


def test_a_page_has_its_delay_its_status_its_text_and_its_size():
    pages = {"a": Page(3), "b": Page(5, status=410, text="gone"), "c": Page(size=1000)}
    run, answers, _ = served(Web(pages), "/a", "/b", "/c", "/d")
    assert answers == [
        (200, "the a page"),
        (410, "gone"),
        (200, "x" * 1000),
        (404, "no page d"),
    ]
    assert run.took == near(8)
    assert [call.what for call in run.calls] == ["/a", "/b", "/c", "/d"]


def test_the_tasks_of_the_server_are_none_of_the_answers():
    run, *_ = served(Web({"a": Page(1)}), "/a")
    assert any(task.service for task in run.tasks)
    assert [task.name for task in run.own_tasks] == ["ask_in_turn"]


def test_a_wait_is_named_by_what_the_reader_could_have_called():
    async def ask(web):
        async with web, aiohttp.ClientSession(web.url) as session:
            async with session.get("/a") as response:
                return response.status, web.report()

    run, *_ = served(Web({"a": Page(1)}), ask=ask)
    assert [span.what for span in run.own_tasks[0].spans] == ["ClientResponse.start"]


def test_a_request_that_its_client_gives_up_is_ended_by_the_service_itself():
    async def ask(web):
        async with web, aiohttp.ClientSession(web.url) as session:
            answer = await get(session, "/a", timeout=aiohttp.ClientTimeout(total=1))
            await asyncio.sleep(1)
            return answer, web.report()

    run, *_ = served(Web({"a": Page(5)}), ask=ask)
    assert [call.outcome for call in run.calls] == ["cancelled"]
    assert {c.by for task in run.tasks if task.service for c in task.cancels} <= {"service"}


def test_errors_of_its_own_session_name_no_port():
    async def ask(web):
        async with web, web.session() as session:
            async with session.get("/a") as response:
                response.raise_for_status()

    run = observe(ask, Web({"a": Page(status=503)}), limits=HURRIED)
    assert str(run.failure) == (
        "ClientResponseError: 503, message='Service Unavailable', url='http://lab/a'"
    )


def test_requests_in_turn_share_a_connection_and_those_together_do_not():
    web = Web({"a": Page(1)})
    _, _, saw = served(web, *["/a"] * 3)
    assert (saw["connections"], saw["peak"], len(saw["requests"])) == (1, 1, 3)
    _, _, saw = served(web, *["/a"] * 3, ask=ask_together)
    assert (saw["connections"], saw["peak"], len(saw["requests"])) == (3, 3, 3)


def test_each_request_is_noted_with_its_connection_and_its_times():
    _, _, saw = served(Web({"a": Page(1), "b": Page(2)}), "/a", "/b")
    noted = [
        [r["path"], r["connection"], r["start"], r["end"], r["status"]] for r in saw["requests"]
    ]
    assert noted == [["/a", 1, 0, 1, 200], ["/b", 1, 1, 3, 200]]


def test_the_headers_of_a_request_are_noted():
    async def ask(web):
        async with web, aiohttp.ClientSession(web.url, headers={"X-Name": "Ada"}) as session:
            await get(session, "/a")
            return web.requests[0].headers["X-Name"]

    assert observe(ask, Web(["a"]), limits=HURRIED).result == "Ada"


def test_without_keep_alive_each_request_has_a_connection_of_its_own():
    _, _, saw = served(Web(["a"], keep_alive=0), "/a", "/a")
    assert (saw["connections"], saw["open"]) == (2, 0)


def test_failures_come_by_plan():
    _, answers, saw = served(Web({"a": Page(plan=(503, 500, 200))}), *["/a"] * 4)
    assert statuses(answers) == [503, 500, 200, 200]
    assert [request["status"] for request in saw["requests"]] == [503, 500, 200, 200]


def test_a_connection_that_is_dropped():
    _, answers, saw = served(Web({"a": Page(plan=("drop", "drop", 200))}), "/a", "/a")
    assert statuses(answers) == ["ServerDisconnectedError", 200]
    assert [request["status"] for request in saw["requests"]] == [None, None, 200]


def test_aiohttp_asks_once_more_if_a_connection_was_dropped():
    _, answers, saw = served(Web({"a": Page(plan=(200, "drop", 200))}), "/a", "/a")
    assert statuses(answers) == [200, 200]
    assert [request["status"] for request in saw["requests"]] == [200, None, 200]


def test_a_page_that_never_answers_ends_with_the_client():
    async def ask(web):
        async with web, aiohttp.ClientSession(web.url) as session:
            answer = await get(session, "/a", timeout=aiohttp.ClientTimeout(total=2))
            await asyncio.sleep(1)
            return answer, web.report()

    run, answer, saw = served(Web({"a": Page(plan=("hang",))}), ask=ask)
    assert answer == "TimeoutError"
    assert (saw["requests"][0]["end"], saw["requests"][0]["status"]) == (2, None)
    assert run.took == near(3)


def test_a_slow_body_comes_in_pieces():
    async def ask(web):
        async with web, aiohttp.ClientSession(web.url) as session:
            async with session.get("/a") as response:
                moments = []
                async for piece, _ in response.content.iter_chunks():
                    moments.append((asyncio.get_running_loop().time(), len(piece)))
                return moments, web.report()

    _, moments, saw = served(Web({"a": Page(delay=1, slow=2, size=100)}), ask=ask)
    assert [size for _, size in moments] == [10] * 10
    assert [round(at, 1) for at, _ in moments] == [round(1.2 + 0.2 * n, 1) for n in range(10)]
    assert saw["requests"][0]["end"] == 3


def test_more_at_once_than_allowed_are_refused():
    _, answers, saw = served(Web({"a": Page(1)}, at_once=2), *["/a"] * 5, ask=ask_together)
    assert sorted(statuses(answers)) == [200, 200, 503, 503, 503]
    assert saw["peak"] <= 5


def test_a_rate_says_when_there_is_room_again():
    async def ask(web):
        async with web, aiohttp.ClientSession(web.url) as session:
            await get(session, "/a")
            await asyncio.sleep(3)
            await get(session, "/a")
            async with session.get("/a") as response:
                first = response.status, response.headers["Retry-After"]
            await asyncio.sleep(7)
            return [first, await get(session, "/a")], web.report()

    _, answers, _ = served(Web(["a"], rate=(2, 10)), ask=ask)
    assert answers == [(429, "7"), (200, "the a page")]


def test_tls_with_a_certificate_that_its_client_trusts():
    async def ask(web):
        async with web, aiohttp.ClientSession(web.url) as session:
            stranger = await get(session, "/a")
            return [stranger, await get(session, "/a", ssl=web.trust)], web.report()

    run = observe(ask, Web({"a": Page(1)}, tls=True), limits=HURRIED)
    answers, _ = run.result
    assert answers == ["ClientConnectorCertificateError", (200, "the a page")]
    assert run.took == near(1, 1)


def test_httpx_is_on_the_clock_too():
    client = httpx.AsyncClient(timeout=60, trust_env=False)

    async def ask(web):
        async with web, client:
            pages = await asyncio.gather(*(client.get(web.url + "/a") for _ in range(3)))
            return [page.text for page in pages], web.report()

    run, texts, saw = served(Web({"a": Page(30)}), ask=lambda web: ask(web))
    assert (texts, saw["peak"]) == (["the a page"] * 3, 3)
    assert run.took == near(30, 1)


def test_a_server_is_fresh_in_each_run():
    web = Web({"a": Page(plan=(503, 200))})
    assert statuses(served(web, "/a")[1]) == [503]
    assert statuses(served(web, "/a")[1]) == [503]
    assert web.requests == []


def test_it_can_be_sent_to_another_process():
    web = pickle.loads(pickle.dumps(Web({"a": Page(1)}, at_once=2)))
    assert repr(web) == "web(a=1 s)"
    assert statuses(served(web, "/a")[1]) == [200]


def test_what_it_is_called():
    pages = {"a": Page(1), "b": Page(status=404), "c": Page(plan=(503, "drop")), "d": Page(slow=2)}
    assert repr(Web(pages)) == "web(a=1 s, b=status 404, c=503/drop, d=2 s to send)"


def test_it_ends_with_its_block_also_after_an_error():
    async def ask(web):
        with contextlib.suppress(LookupError):
            async with web:
                port = int(web.url.rpartition(":")[2])
                waiting = asyncio.create_task(aiohttp.request("GET", web.url + "/a").__aenter__())
                await asyncio.sleep(1)
                raise LookupError
        await asyncio.wait([waiting])
        return type(waiting.exception()).__name__, refused(port)

    run = observe(ask, Web({"a": Page(3000)}), limits=HURRIED)
    assert run.result == ("ClientConnectorError", True)  # aiohttp asked once more
    assert run.took == near(1, 0.01)


def test_a_port_that_is_taken_is_said_and_another_one_serves(capsys):
    async def ask(port):
        async with Web(["a"], port=port) as web, aiohttp.ClientSession(web.url) as session:
            return await get(session, "/a"), web.saw

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = asyncio.run(ask(port))
    assert answer == ((200, "the a page"), "1 request over 1 connection, at most 1 at once")
    assert "port that you asked for is not free" in capsys.readouterr().out


def test_a_server_that_is_down_says_how_to_have_it():
    with pytest.raises(NotServed, match=r"not running.*\nasync with Web"):
        Web(["a"]).url


def test_an_address_that_nobody_may_listen_on_has_a_remedy(monkeypatch):
    monkeypatch.setattr(lab, "HOST", "192.0.2.1")  # RFC 5737: no machine has it

    async def ask():
        async with Web(["a"]):
            pass

    with pytest.raises(NotServed, match="cannot start.*\nPrograms must be allowed"):
        asyncio.run(ask())


@pytest.mark.parametrize(("package", "tls"), [("aiohttp.web", False), ("trustme", True)])
def test_a_package_that_is_not_there_has_a_remedy(monkeypatch, package, tls):
    monkeypatch.setitem(sys.modules, package, None)
    lab.authority.cache_clear()
    with pytest.raises(NotServed, match="pip install -r requirements.txt"):
        Web(["a"], tls=tls)
