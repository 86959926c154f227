"""Where the links of a notebook lead: to a file that is there, and to a heading that is there."""

import re
from pathlib import Path
from urllib.parse import unquote

from checker.exercise import CHAPTERS
from checker.files import headings, notebooks
from checker.files.notebooks import Notebook

# Whether `prove` breaks over a text that names a chapter which does not exist; else it notes it.
MISSING_CHAPTERS_BREAK = False

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# In a target, brackets may stand in pairs; in <…> everything may.
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((<[^>]*>|(?:[^()\s]|\([^()\s]*\))*)\)")
_BY_HAND = re.compile(r"(?:^|[.!?)] )(?:Next: |You need chapters? )", re.MULTILINE)
_NUMBERS = re.compile(r"[Cc]hapters? (\d\d\b(?:(?:, and|,| and| or| to)? \d\d\b)*)")


def links(source: str) -> list[tuple[str, str]]:
    """(text, target) of each link in the source of a text cell, apart from fenced code."""
    found = _LINK.findall(_FENCE.sub("", source))
    return [(text, target.strip("<>")) for text, target in found]


def broken(notebook: Notebook, folder: Path) -> list[tuple[str, str]]:
    """(cell's id, what is wrong) of the links that lead nowhere.

    Args:
        folder: where the files that links name are looked for.
    """
    found = []
    known: dict[Path, set[str]] = {}
    for cell in notebook.cells:
        if cell.type != "markdown":
            continue
        for _, target in links(cell.source):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, fragment = target.partition("#")
            path = folder / file if file else notebook.path
            if not path.exists():
                found.append((cell.id, f"its link to {file} leads nowhere: there is no such file"))
                continue
            if not fragment or path.suffix != ".ipynb":
                continue
            if path not in known:
                book = notebooks.read(path) if file else notebook
                known[path] = {headings.anchor(one.text) for one in headings.of(book)}
            trouble = _fragment_problem(fragment, known[path], file or "this notebook")
            if trouble:
                found.append((cell.id, trouble))
    return found


def _fragment_problem(fragment: str, anchors: set[str], file: str) -> str:
    heading = unquote(fragment)
    if heading not in anchors:
        return f"its link leads to the heading {heading!r}, which {file} does not have"
    if not heading.isascii():
        return f"JupyterLab finds no heading with other letters than ASCII: {heading!r}"
    return ""


def by_hand(notebook: Notebook) -> list[tuple[str, str]]:
    """(cell's id, what is wrong) where a text says itself what is generated."""
    made = ("navigation", "you-need")
    text = "the way to other chapters is generated: take “Next: …” and “You need chapter …” out"
    return [
        (cell.id, text)
        for cell in notebook.cells
        if cell.type == "markdown" and cell.id not in made and _BY_HAND.search(cell.source)
    ]


def plain_references(notebook: Notebook) -> list[tuple[str, str, bool]]:
    """(cell's id, what is wrong, whether the chapter is missing) where a text says "chapter 04"
    and the reader cannot click it.
    """
    there = {name[:2] for name in CHAPTERS}
    found = []
    for cell in notebook.cells:
        text = cell.source
        if cell.type == "markdown":
            missing = _numbers(text) - there
            plain = _numbers(_LINK.sub("", _FENCE.sub("", text))) & there
            plain -= {notebook.name[:2]}  # a chapter never links to itself
        else:
            missing, plain = _numbers(text) - there, set()
        for number in sorted(missing):
            found.append((cell.id, f"there is no chapter {number}: do not point at it", True))
        for number in sorted(plain):
            found.append((cell.id, f"make “chapter {number}” a link", False))
    return found


def _numbers(text: str) -> set[str]:
    """The numbers of the chapters that a text names; "03 to 06" names all four."""
    found: set[str] = set()
    for group in _NUMBERS.findall(text):
        for first, last in re.findall(r"(\d\d)(?: to (\d\d))?", group):
            end = int(last or first)
            found |= {f"{number:02}" for number in range(int(first), end + 1)}
    return found
