"""Reading notebooks, and where they are.

Plain JSON and a few checks: importing nbformat takes a second, and a check in a notebook must not.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class NotebookError(ValueError):
    """A notebook that cannot be used; the message names the file and what to do next."""


@dataclass(frozen=True)
class Cell:
    """One cell. `type` is "code", "markdown" or "raw"; `number` counts from 1."""

    id: str
    type: str
    source: str
    tags: tuple[str, ...] = ()
    outputs: list[dict[str, Any]] = field(default_factory=list)
    execution_count: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True)
class Notebook:
    """A notebook as it was read. `name` is its file name without `.ipynb`."""

    path: Path
    cells: list[Cell]
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".ipynb")

    def cells_of(self, exercise_id: str) -> list[Cell]:
        """The cells tagged `exercise:ID`, in reading order."""
        return self.tagged(f"exercise:{exercise_id}")

    def setup_cells(self) -> list[Cell]:
        """The code cells tagged `setup`, in reading order."""
        return [cell for cell in self.tagged("setup") if cell.type == "code"]

    def tagged(self, tag: str) -> list[Cell]:
        """The cells that carry the tag, in reading order."""
        return [cell for cell in self.cells if tag in cell.tags]

    def exercise_ids(self) -> list[str]:
        """The ids in `exercise:ID` tags, each once, in reading order."""
        tags = [tag for cell in self.cells for tag in cell.tags if tag.startswith("exercise:")]
        return list(dict.fromkeys(tag.removeprefix("exercise:") for tag in tags))


def root() -> Path:
    """The course's folder: the one that holds `checker/` and `notebooks/`."""
    return Path(__file__).resolve().parents[2]


def notebooks_dir() -> Path:
    """The folder of the chapters that the learner edits."""
    return root() / "notebooks"


def solutions_dir() -> Path | None:
    """The folder of the answers, beside the package or named by `$CHECKER_SOLUTIONS`, or None."""
    elsewhere = os.environ.get("CHECKER_SOLUTIONS")
    places = [root() / "solutions", *([Path(elsewhere)] if elsewhere else [])]
    return next((place for place in places if place.is_dir()), None)


def read(path: str | Path) -> Notebook:
    """The notebook in the file `path`, as a `Notebook`.

    Raises:
        NotebookError: if there is no such file, or it is no notebook that can be read.
    """
    path = Path(path)
    try:
        return parse(path.read_bytes(), path)
    except FileNotFoundError:
        raise NotebookError(f"There is no notebook {path}. {_remedy(path)}") from None
    except IsADirectoryError:
        raise NotebookError(f"{path} is a folder. Name one notebook in it.") from None
    except PermissionError:
        raise NotebookError(f"{path} may not be read. Change its permissions.") from None


def parse(data: bytes, path: str | Path) -> Notebook:
    """The notebook in the bytes `data`; `path` is what messages call it.

    Raises:
        NotebookError: if the bytes are no notebook.
    """
    path = Path(path)
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        reason = _reason(data, error)
        raise NotebookError(f"{path} is damaged: {reason}. {_remedy(path)}") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        if isinstance(content, dict) and "worksheets" in content:
            raise NotebookError(f"{path} has an old format. Save it in JupyterLab, then try again.")
        raise NotebookError(f"{path} is no notebook: it has no cells. {_remedy(path)}")
    cells = [_cell(raw, number, path) for number, raw in enumerate(content["cells"], 1)]
    metadata = content.get("metadata")
    return Notebook(path, cells, metadata if isinstance(metadata, dict) else {})


def _reason(data, error):
    if not data.strip():
        return "it is empty"
    if b"<<<<<<< " in data and b">>>>>>> " in data:
        return "it holds the marks of a git merge that was not finished"
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno} is not valid JSON ({error.msg})"
    return "it is not UTF-8 text"


def _cell(raw, number, path):
    """One cell, or an error that says what is wrong with it."""
    try:
        metadata = raw.get("metadata") or {}
        kind = raw["cell_type"]
        tags = metadata.get("tags") or []
        source = _text(raw["source"])
        outputs = raw.get("outputs") or []
        if not all(isinstance(item, str) for item in [kind, *tags]) or isinstance(tags, str):
            raise TypeError("tags are a list of texts")
        if not all(isinstance(output, dict) for output in outputs):
            raise TypeError("outputs are a list of objects")
    except (KeyError, TypeError, AttributeError) as error:
        reason = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else error
        raise NotebookError(
            f"{path} is damaged: cell {number} is not a cell ({reason}). {_remedy(path)}"
        ) from None
    name = str(raw.get("id") or "")
    count = raw.get("execution_count")
    return Cell(name, kind, source, tuple(tags), outputs, count, metadata, number)


def _text(source):
    # The format allows a text as well as a list of lines.
    return source if isinstance(source, str) else "".join(source)


def _remedy(path):
    from checker.exercise import CHAPTERS

    name = path.name.removesuffix(".ipynb")
    if name not in CHAPTERS:
        return "Look at the name, or take another copy of the file."
    if path.parent.name == "solutions":
        return "Take the file from another copy of the course."
    return f"`python -m checker reset {name}` gives you a fresh one and keeps what is there."
