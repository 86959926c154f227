"""Exercises of 19_streams, judged by what the other side of the connection saw."""

from checker.exercise import Exercise
from checker.judge import duration, observe
from checker.judge.draw import shortest
from checker.judge.unmet import PiledUp
from checker.lab import scenes_streams as scenes
from checker.lab.scripts_http import request_fault
from checker.lab.web import Page, Web

ALLOWED = 262_144  # bytes that may wait in memory
BLOCKS = 64  # of 32 KiB
MUTE = Page(plan=("hang",))


ask_line = Exercise(
    "ask_line",
    kind="write",
    hints=[
        "How does the other side know where your question ends?",
        "Which method of the reader waits for a whole line, however many pieces it comes in?",
        "Which of the reader's methods raises if the end comes before the end of the line? And "
        "where must `close` stand, so that it happens then, too?",
    ],
)


def _asked(answer, inputs, data, size=3, gap=2, stays=True):
    question = f"where is {inputs.name()}?"
    many = f" in pieces of {size} bytes" if size < len(data) else ""
    call = f"ask_line(host, port, {question!r}), where the answer is {data!r}{many}"
    return observe(scenes.asked, answer, data, size, gap, stays, question, call=call), question


def _reply(inputs):
    return f"{inputs.name()} is in room {inputs.randint(100, 999)} — go up"


@ask_line.rule("It sends the question as one line.")
def ask_question(answer, inputs):
    run, question = _asked(answer, inputs, f"{_reply(inputs)}\n".encode(), size=1000)
    sent = run.part(1).value
    wanted = f"{question}\n"
    run.check(sent.replace("\r", "") == wanted, f"the text {wanted!r}", f"the server got {sent!r}")


@ask_line.rule("It returns the line of the answer as text, also if it comes in pieces.")
def ask_answer(answer, inputs):
    reply = _reply(inputs)
    run, _ = _asked(answer, inputs, f"{reply}\n".encode(), size=inputs.randint(3, 5))
    run.part(0).returned(reply)


@ask_line.rule("If the end comes before a whole line, an EOFError comes out.")
def ask_cut(answer, inputs):
    for data in (_reply(inputs).encode()[: inputs.randint(5, 9)], b""):
        run, _ = _asked(answer, inputs, data, stays=False)
        run.raised("EOFError")


@ask_line.rule("At the end the connection is closed, also after an error or a time-out.")
def ask_closed(answer, inputs):
    _asked(answer, inputs, f"{_reply(inputs)}\n".encode())[0].left_nothing_behind()
    _asked(answer, inputs, b"half", stays=False)[0].left_nothing_behind(after_error=True)
    call = "ask_line(host, port, 'anybody?'), cancelled after 5 s without an answer"
    observe(scenes.asked_in_vain, answer, "anybody?", 5, call=call).left_nothing_behind()


messages_from = Exercise(
    "messages_from",
    kind="write",
    hints=[
        "How many bytes does `read(4)` give, and how many `readexactly(4)`?",
        "There are two places at which the end may come. In which of them is it as it should be?",
        "`IncompleteReadError` has the bytes that did come, `error.partial`. What is it if the "
        "connection ended between two messages?",
    ],
)


def _framed(inputs):
    """Some messages, one of them empty, one longer than 255 bytes, and their bytes."""
    texts = [f"{inputs.name()} says {inputs.randint(10, 99)}".encode() for _ in range(3)]
    texts.insert(1, b"")
    texts.append(inputs.choice([b"x", b"y"]) * inputs.randint(260, 330))
    return texts, b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def _messages(answer, data, size, gap=1):
    many = "one piece" if size >= len(data) else f"pieces of {size} bytes"
    call = f"messages_from(reader), where {len(data)} bytes come in {many}"
    return observe(scenes.received, answer, data, size, gap, call=call)


@messages_from.rule("It returns a list of the messages, as bytes, when the end comes after one.")
def messages_whole(answer, inputs):
    texts, data = _framed(inputs)
    _messages(answer, data, 10_000).returned(texts)


@messages_from.rule("It makes no difference in which pieces they come.")
def messages_in_pieces(answer, inputs):
    texts, data = _framed(inputs)
    for size in (inputs.choice([9, 11]), inputs.randint(40, 60)):
        _messages(answer, data, size).returned(texts)


