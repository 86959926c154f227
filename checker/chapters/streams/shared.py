"""What several exercises of 19_streams use."""


def drawn_lines(inputs, count):
    """`count` different lines with a blank before and after the word, as bytes with their ends."""
    return [f" {word} \n".encode() for word in inputs.words(count)]
