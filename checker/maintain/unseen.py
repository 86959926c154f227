"""What cells print that are shipped without their output.

Of a cell tagged `predict` nobody shall see what it prints before it is run: JupyterLab shows the
first line even of a folded output. The same goes for one tagged `unseen`, whose output would look
like the learner's own, as that of the self-test. So these cells are shipped as if they had never
been run, and what they must print stands beside the solutions, in `unseen/03_tasks.json`:

    {cell's id: [output, ...]}

That is what the reference Python prints; what another one prints stands with all others in the
file of `checker.maintain.other_outputs`.

`python -m checker.maintain.unseen` takes the outputs out of all chapters that have some, for
instance after a merge, and runs nothing.
"""

import dataclasses
import json
import sys
from pathlib import Path

import nbformat

from checker.files import notebooks
from checker.maintain import other_outputs

TAGS = {"predict", "unseen"}
FOLDER = "unseen"


def is_unseen(tags):
    """Whether a cell with these tags is shipped without its output."""
    return not TAGS.isdisjoint(tags)


def outputs(solutions, chapter):
    """What the unseen cells of a chapter such as "03_tasks" print: cell's id → list of outputs.

    Args:
        solutions: the folder of the answers.
    """
    file = _file(solutions, chapter)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def save(solutions, chapter, content):
    """Write what `outputs` returns; without content there is no file."""
    file = _file(solutions, chapter)
    if not content:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def whole(notebook, solutions):
    """A chapter, a `checker.files.notebooks.Notebook`, with the outputs of its unseen cells."""
    kept = outputs(solutions, notebook.name)
    cells = [
        dataclasses.replace(cell, outputs=kept.get(cell.id, [])) if is_unseen(cell.tags) else cell
        for cell in notebook.cells
    ]
    return dataclasses.replace(notebook, cells=cells)


def put_in(course):
    """Change the chapters below the folder `course`, as if their unseen cells had been run."""
    course = Path(course)
    for file in sorted((course / "solutions" / FOLDER).glob("*.json")):
        kept = outputs(course / "solutions", file.stem)
        path = course / "notebooks" / f"{file.stem}.ipynb"
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            if cell["id"] in kept:
                cell["outputs"] = kept[cell["id"]]
                cell["execution_count"] = 0  # nbval does not compare cells that were never run
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def take_out(notebook):
    """Make the unseen cells of a notebook, as nbformat read it, look as if they were never run.

    Returns: the outputs of those that had been run, cell's id → list of outputs.
    """
    taken = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_unseen(cell.metadata.get("tags", ())):
            if cell.outputs or cell.execution_count is not None:
                taken[cell.id] = [_uncounted(output) for output in cell.outputs]
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("jupyter", None)
    return taken


def _uncounted(output):
    """An output that stays as it is when a cell is put in somewhere above."""
    counted = {"execution_count": None} if "execution_count" in output else {}
    return other_outputs.in_lines({**output, **counted})


def in_order(notebook, content):
    """The outputs of the cells that a notebook, as nbformat read it, has unseen; in its order."""
    cells = [cell for cell in notebook.cells if is_unseen(cell.metadata.get("tags", ()))]
    return {cell.id: content[cell.id] for cell in cells if cell.id in content}


def stale(notebook, content):
    """What is wrong with the unseen cells of a chapter, as pairs (cell's id, sentence).

    Args:
        notebook: the `Notebook`, as it lies in its folder.
        content: what `outputs` returns for it.
    """
    cells = {cell.id: cell for cell in notebook.cells if is_unseen(cell.tags)}
    for cell in cells.values():
        if cell.outputs or cell.execution_count is not None:
            yield cell.id, "it shows its output; run `python -m checker.maintain.unseen`"
        if cell.id not in content:
            yield cell.id, f"what it prints is not in solutions/{FOLDER}; run `make outputs`"
    for name in content:
        if name not in cells:
            yield name, "no cell with this id is tagged `predict` or `unseen`; run `make outputs`"


def main():
    """Take the outputs out of all chapters. Returns the exit code."""
    solutions = notebooks.solutions_dir()
    if solutions is None:
        print("There is no folder solutions/. Set CHECKER_SOLUTIONS to it.", file=sys.stderr)
        return 2
    for path in sorted(notebooks.notebooks_dir().glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        taken = take_out(notebook)
        if taken:
            save(solutions, path.stem, in_order(notebook, outputs(solutions, path.stem) | taken))
            nbformat.write(notebook, path)
            print(f"{path.name}: {len(taken)} outputs were taken out")
    return 0


def _file(solutions, chapter):
    return Path(solutions) / FOLDER / f"{chapter}.json"


if __name__ == "__main__":
    sys.exit(main())
