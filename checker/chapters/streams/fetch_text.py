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