@messages_from.rule("If the end comes within a message, an EOFError comes out.")
def messages_cut(answer, inputs):
    _, data = _framed(inputs)
    for rest in (data[: -inputs.randint(5, 200)], data + b"\0\0", data + b"\0\0\0\5"):
        _messages(answer, rest, 10_000).raised("EOFError")


pipelined = Exercise(
    "pipelined",
    kind="predict",
    hints=[
        "Does `write` wait for an answer? How many lines has the server got at 0 s?",
        "The server rests for 1 s before each answer. At which moments are the three answers sent?",
        "From 1 s to 4 s nobody reads. Where are the answers that come meanwhile, and how many of "
        "them can one `read(100)` take?",
    ],
)

fetch_text = Exercise(
    "fetch_text",
    kind="write",
    hints=[
        "What ends the head of a response? Which method of the reader reads up to there?",
        "The connection stays open. What tells you how many bytes the body has?",
        "Split the head into lines, and each line after the first at its first colon. How do you "
        "find a name, if some write `Content-Length` and others `content-length`?",
    ],
)


def _response(inputs, name="Content-Length", before="Server: lab\r\n"):
    status = inputs.choice([200, 404, 503])
    text = f"Grüße, {inputs.name()}!\r\n\r\n"
    text += f"{inputs.randint(100, 999)} € — {'x' * inputs.randint(9, 99)}"
    body = text.encode()
    head = f"HTTP/1.1 {status} Some Words\r\n{before}{name}: {len(body)}\r\nVary: *\r\n\r\n"
    return status, text, head.encode() + body


def _fetched(answer, inputs, data, size, stays=True, gap=2):
    [name] = inputs.words(1)
    call = f"fetch_text(host, port, '/{name}'), where the response has {len(data)} bytes"
    if size < len(data):
        call += f" in pieces of {size} bytes"
    if stays:
        call += ", and the connection stays open"
    return observe(scenes.fetched, answer, data, size, gap, stays, f"/{name}", call=call), name


@fetch_text.rule("It asks with a request line, a Host line and an empty line.")
def fetch_request(answer, inputs):
    *_, data = _response(inputs)
    run, name = _fetched(answer, inputs, data, 10_000)
    seen = run.part(1).value
    run.check(len(seen) == 1, "one connection", f"there were {len(seen)}")
    fault = request_fault(seen[0])
    run.check(fault is None, "a correct request", f"{fault}")
    first = seen[0].decode().split("\r\n")[0]
    wanted = f"GET /{name} HTTP/1.1"
    run.check(first == wanted, f"the line {wanted!r}", f"the first line was {first!r}")


@fetch_text.rule("It returns the status and the text, also if they come in pieces.")
def fetch_in_pieces(answer, inputs):
    for size in (inputs.randint(9, 15), inputs.randint(40, 60)):
        status, text, data = _response(inputs)
        run, _ = _fetched(answer, inputs, data, size, stays=False)
        run.part(0).returned((status, text))


@fetch_text.rule("It does not wait for the end of the connection.")
def fetch_stays(answer, inputs):
    status, text, data = _response(inputs, inputs.choice(["content-length", "CONTENT-LENGTH"]), "")
    run, _ = _fetched(answer, inputs, data, 50)
    run.part(0).returned((status, text))


@fetch_text.rule("If the body ends too early, an EOFError comes out; the connection is closed.")
def fetch_cut(answer, inputs):
    *_, data = _response(inputs)
    _fetched(answer, inputs, data, 10_000)[0].left_nothing_behind()
    run, _ = _fetched(answer, inputs, data[: -inputs.randint(3, 9)], 10_000, stays=False)
    run.raised("EOFError")
    run.left_nothing_behind(after_error=True)
    call = "fetch_text(host, port, '/page'), cancelled after 5 s without a response"
    observe(scenes.asked_in_vain, answer, "/page", 5, call=call).left_nothing_behind()


pour = Exercise(
    "pour",
    kind="repair",
    shipped="piled_up",
    hints=[
        "`write` never waits. Where are the bytes that the other side has not taken yet?",
        "Which method waits while too much is there? How often is it called here?",
        "When would you have to wait, so that one block at most is added to what is there?",
    ],
)


def _observe_pour(answer, inputs):
    step = inputs.choice([3, 5, 7, 9])
    gap = inputs.randint(20, 30)
    call = f"pour(writer, blocks), {BLOCKS} of 32 KiB, to a reader that rests for {duration(gap)}"
    return observe(scenes.poured, answer, BLOCKS, step, gap, call=call)


