"""Headings of the chapters, and links to them as JupyterLab follows them."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from checker.files import notebooks

_HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Heading:
    """A heading: its text as a reader sees it, and the number of the cell that it stands in."""

    text: str
    cell: int


def shown(markdown: str) -> str:
    """The text of a heading without its marks: "Exercise: both" of "Exercise: `both`"."""
    return re.sub(r"[`*]", "", _LINK.sub(r"\1", markdown)).strip()


def anchor(heading: str) -> str:
    """What stands after the # in a link to a heading.

    JupyterLab and nbconvert put a hyphen for each space, and leave everything else as it is.
    """
    return shown(heading).replace(" ", "-")


def in_text(source: str) -> list[str]:
    """The headings in the source of a text cell, as they are written, in order."""
    return [text for _, text in _HEADING.findall(_FENCE.sub("", source))]


def of(notebook: notebooks.Notebook) -> list[Heading]:
    """All headings of a notebook, in reading order."""
    return [
        Heading(shown(text), cell.number)
        for cell in notebook.cells
        if cell.type == "markdown"
        for text in in_text(cell.source)
    ]


def link(chapter: str, heading: str = "") -> str:
    """The target of a link to a chapter, or to one of its headings."""
    return f"{chapter}.ipynb#{anchor(heading)}" if heading else f"{chapter}.ipynb"


def of_exercise(chapter: str, exercise: str) -> str:
    """The heading above an exercise's cell; "" where the chapter cannot be read, or has none.

    Args:
        chapter: its full name, such as "03_tasks".
        exercise: the id.
    """
    path = notebooks.notebooks_dir() / f"{chapter}.ipynb"
    try:
        status = path.stat()
        return _above_exercises(path, status.st_mtime_ns, status.st_size).get(exercise, "")
    except (OSError, notebooks.NotebookError):
        return ""


@functools.lru_cache(maxsize=64)
def _above_exercises(path: Path, *_stamp: int) -> dict[str, str]:
    """Exercise → the heading above it. The file is read again once its stamp is another one."""
    found, last = {}, ""
    for cell in notebooks.read(path).cells:
        if cell.type == "markdown":
            last = next((shown(text) for text in reversed(in_text(cell.source))), last)
        for tag in cell.tags:
            if tag.startswith("exercise:"):
                found.setdefault(tag.removeprefix("exercise:"), last)
    return found
