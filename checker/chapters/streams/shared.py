"""What several exercises of 19_streams use."""


def drawn_lines(inputs, count):
    """`count` different lines, as bytes with their ends."""
    return [f"{word}\n".encode() for word in inputs.words(count)]