@pour.rule("All blocks arrive, in order; then the connection is closed.")
def pour_whole(answer, inputs):
    run = _observe_pour(answer, inputs)
    seen = run.part(0).value
    run.check(
        seen == "all of it", "all of it, and then the end", f"the reader saw that it was {seen}"
    )


@pour.rule("Never more than 256 KiB wait in memory.")
def pour_small(answer, inputs):
    run = _observe_pour(answer, inputs)
    if run.part(1).value > ALLOWED:
        raise PiledUp(run, "at most 256 KiB in memory", "there was more")


drop_idle = Exercise(
    "drop_idle",
    kind="repair",
    shipped="wrong_time",
    hints=[
        "When does the limit begin, and when should it?",
        "What has to be done within `seconds`: the whole visit, or one step of it?",
        "Where does `async with asyncio.timeout(seconds)` stand, if it begins anew for each line?",
    ],
)


def _visited(answer, plan, seconds):
    steps = [f"{pause:g} s {'end' if text is None else text.decode()!r}" for pause, text in plan]
    call = f"drop_idle(reader, writer, {seconds:g}), where the client sends after "
    run = observe(scenes.visited, answer, plan, seconds, call=call + ", ".join(steps))
    run.check(run.part(1).value != "still open", "the end of the connection", "it was still open")
    return run


def _lines(inputs, count):
    return [f"{word}\n".encode() for word in inputs.words(count)]


@drop_idle.rule("Each line comes back in capitals; when the client ends, so does the visit.")
def idle_answers(answer, inputs):
    one, two = _lines(inputs, 2)
    run = _visited(answer, [(1, one), (1, two), (1, None)], 9)
    run.whole.returned([[[1.0, one.upper()], [2.0, two.upper()]], 3.0])
    run.left_nothing_behind(after_error=True)


@drop_idle.rule("A client that sends a line now and then stays as long as it likes.")
def idle_active(answer, inputs):
    seconds = inputs.randint(6, 9)
    lines = _lines(inputs, 4)
    pause = seconds - 1.25
    run = _visited(answer, [*((pause, line) for line in lines), (pause, None)], seconds)
    run.time_is(run.part(1).value, pause * 5, "dropped the client at", whole=True)
    run.part(0).returned([[pause * n, line.upper()] for n, line in enumerate(lines, 1)])


@drop_idle.rule("A client that sends nothing for `seconds` is dropped then, without an error.")
def idle_dropped(answer, inputs):
    for seconds in (inputs.randint(7, 9), inputs.randint(4, 6)):
        run = _visited(answer, [(1.5, b"whole\n"), (3, b"half"), (50, None)], seconds)
        run.shows(run.part(0).value[:1], [[1.5, b"WHOLE\n"]])
        run.time_is(run.part(1).value, 1.5 + seconds, "dropped it at", limit=True, whole=True)
        due = 1.5 + seconds
        run.check(run.part(1).value >= due, f"the end at {due:g} s", "it came sooner")
        run.left_nothing_behind(after_error=True)


status_words = Exercise(
    "status_words",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "Which part of the loop belongs to one url alone, and could be a coroutine?",
        "What lets only `at_once` of them in, and the next as soon as one has ended?",
        "When does the limit of a url begin: when it stands in line, or when it is its turn? Which "
        "of the two stands outside then?",
    ],
)


def _surveyed(answer, pages, others, at_once, seconds):
    web = Web(pages)
    call = f"status_words(urls, {at_once}, {seconds}), where the urls are of {web!r}"
    return observe(scenes.surveyed, answer, web, others, at_once, seconds, call=call)


def _pages(inputs, count, most=9):
    words = inputs.words(count)
    times = inputs.seconds(count, most=most)
    pages = [Page(time + 0.374, inputs.choice([200, 404, 503])) for time in times]
    return dict(zip(words, pages, strict=True))


def _word(page):
    return "late" if page is MUTE else str(page.status)


@status_words.rule("It returns a word for each url, in their order.")
def words_in_order(answer, inputs):
    pages = _pages(inputs, 4)
    run = _surveyed(answer, pages, ["", "refused"], 3, 60)
    run.part(0).returned([*[_word(page) for page in pages.values()], "404", "refused"])


