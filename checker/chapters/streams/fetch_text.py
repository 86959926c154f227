from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.network.scripts_http import request_fault
from checker.lab.scenes import streams as scenes

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


GAP = 2  # seconds between two pieces of the response
PATIENCE = 1000  # seconds: a request that does not end is never answered
WHOLE = 10_000  # bytes: no response is longer, so that it comes in one piece


def _drawn_response(inputs, length_name="Content-Length", more_headers="Server: lab\r\n"):
    """A response: its "status", its "text", and its "data", which is the whole of it as bytes.

    Args:
        length_name: how the name of the header with the length is written.
        more_headers: lines that come before that header.
    """
    status = inputs.choice([200, 404, 503])
    text = f" Grüße, {inputs.name()}!\r\n\r\n"
    text += f"{inputs.randint(100, 999)} € — {'x' * inputs.randint(9, 99)}\n"
    body = text.encode()
    head = f"HTTP/1.1 {status} Some Words\r\n{more_headers}"
    head += f"{length_name}: {len(body)}\r\nX-Length-Of-Queue: 3\r\n\r\n"
    return {"status": status, "text": text, "data": head.encode() + body}


def _observe_fetch(answer, inputs, data, size, stays_open=True, named=None, patience=None):
    """Fetch a page, to which `data` is the response, in pieces of `size` bytes.

    Args:
        patience: seconds after which the answer is cancelled; None is never.
        named: how the header with the length is written, where that is to be told.

    Returns:
        the run, and the name of the page.
    """
    [name] = inputs.words(1)
    call = f"fetch_text(host, port, '/{name}'), where the response has {len(data)} bytes"
    if size < len(data):
        call += f" in pieces of {size} bytes"
    if named:
        call += f", among them a header `{named}`"
    if stays_open:
        call += ", and the connection stays open"
    reply = {"data": data, "size": size, "gap": GAP, "stays_open": stays_open}
    return observe(scenes.fetched, answer, reply, f"/{name}", patience, call=call), name


@fetch_text.rule("It asks with a request line, a Host line and an empty line.")
def fetch_request(answer, inputs):
    response = _drawn_response(inputs)
    run, name = _observe_fetch(answer, inputs, response["data"], WHOLE, patience=PATIENCE)
    requests = run.part("requests").value
    run.check(len(requests) == 1, "one connection", f"there were {len(requests)}")
    fault = request_fault(requests[0])
    line = answer.line_with("HTTP/") or answer.line_with(".write(")
    run.check(fault is None, "a correct request", f"{fault}", line=line)
    first_line = requests[0].decode().split("\r\n")[0]
    wanted = f"GET /{name} HTTP/1.1"
    seen = f"the first line was {first_line!r}"
    run.check(first_line == wanted, f"the line {wanted!r}", seen, line=line)


@fetch_text.rule("It returns the status and the text, also if they come in pieces.")
def fetch_in_pieces(answer, inputs):
    for size in (inputs.randint(9, 15), inputs.randint(40, 60)):
        response = _drawn_response(inputs)
        run, _ = _observe_fetch(answer, inputs, response["data"], size, stays_open=False)
        run.part("result").returned((response["status"], response["text"]))


@fetch_text.rule("It does not wait for the end of the connection.")
def fetch_stays(answer, inputs):
    length_name = inputs.choice(["content-length", "CONTENT-LENGTH"])
    response = _drawn_response(inputs, length_name, more_headers="")
    run, _ = _observe_fetch(answer, inputs, response["data"], 50, named=length_name)
    run.part("result").returned((response["status"], response["text"]))


@fetch_text.rule("If the body ends too early, an EOFError comes out; the connection is closed.")
def fetch_cut(answer, inputs):
    data = _drawn_response(inputs)["data"]
    run, _ = _observe_fetch(answer, inputs, data, WHOLE)
    run.left_nothing_behind()
    cut = data[: -inputs.randint(3, 9)]
    run, _ = _observe_fetch(answer, inputs, cut, WHOLE, stays_open=False)
    run.raised("EOFError", part="result")
    run.left_nothing_behind(after_error=True)
    call = "fetch_text(host, port, '/page'), cancelled after 5 s without a response"
    run = observe(scenes.asked_in_vain, answer, "/page", 5, call=call)
    run.left_nothing_behind()
