"""Run notebooks from top to bottom under nbclient, and say what went wrong.

nbval compares outputs, but it passes over a kernel that sent no reply, and over an exception group
that IPython only printed. This pass looks for nothing else.
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from checker.maintain.home import private_env
from tests.support.start_again import started

# What IPython writes to stderr in place of an error output.
PRINTED_ERRORS = ("Exception Group Traceback", "Unexpected exception formatting exception")


def run(notebook, folder, home, cell_timeout=60, **env):
    """Execute all cells of `notebook` in place.

    Parameters: `notebook`, as nbformat read it; `folder`, the kernel's working directory;
    `home`, a scratch folder for all user files; `cell_timeout` in seconds; `env`, more variables.
    Returns: a list of sentences, empty where all went well. A kernel that died or went silent is
    one of them, not an exception.
    """

    def execute():
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=cell_timeout,
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute(env=private_env(home) | env)

    try:
        started(execute)
    except CellTimeoutError:
        return [*complaints(notebook), f"{last_cell(notebook)}: no reply in {cell_timeout} s"]
    except DeadKernelError:
        return [*complaints(notebook), f"{last_cell(notebook)}: the kernel died"]
    return complaints(notebook)


def complaints(notebook):
    """What is wrong with the outputs of an executed notebook, as a list of sentences."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        errors = [out for out in cell.outputs if out.output_type == "error"]
        expected = "raises-exception" in cell.metadata.get("tags", [])
        if errors and not expected:
            found.append(f"{cell.id}: {errors[0].ename}: {errors[0].evalue}")
        if expected and not errors and cell.get("execution_count"):
            found.append(f"{cell.id}: should raise an exception, and did not")
        said = "".join(out.text for out in cell.outputs if out.get("name") == "stderr")
        printed = [text for text in PRINTED_ERRORS if text in said]
        if printed:
            found.append(f"{cell.id}: stderr holds {printed[0]!r}")
    return found


def last_cell(notebook):
    """The id of the cell that was sent last: the first without a count after those with one."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip() and not cell.get("execution_count"):
            return cell.id
    return notebook.cells[-1].id


def run_file(path, home, cell_timeout=60, **env):
    """As `run`, for the notebook file `path`, beside its neighbours. The file is not changed."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    return run(notebook, Path(path).parent, home, cell_timeout, **env)
