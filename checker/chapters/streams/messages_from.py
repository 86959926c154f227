from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import streams as scenes

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


WHOLE = 10_000  # bytes: more than all messages together, so that they come in one piece
GAP = 1  # seconds between two pieces


def _drawn_messages(inputs):
    """Some messages, one of them empty, one longer than 255 bytes.

    Returns:
        the list of messages, and the bytes that are sent for them.
    """
    messages = [f"{inputs.name()} says {inputs.randint(10, 99)}".encode() for _ in range(3)]
    messages.insert(1, b"")
    messages.append(inputs.choice([b"x", b"y"]) * inputs.randint(260, 330))
    return messages, b"".join(len(each).to_bytes(4, "big") + each for each in messages)


def _observe_messages(answer, data, size):
    pieces = "one piece" if size >= len(data) else f"pieces of {size} bytes"
    call = f"messages_from(reader), where {len(data)} bytes come in {pieces}"
    return observe(scenes.received, answer, data, size, GAP, call=call)


@messages_from.rule("It returns a list of the messages, as bytes, when the end comes after one.")
def messages_whole(answer, inputs):
    messages, data = _drawn_messages(inputs)
    run = _observe_messages(answer, data, WHOLE)
    result = run.value
    why = None
    if isinstance(result, list) and result == [each for each in messages if each]:
        why = "An empty message is a message, too, and is missing"
    if result == messages[: messages.index(b"")]:
        why = "An empty message is taken for the end"
    if why:
        line = answer.line_with("if not ") or answer.line_with("while ")
        run.check(False, f"{messages}", f"it returned {result}", line=line, why=why)
    run.returned(messages)


@messages_from.rule("It makes no difference in which pieces they come.")
def messages_in_pieces(answer, inputs):
    messages, data = _drawn_messages(inputs)
    for size in (inputs.choice([9, 11]), inputs.randint(40, 60)):
        _observe_messages(answer, data, size).returned(messages)


@messages_from.rule("If the end comes within a message, an EOFError comes out.")
def messages_cut(answer, inputs):
    _, data = _drawn_messages(inputs)
    within_message = data[: -inputs.randint(5, 200)]
    within_length = data + b"\0\0"
    after_length = data + b"\0\0\0\5"
    for cut in (within_message, within_length, after_length):
        _observe_messages(answer, cut, WHOLE).raised("EOFError")
