from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import streams as scenes

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


GAP = 2  # seconds between two pieces of the reply
PATIENCE = 1000  # seconds: a question that is no line is never answered
WHOLE = 1000  # bytes: no reply is longer, so that it comes in one piece


def _drawn_reply(inputs):
    """A line with letters that take several bytes, and with blanks, without its end."""
    return f" {inputs.name()} is in room {inputs.randint(100, 999)} — go up "


def _observe_ask(answer, inputs, data, size=3, stays_open=True, patience=None):
    """Ask a question to which `data` is replied, in pieces of `size` bytes.

    Returns:
        the run, and the question.
    """
    question = f"where is {inputs.name()}?"
    call = f"ask_line(host, port, {question!r}), where the answer is {data!r}"
    if size < len(data):
        call += f" in pieces of {size} bytes"
    reply = {"data": data, "size": size, "gap": GAP, "stays_open": stays_open}
    return observe(scenes.asked, answer, reply, question, patience, call=call), question


@ask_line.rule("It sends the question as one line.")
def ask_question(answer, inputs):
    data = f"{_drawn_reply(inputs)}\n".encode()
    run, question = _observe_ask(answer, inputs, data, size=WHOLE, patience=PATIENCE)
    received = run.part("received").value
    wanted = f"{question}\n"
    same = received.replace("\r", "") == wanted
    open_ended = received.strip() == question
    run.check(
        same,
        f"the text {wanted!r}",
        f"the server got {received!r}",
        line=answer.line_with(".write(") or answer.line_with(".writelines("),
        why="The question has no line end, and the server waits for more" if open_ended else None,
    )


@ask_line.rule("It returns the line of the answer as text, also if it comes in pieces.")
def ask_answer(answer, inputs):
    reply = _drawn_reply(inputs)
    size = inputs.randint(3, 5)
    run, _ = _observe_ask(answer, inputs, f"{reply}\n".encode(), size=size)
    result = run.part("result")
    stripped = str(result.value).strip() == reply.strip()
    result.returned(reply, line=answer.line_with("strip(") if stripped else None)


@ask_line.rule("If the end comes before a whole line, an EOFError comes out.")
def ask_cut(answer, inputs):
    half = _drawn_reply(inputs).encode()[: inputs.randint(5, 9)]
    for data in (half, b""):
        run, _ = _observe_ask(answer, inputs, data, stays_open=False)
        reads = answer.line_with(".readline(") or answer.line_with(".read(")
        why = "At the end this returns what there is, be it half a line or nothing"
        run.raised("EOFError", part="result", line=reads, why=why if reads else None)


@ask_line.rule("At the end the connection is closed, also after an error or a time-out.")
def ask_closed(answer, inputs):
    run, _ = _observe_ask(answer, inputs, f"{_drawn_reply(inputs)}\n".encode())
    run.left_nothing_behind()
    run, _ = _observe_ask(answer, inputs, b"half", stays_open=False)
    run.left_nothing_behind(after_error=True)
    call = "ask_line(host, port, 'anybody?'), cancelled after 5 s without an answer"
    run = observe(scenes.asked_in_vain, answer, "anybody?", 5, call=call)
    run.left_nothing_behind()
