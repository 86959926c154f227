"""What the course shipped: telling a learner's cells from ours, and renewing a chapter.

`checker/shipped.json` holds an id and a hash for every cell, not its text: no text is kept twice.
The text of a fresh chapter comes from git's history, or, in a copy without git, from the packed
chapters that `pack` has put into it, or from another copy of the course.
"""

import datetime
import functools
import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

from checker.exercise import Exercise, chapter_name
from checker.files import atomic, notebooks
from checker.files.notebooks import NotebookError

_MANIFEST = Path("checker") / "shipped.json"
_PACKED = Path("checker") / "shipped.zip"
_FEW = 500  # commits to look back; a chapter is older than that only in a very odd copy


def digest(source):
    """The hash of a cell's text: 16 hex digits; ends of lines do not count."""
    text = source.replace("\r\n", "\n").rstrip()
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def make(folder=None):
    """Read all chapters in `folder` (the course's own if None).

    Returns a dict: chapter name → {cell id: hash}, cells in reading order.

    Raises:
        NotebookError: if a notebook cannot be read, or its cell ids are missing or not unique.
    """
    folder = notebooks.notebooks_dir() if folder is None else Path(folder)
    return {path.stem: _hashes(notebooks.read(path)) for path in chapters_in(folder)}


def chapters_in(folder):
    """The paths of the chapters in a folder, sorted; what a learner added is not among them."""
    paths = sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
    return [path for path in paths if "." not in path.stem]


def write(folder=None):
    """Write `shipped.json` of the course in `folder`. Returns its path."""
    folder = notebooks.root() if folder is None else Path(folder)
    text = json.dumps(make(folder / "notebooks"), indent=1)
    atomic.write(folder / _MANIFEST, f"{text}\n".encode())
    return folder / _MANIFEST


def load(folder=None):
    """The content of `shipped.json` as `make` returns it; {} where there is none.

    Raises:
        NotebookError: if the file is damaged.
    """
    path = (notebooks.root() if folder is None else Path(folder)) / _MANIFEST
    try:
        status = path.stat()
    except FileNotFoundError:
        return {}
    return _content(path, status.st_ino, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=4)
def _content(path, *_stamp):
    """The content of a manifest. It is read again once its stamp is another one: a check of an
    answer asks for it, and grading does so several times for each submission.
    """
    try:
        content = json.loads(path.read_bytes())
        if isinstance(content, dict) and all(isinstance(c, dict) for c in content.values()):
            return content
    except ValueError:
        pass
    remedy = "Take the file from another copy of the course."
    raise NotebookError(f"{path} is damaged. {remedy}")


def is_unchanged(exercise: Exercise, source: str) -> bool:
    """Whether the cell of an `Exercise` that comes with a program still holds that program.

    Raises:
        NotebookError: if `shipped.json` is damaged.
    """
    if exercise.shipped is None:  # a stub, or nothing at all
        return False
    return digest(source) in load().get(exercise.chapter, {}).values()


def is_edited(notebook, shipped=None):
    """Whether the learner changed, moved, added or deleted a cell; outputs and empty cells do not
    count. `shipped` is what `load` returns. A notebook that it does not know counts as edited.
    """
    shipped = load() if shipped is None else shipped
    return _texts(notebook) != _known(shipped, notebook.name)


def _texts(notebook):
    # Hashes alone: some programs give all cells new ids when they save.
    return [digest(cell.source) for cell in notebook.cells if cell.source.strip()]


def _known(shipped, name):
    if name not in shipped:
        return None
    return [value for value in shipped[name].values() if value != digest("")]


def _hashes(notebook):
    hashes = {}
    for cell in notebook.cells:
        if not cell.id or cell.id in hashes:
            trouble = f"the id {cell.id!r} twice" if cell.id else f"no id at cell {cell.number}"
            raise NotebookError(f"{notebook.path} has {trouble}. Give each cell an id of its own.")
        hashes[cell.id] = digest(cell.source)
    return hashes