@status_words.rule("As many as may are under way at once, and never more than `at_once`.")
def words_at_once(answer, inputs):
    pages = _pages(inputs, 7)
    at_once = inputs.randint(2, 3)
    run = _surveyed(answer, pages, [], at_once, 60)
    run.at_most(at_once, "web")
    run.took(shortest([page.delay for page in pages.values()], at_once) + scenes.MOMENT)


@status_words.rule("A url without an answer is `late` after `seconds`; queueing does not count.")
def words_late(answer, inputs):
    pages = _pages(inputs, 3, most=5)
    seconds = inputs.randint(7, 9)
    (first, page), *others = pages.items()
    pages = dict([(first, page), ("mute", MUTE), *others])
    run = _surveyed(answer, pages, [], 1, seconds)
    run.part(0).returned([_word(page) for page in pages.values()])
    whole = sum(page.delay for page in pages.values()) + seconds
    run.time_is(run.seconds, round(whole, 3) + scenes.MOMENT, limit=True, in_turn=True)


@status_words.rule("Each connection is closed, also that of a late one.")
def words_closed(answer, inputs):
    run = _surveyed(answer, {**_pages(inputs, 2), "mute": MUTE}, [], 5, 12)
    run.left_nothing_behind()
    run.check(not run.part(1).value["open"], "no open connection", "the server still had one")


line_server = Exercise(
    "line_server",
    kind="build",
    hints=[
        "Which call makes the server, and how do you learn which port it got?",
        "`server.close()` lets nobody in any more. Who is there still, and who knows of them? Let "
        "each visit put itself into a set, and take itself out at its end.",
        "`asyncio.wait` knows a limit. When it is over: what ends the wait of a visit for its next "
        "line?",
    ],
)


def _served(answer, visits, stop_at, grace):
    call = f"line_server(started, stop, {grace}), where stop is set at {duration(stop_at)}"
    return observe(scenes.line_served, answer, visits, stop_at, grace, call=call)


def _visit(inputs, connects, *times, leaves):
    """A visit, and what it should see: its answers, and the moment of its end."""
    lines = _lines(inputs, len(times))
    seen = [[line.decode().upper() for line in lines], float(leaves)]
    return [connects, list(zip(times, lines, strict=True)), leaves], seen


@line_server.rule("Each line comes back in capitals; many clients are served at once.")
def server_answers(answer, inputs):
    visits, seen = zip(
        _visit(inputs, 1, 2, 9, leaves=12),
        _visit(inputs, 3, 4, 5, leaves=inputs.randint(6, 8)),
        _visit(inputs, 3.5, 4, leaves=10),
        strict=True,
    )
    run = _served(answer, list(visits), 20, 5)
    run.part(0).returned(list(seen))


@line_server.rule("From `stop` on nobody is let in; it ends when the last client has left.")
def server_stops(answer, inputs):
    stop = inputs.randint(5, 8)
    stays, seen = _visit(inputs, 1, 2, stop + 2, leaves=stop + 4)
    comes, _ = _visit(inputs, stop + 1, stop + 2, leaves=stop + 3)
    run = _served(answer, [stays, comes], stop, 30)
    may_stay = run.part(0).value[0] in (seen, "open")
    why = None if may_stay else "A client is cut off that could have stayed"
    run.time_is(run.part(1).value, stop + 4, "ended at", whole=True, why=why)
    run.part(0).returned([seen, ["refused", stop + 1.0]])


@line_server.rule("After `grace` seconds the rest is cut off; they see the end.")
def server_cuts(answer, inputs):
    stop = inputs.randint(5, 8)
    grace = inputs.randint(3, 9)
    stays, seen = _visit(inputs, 1, 2, leaves=200)
    other, left = _visit(inputs, 1.5, 3, leaves=stop + 1)
    run = _served(answer, [stays, other], stop, grace)
    run.time_is(run.part(1).value, stop + grace, "ended at", whole=True)
    run.part(0).returned([[seen[0], float(stop + grace)], left])


@line_server.rule("With nobody there, it ends at `stop`; nothing is left behind.")
def server_empty(answer, inputs):
    stop = inputs.randint(5, 8)
    run = _served(answer, [_visit(inputs, 1, 2, leaves=3)[0]], stop, 50)
    run.time_is(run.part(1).value, stop, "ended at", whole=True)
    run.left_nothing_behind()
