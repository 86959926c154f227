"""Running the course's notebooks and storing what they print: `make outputs`.

On the reference Python that goes into the notebooks, but for cells that are shipped without their
output: `checker.maintain.unseen` keeps theirs. On another Python all this stays as it is; where it
prints something else, that goes into the file of `checker.maintain.other_outputs`.
"""

import nbformat
from nbclient import NotebookClient

from checker.files import notebooks
from checker.maintain import other_outputs, unseen

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_WIDGET = "application/vnd.jupyter.widget-view+json"


def update(names):
    """Run these chapters and their solutions, and store what they print.

    Raises:
        NotebookError: if there are no solutions.
    """
    solutions = notebooks.solutions_dir()
    if solutions is None:
        raise notebooks.NotebookError("There is no folder solutions/. Set CHECKER_SOLUTIONS to it.")
    for where, folder in (("notebooks", notebooks.notebooks_dir()), ("solutions", solutions)):
        for name in names:
            store(folder / f"{name}.ipynb", f"{where}/{name}.ipynb", solutions)
    if not other_outputs.is_reference():
        here = other_outputs.python_name()
        reference = other_outputs.python_name(other_outputs.REFERENCE)
        print(
            f"The notebooks keep the outputs of Python {reference}. Where Python {here} prints "
            f"something else, it was stored in solutions/{other_outputs.FILE}."
        )


def store(path, name, solutions):
    """Run one notebook and store what it prints, without anything of this machine.

    Args:
        path: its file.
        name: what it is called among the other Pythons' outputs.
        solutions: the folder with those outputs.
    """
    chapter = unseen.whole(notebooks.read(path), solutions)
    stored = {cell.id: cell.outputs for cell in chapter.cells}
    notebook = run(path)
    printed = {cell.id: cell.get("outputs", []) for cell in notebook.cells}
    if other_outputs.is_reference():
        stored = printed
        kept = unseen.take_out(notebook)
        if path.parent != solutions:  # where everything is seen
            unseen.save(solutions, path.stem, kept)
        nbformat.write(notebook, path)
    content = other_outputs.load(solutions)
    before, content[name] = content.get(name, {}), {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and other_outputs.is_compared(cell.metadata.get("tags", ())):
            content[name][cell.id] = other_outputs.record(
                before.get(cell.id, ()), stored[cell.id], printed[cell.id]
            )
    other_outputs.save(solutions, content)


def run(path):
    """Run one notebook. Returns it as it should be stored; the file stays as it is."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=60,
        extra_arguments=["--log-level=ERROR"],  # it warns of TCP, which stays on this machine
        coalesce_streams=True,  # where a busy machine cuts the output must not show
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in notebook.cells:
        kept = {k: v for k, v in cell.metadata.items() if k == "tags"}
        cell.metadata = nbformat.from_dict(kept)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_WIDGET, None)  # its number is another one each time
    notebook.metadata = nbformat.from_dict(_METADATA)
    nbformat.validate(notebook)
    return notebook
