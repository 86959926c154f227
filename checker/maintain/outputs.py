"""Running the course's notebooks and storing what they print: `make outputs`."""

import nbformat
from nbclient import NotebookClient

from checker.files import notebooks

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_WIDGET = "application/vnd.jupyter.widget-view+json"


def update(names):
    """Run these chapters and their solutions, and store their outputs in the files."""
    for folder in (notebooks.notebooks_dir(), notebooks.solutions_dir()):
        for name in names:
            store(folder / f"{name}.ipynb")


def store(path):
    """Run one notebook and write it back with its outputs, without anything of this machine."""
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
        kept = {k: v for k, v in cell.metadata.items() if k in ("tags", "jupyter")}
        cell.metadata = nbformat.from_dict(kept)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_WIDGET, None)  # its number is another one each time
    notebook.metadata = nbformat.from_dict(_METADATA)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
