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
