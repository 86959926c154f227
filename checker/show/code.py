"""Python code in colours: those of the page's own editor, where it tells them."""

import keyword
import re
from html import escape

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r"|(?P<string>(?<!\w)[bBfFrRuU]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<number>\b\d[\d_.]*(?:e-?\d+)?\b)"
    r"|(?P<def>(?<=\bdef )\w+|(?<=\bclass )\w+)"
    r"|(?P<word>\b[A-Za-z_]\w*\b)",
    re.DOTALL,
)
# JupyterLab's and nbconvert's variables; elsewhere the second colour, which is dark.
_COLOURS = {
    "keyword": "var(--jp-mirror-editor-keyword-color, #00662e)",
    "string": "var(--jp-mirror-editor-string-color, #a31515)",
    "comment": "var(--jp-mirror-editor-comment-color, #5f6b7a)",
    "number": "var(--jp-mirror-editor-number-color, #0b5394)",
    "def": "var(--jp-mirror-editor-def-color, #00008b)",
}


def pre(source: str) -> str:
    """A `<pre>` element with the code of a cell, in colours."""
    return f"<pre>{coloured(source)}</pre>"


def coloured(source: str) -> str:
    """The code as HTML, its keywords, strings, comments, numbers and new names in colours."""
    parts, end = [], 0
    for found in _TOKEN.finditer(source):
        kind = found.lastgroup
        if kind == "word":
            kind = "keyword" if keyword.iskeyword(found[0]) else None
        if kind is None:
            continue
        parts.append(escape(source[end : found.start()], quote=False))
        text = escape(found[0], quote=False)
        parts.append(f'<span style="color: {_COLOURS[kind]}">{text}</span>')
        end = found.end()
    return "".join([*parts, escape(source[end:], quote=False)])
