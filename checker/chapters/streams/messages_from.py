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
