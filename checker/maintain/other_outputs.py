"""What cells print on other Pythons than the reference one.

A notebook has room for one output of a cell. It is what `REFERENCE` prints, and what a learner who
opens the notebook sees. Where another Python prints something else, because CPython has changed,
that stands beside the solutions, in `other-outputs.json`:

    {notebook: {cell's id: [{"pythons": ["3.14", "3.15"], "outputs": [...]}]}}

Of the oldest Python the first release that is tested stands for itself, since later ones mended
some of asyncio: "3.11.2" is Debian's, "3.11" any newer one.

Before a notebook is tested, the outputs for the Python that runs are put into its copy. So each
cell is compared with what it should print there, and none is left out.
"""

import json
import re
import sys
from pathlib import Path

from checker.engine.private import NEWEST, OLDEST

REFERENCE = (3, 13)
FILE = "other-outputs.json"
FIRST_RELEASE = "3.11.2"
PYTHONS = [FIRST_RELEASE, *(f"{OLDEST[0]}.{n}" for n in range(OLDEST[1], NEWEST[1] + 1))]
_NEVER_COMPARED = "nbval-ignore-output"
_UNLIKE = ("execution_count", "metadata", "traceback")  # nbval does not compare these, either
# Pictures, and the words for them, have tests of their own.
_PICTURE = re.compile(r"""(alt="[^"]*" src=")?data:image/svg[^"']*""")


def python_name(version=sys.version_info):
    """ "3.14" for 3.14.2. A Python newer than any tested one should print what the newest does."""
    release = ".".join(map(str, version[:3]))
    if release == FIRST_RELEASE:
        return release
    return ".".join(map(str, min(tuple(version[:2]), NEWEST)))


def is_reference(version=sys.version_info):
    """Whether what this Python prints goes into the notebooks themselves."""
    return tuple(version[:2]) == REFERENCE


def load(solutions):
    """The content of the file in the folder `solutions`; {} where there is none."""
    file = Path(solutions) / FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def save(solutions, content):
    """Write the file anew, without notebooks and cells that have nothing; or delete it."""
    kept = {}
    for name in sorted(content):
        cells = {cell: entries for cell, entries in content[name].items() if entries}
        if cells:
            kept[name] = cells
    file = Path(solutions) / FILE
    if not kept:
        file.unlink(missing_ok=True)
        return
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def outputs_for(entries, python):
    """What a cell with these entries prints on a Python such as "3.14".

    Returns: a list of outputs; None where it prints there what the notebook says.
    """
    return next((entry["outputs"] for entry in entries if python in entry["pythons"]), None)


def put_in(course, version=sys.version_info):
    """Change the notebooks below the folder `course` to what this Python prints."""
    for name, cells in load(Path(course) / "solutions").items():
        path = Path(course) / name
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            outputs = outputs_for(cells.get(cell["id"], ()), python_name(version))
            if outputs is not None:
                cell["outputs"] = outputs
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def record(entries, stored, printed, version=sys.version_info):
    """The entries of one cell after it was run on some Python.

    Args:
        entries: those that it had.
        stored: the outputs in the notebook.
        printed: the outputs of the run.
        version: the Python that ran it.

    Returns: a list of entries, one for each different output, in the order of the Pythons.
    """
    by_python = {python: entry["outputs"] for entry in entries for python in entry["pythons"]}
    python = python_name(version)
    if not is_reference(version) and not same(by_python.get(python), printed):
        by_python[python] = [in_lines(output) for output in printed]
    result = []
    for python in PYTHONS:
        outputs = by_python.get(python)
        if outputs is None or same(outputs, stored):
            continue
        alike = next((entry for entry in result if same(entry["outputs"], outputs)), None)
        if alike:
            alike["pythons"].append(python)
        else:
            result.append({"pythons": [python], "outputs": outputs})
    return result


def is_compared(tags):
    """Whether anybody compares the output of a cell with these tags."""
    return _NEVER_COMPARED not in tags


def stale(notebook, cells):
    """What is wrong with a notebook's other outputs, as pairs (cell's id, sentence).

    Args:
        notebook: the `Notebook`.
        cells: its part of the file, {cell's id: entries}.
    """
    stored = {cell.id: cell.outputs for cell in notebook.cells if is_compared(cell.tags)}
    reference = python_name(REFERENCE)
    for cell, entries in cells.items():
        if cell not in stored:
            yield cell, "no cell with this id is compared; remove its other outputs"
            continue
        named = [python for entry in entries for python in entry["pythons"]]
        for python in sorted(set(named), key=named.index):
            if python == reference:
                yield cell, f"what Python {python} prints belongs into the notebook"
            elif python not in PYTHONS:
                yield cell, f"nobody tests with Python {python}; remove it"
            elif named.count(python) > 1:
                yield cell, f"it has two outputs for Python {python}"
        for entry in entries:
            if same(entry["outputs"], stored[cell]):
                pythons = ", ".join(entry["pythons"])
                yield cell, f"for Python {pythons} it has what the notebook says; remove it"


def same(one, other):
    """Whether two lists of outputs show the same; a missing one (None) is like no other."""
    if one is None or other is None:
        return False
    return [_shown(output) for output in one] == [_shown(output) for output in other]


def _shown(output):
    """An output without what is another one on every run, and with its texts in one piece."""
    shown = {key: value for key, value in output.items() if key not in _UNLIKE}
    shown |= {f"data {kind}": value for kind, value in shown.pop("data", {}).items()}
    return {key: _PICTURE.sub("", _joined(value)) for key, value in shown.items()}


def _joined(value):
    if isinstance(value, list):
        return "".join(value)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def in_lines(output):
    """An output with its texts cut into lines, as in notebooks: so a change is legible."""
    cut = dict(output)
    if "data" in cut:
        cut["data"] = {kind: _lines(value) for kind, value in cut["data"].items()}
    if "text" in cut:
        cut["text"] = _lines(cut["text"])
    return cut


def _lines(value):
    return value.splitlines(keepends=True) if isinstance(value, str) else value
