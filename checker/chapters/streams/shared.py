"""What several exercises of 19_streams use."""


def drawn_lines(inputs, count):
    """`count` lines that end, as bytes."""
    return [f"{word}\n".encode() for word in inputs.words(count)]