def reset(chapter, today=None, folder=None, source=None):
    """Renew a chapter; the learner's is kept as `03_tasks.mine-DATE.ipynb`.

    Args:
        chapter: "03_tasks", "tasks" or "03".
        today: a `datetime.date`, for tests.
        folder: the course's folder, this one if None.
        source: the folder of another copy of the course, to take the chapter from.

    Returns a sentence that says what was done.

    Raises:
        LookupError: if there is no such chapter.
        NotebookError: if no fresh chapter can be had; then nothing was changed.
    """
    name = chapter_name(chapter)
    folder = notebooks.root() if folder is None else Path(folder)
    fresh = pristine(name, folder if source is None else Path(source), given=source is not None)
    path = folder / "notebooks" / f"{name}.ipynb"
    mine = path.read_bytes() if path.exists() else None
    if mine == fresh:
        return f"{path.name} is as it was shipped; nothing to do."
    kept = None if mine is None else keep(path, mine, today)
    atomic.write(path, fresh)
    if kept is None:
        return f"{path.name} was missing and is back."
    return (
        f"{path.name} is as shipped again; yours is kept as {kept.name}. "
        "If it is open in JupyterLab: File > Reload Notebook from Disk."
    )


def keep(path, content, today=None):
    """Write `content` beside the notebook `path` under a name that is free. Returns its path."""
    date = (today or datetime.date.today()).isoformat()
    return put_beside(path, content, f"mine-{date}")


def put_beside(path, content, word):
    """Write `03_tasks.WORD.ipynb`, or `.WORD-2` … where that is taken. Returns its path."""
    number = 1
    while True:
        ending = word if number == 1 else f"{word}-{number}"
        free = path.with_name(f"{path.stem}.{ending}.ipynb")
        try:
            with free.open("xb") as file:
                file.write(content)
            return free
        except FileExistsError:
            number += 1


def pristine(name, folder, given=False):
    """The bytes of a chapter as the copy of the course in `folder` shipped it.

    Args:
        name: the chapter's full name.
        given: whether somebody named the folder, for the message.

    Raises:
        NotebookError: if it is not to be had; the message says what to do.
    """
    shipped = load(folder)
    file = f"{name}.ipynb"
    # The file itself comes last: its texts may be ours, but its outputs are the learner's.
    for place in (_packed, _in_history, _in_place):
        for content in place(folder, file):
            if _is_shipped(content, file, shipped):
                return content
    if given:
        raise NotebookError(f"{folder} holds no unchanged {file}. Download the course afresh.")
    raise NotebookError(
        f"No unchanged {file} is to be found in this copy, which has no git history of it. "
        "Download the course again, unpack it, and name its folder: "
        f"python -m checker reset {name} --from FOLDER"
    )


def _is_shipped(content, file, shipped):
    try:
        return not is_edited(notebooks.parse(content, file), shipped)
    except NotebookError:
        return False


def _in_history(folder, file):
    """Versions of the notebook in git, the newest first; learners commit their own work, too."""
    inside = f"notebooks/{file}"
    log = git(folder, "log", f"-{_FEW}", "--format=%H", "--", inside)
    for commit in (log or b"").decode().split():
        content = git(folder, "show", f"{commit}:./{inside}")
        if content is not None:
            yield content


def _in_place(folder, file):
    path = folder / "notebooks" / file
    return [path.read_bytes()] if path.is_file() else []


def _packed(folder, file):
    try:
        with zipfile.ZipFile(folder / _PACKED) as packed:
            yield packed.read(file)
    except (OSError, KeyError, zipfile.BadZipFile):
        return


def git(folder, *args, timeout=120):
    """What git answers, as bytes; None if there is no git or it says no. `timeout` in seconds."""
    command = ["git", "-C", str(folder), *args]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=timeout)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def pack(folder):
    """Put the chapters of the copy in `folder` into its `checker/shipped.zip`, for `reset`.

    For copies that go out without git. Returns the names of the chapters packed.

    Raises:
        NotebookError: if a chapter is not as `shipped.json` says.
    """
    folder = Path(folder)
    shipped = load(folder)
    paths = chapters_in(folder / "notebooks")
    for path in paths:
        if is_edited(notebooks.read(path), shipped):
            remedy = "Run `python -m checker prove --update`."
            raise NotebookError(f"{path} is not as shipped.json says. {remedy}")
    with zipfile.ZipFile(folder / _PACKED, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in paths:
            # A date of its own would make each build differ.
            entry = zipfile.ZipInfo(path.name, (2020, 1, 1, 0, 0, 0))
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return [path.stem for path in paths]
