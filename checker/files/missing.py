"""A name that an answer uses and that nothing has made: which cell of the notebook makes it."""

import re
from pathlib import Path

from checker import kernel
from checker.files import bindings, notebooks, shipped
from checker.files.notebooks import NotebookError

RUN_ABOVE = "Run > Run All Above Selected Cell"
_NAME = re.compile(r"NameError: name '(\w+)' is not defined")


def name_in(text: str | None) -> str | None:
    """The name that a message calls missing, or None."""
    found = _NAME.search(text or "")
    return found[1] if found else None


def in_kernel(text: str, chapter: str) -> str:
    """What to add to the verdict `text` in a kernel, where a cell is run when somebody runs it.

    Args:
        chapter: the one to look into, such as "03_tasks", where nobody told which notebook is run.

    Returns a sentence that names the heading of the cell, or "" if no cell makes what is missing.
    """
    name = name_in(text)
    path = kernel.notebook_path() or notebooks.notebooks_dir() / f"{chapter}.ipynb"
    return in_notebook(name, path, kernel.cell_id()) if name else ""


def in_notebook(name: str, path: Path | None, cell_id: str | None) -> str:
    """Which cell of a notebook, as it was last saved, makes a name.

    Args:
        path: the notebook's, None if nobody told it.
        cell_id: the cell that lacks the name, None if nobody told it. Another one makes it, one
            above where there is one.

    Returns a sentence, or "" if nothing is known.
    """
    try:
        cells = notebooks.read(path).cells if path else []
    except NotebookError:
        return ""
    place = next((cell.number for cell in cells if cell_id and cell.id == cell_id), None)
    others = [cell for cell in cells if cell.number != place]
    above = [cell for cell in others if place is None or cell.number < place]
    maker = _last_maker(name, above) or _last_maker(name, others)
    if maker is None:
        return ""
    heading = _heading(maker, cells)
    under = f" under “{heading}”" if heading else f" {maker.number}"
    if maker in above:
        return f"`{name}` is made in the cell{under}: run it first ({RUN_ABOVE})."
    return f"`{name}` is made further down, in the cell{under}: run it first."


def in_grading(text, cells, place, own):
    """The same for a notebook that is graded.

    Args:
        cells: all of the submission's.
        place: the number of the cell after which the answer was judged.
        own: all cells of the course's own notebook, as they were shipped.
    """
    name = name_in(text)
    if name is None:
        return ""
    above = _last_maker(name, [cell for cell in cells if cell.number <= place])
    if above is not None:
        known = {shipped.digest(cell.source) for cell in own}
        if shipped.digest(above.source) in known:
            why = "by what it does, and grading runs no cell of the course's own"
            return f"{_place(above, cells)} makes `{name}` {why}: make it in a cell of yours."
        return f"{_place(above, cells)} makes `{name}`, but did not come so far."
    below = _last_maker(name, cells)
    if below is not None:
        return f"{_place(below, cells)} makes `{name}`, and stands below: move it up."
    maker = _last_maker(name, own)
    if maker is None:
        return ""
    return (
        f"This notebook lacks what makes `{name}`: in the course's, {_place(maker, own, 'cell')}."
    )


def _last_maker(name, cells):
    code = (cell for cell in reversed(cells) if cell.type == "code" and name in cell.source)
    return next((cell for cell in code if name in bindings.made(cell.source)), None)


def _place(cell, cells, word="Cell"):
    """ "Cell 25 (suppress-shown, under “Swallow on purpose”)", as far as that is known."""
    heading = _heading(cell, cells)
    under = f"under “{heading}”" if heading else ""
    known = ", ".join(filter(None, (cell.id, under)))
    return f"{word} {cell.number} ({known})" if known else f"{word} {cell.number}"


def _heading(cell, cells):
    """The last heading above a cell; "" if there is none."""
    lines = [
        line
        for one in cells
        if one.type == "markdown" and one.number < cell.number
        for line in one.source.split("\n")
        if re.match(r"#{1,6} ", line)
    ]
    return lines[-1].lstrip("#").strip().replace("`", "") if lines else ""
