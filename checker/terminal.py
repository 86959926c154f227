"""`python -m checker check NOTEBOOK`: the verdicts of one notebook, in a terminal.

Each answer runs in a child process of its own: one that hangs, or ends Python, costs itself alone.
"""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

from checker import cells, notebooks, shipped
from checker.engine import Absent

SECONDS = 30  # real seconds that one answer may take, its start included


def check(path):
    """Print the verdict on every exercise of a notebook. Returns the exit status: 0 if all pass.

    Raises:
        checker.notebooks.NotebookError: if the notebook cannot be read.
    """
    path = Path(path)
    ids = notebooks.read(path).exercise_ids()
    if not ids:
        print(f"{path} has no exercises.")
        return 1
    solved = 0
    for exercise_id in ids:
        text, passed = _in_child(path, exercise_id)
        print(text, end="\n\n")
        solved += passed
    print(f"{solved} of {len(ids)} solved.")
    return 0 if solved == len(ids) else 1


def _in_child(path, exercise_id):
    """(the text of the verdict, whether it passed)."""
    command = [sys.executable, "-m", "checker.terminal", str(path), exercise_id]
    try:
        child = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"{exercise_id}: it did not come back within {SECONDS} s and was ended.", False
    if child.returncode not in (0, 1) or not child.stdout:
        return f"{exercise_id}: it ended Python before there was a verdict.", False
    return child.stdout.rstrip(), child.returncode == 0


def _child(path, exercise_id):
    """What the child does: run setup, the learner's own cells and the answer; print the verdict."""
    notebook = notebooks.read(path)
    known = shipped.edited_cells(notebook)
    names = cells.namespace([cell.source for cell in notebook.setup_cells()])
    [answer, *_] = notebook.cells_of(exercise_id)
    for cell in notebook.cells:
        tagged = any(tag.startswith("exercise:") for tag in cell.tags) or "setup" in cell.tags
        if cell is not answer and (tagged or cell not in known or cell.type != "code"):
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            broken, asked = cells.run(cell.source, names, f"<{cell.id}>")
        if cell is answer:
            break
    if broken:
        print(f"{exercise_id}: its cell does not run: {broken}")
        return 1
    wanted = [a for a in asked if getattr(a.argument, "__name__", "") == exercise_id]
    if not wanted:
        print(f"{exercise_id}: end its cell with `await check({exercise_id})`.")
        return 1
    try:
        verdict = cells.verdict(wanted[-1])
    except Absent as why:
        print(f"{exercise_id}: {why}")
        return 1
    print(verdict)
    return 0 if verdict.passed else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(_child(sys.argv[1], sys.argv[2]))
