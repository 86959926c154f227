"""Bringing a newer course into this folder without touching what the learner wrote."""

import io
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from checker.files import atomic, notebooks, shipped
from checker.files.notebooks import NotebookError

_MADE = ("__pycache__", "build", "dist")


def update(source=None, folder=None):
    """Bring the course in `folder` (this one if None) up to date.

    Args:
        source: a folder that holds a newer copy of the course. If None, this copy is a git
            checkout, and the newer one comes from where it was cloned.

    A chapter that nobody edited is replaced. An edited one is left alone, and where the newer
    course has changed it, the new one is put beside it as `03_tasks.new.ipynb`.
    Returns a list of lines that say what was done.

    Raises:
        NotebookError: if there is nothing to update from; then nothing was changed.
    """
    folder = notebooks.root() if folder is None else Path(folder).resolve()
    if source is None:
        return _from_git(folder)
    source = Path(source).resolve()
    if source == folder:
        raise NotebookError(f"{source} is this copy itself. Name the folder of the newer one.")
    if not (source / "checker" / "shipped.json").is_file():
        raise NotebookError(
            f"{source} holds no copy of the course: it has no checker/shipped.json. "
            "Name the folder that holds notebooks/ and checker/."
        )
    _refuse_changes(folder)
    return _bring(source, folder)


def _bring(source, folder):
    known, coming = shipped.load(folder), shipped.load(source)
    lines = []
    for new in shipped.chapters_in(source / "notebooks"):
        lines.append(_chapter(new, folder / "notebooks" / new.name, known, coming))
    old_needs = _content(folder / "requirements.txt")
    changed = sum(_copy(source / name, folder / name) for name in _course_files(source))
    lines.append(f"checker and other files: {changed} brought up to date")
    if _content(folder / "requirements.txt") != old_needs:
        lines.append("The requirements have changed: run `make lab`, or install them again.")
    return lines


def _chapter(new, old, known, coming):
    """Bring one chapter. Returns the line that says what was done."""
    try:
        # The newer copy may have been worked in; then its history has the chapter.
        fresh = shipped.pristine(new.stem, new.parents[1], given=True)
    except NotebookError as error:
        return f"{new.name}: left alone. {error}"
    if not old.exists():
        atomic.write(old, fresh)
        return f"{new.name}: new"
    if old.read_bytes() == fresh:
        return f"{new.name}: as it was"
    if not _edited(old, known):
        atomic.write(old, fresh)
        return f"{new.name}: replaced by the newer one"
    if not _edited(old, coming):
        return f"{new.name}: as it was"
    if list(known.get(new.stem, {}).values()) == list(coming[new.stem].values()):
        return f"{new.name}: yours is left alone; the course has not changed it"
    beside = _beside(old, fresh)
    return f"{new.name}: yours is left alone; the newer one is {beside.name}"


def _beside(old, fresh):
    """Put the fresh chapter beside the learner's; the same one is not put there twice."""
    for path in sorted(old.parent.glob(f"{old.stem}.new*.ipynb")):
        if path.read_bytes() == fresh:
            return path
    return shipped.put_beside(old, fresh, "new")


def _edited(path, manifest):
    try:
        return shipped.is_edited(notebooks.read(path), manifest)
    except NotebookError:
        return True  # whatever a damaged file is, it is not ours to throw away


def _course_files(source):
    """Paths in a copy of the course, relative to it, apart from chapters and what running made."""
    chapters = set(shipped.chapters_in(source / "notebooks"))
    for place, folders, files in os.walk(source):
        place = Path(place)
        folders[:] = sorted(name for name in folders if not _made(place / name))
        for path in (place / name for name in sorted(files)):
            own = ".mine-" in path.name or ".new" in path.name or path.suffix == ".pyc"
            if not own and path not in chapters:
                yield path.relative_to(source)


def _made(folder):
    """Whether a folder is none of the course's: made by running, git's, or an environment."""
    hidden = folder.name.startswith(".") and folder.name not in (".ci", ".github")
    environment = (folder / "pyvenv.cfg").exists()
    return hidden or environment or folder.name in _MADE or folder.suffix == ".egg-info"


def _copy(new, old):
    """Copy one file; whether that changed anything. Files in notebooks/ are the learner's."""
    if old.exists() and (old.parent.name == "notebooks" or old.read_bytes() == new.read_bytes()):
        return False
    atomic.write(old, new.read_bytes())
    shutil.copymode(new, old)
    return True


def _content(path):
    return path.read_bytes() if path.exists() else None


def _refuse_changes(folder):
    """Stop where files of the course itself were changed and git does not hold them yet."""
    if not (folder / ".git").exists():
        return
    asked = ("status", "--porcelain", "--untracked-files=no", "--", ".", ":!notebooks")
    changes = (shipped.git(folder, *asked) or b"").decode(errors="replace").splitlines()
    if changes:
        files = ", ".join(line[3:] for line in changes[:3]) + (" …" if len(changes) > 3 else "")
        raise NotebookError(f"You have changed {files}. Commit that, or undo it, then try again.")


def _from_git(folder):
    if not (folder / ".git").exists():
        raise NotebookError(
            "This copy is no git checkout. Download the newer course, unpack it, and name its "
            "folder: python -m checker update FOLDER"
        )
    _refuse_changes(folder)
    if shipped.git(folder, "rev-parse", "-q", "--verify", "@{upstream}") is None:
        raise NotebookError(
            "This branch comes from nowhere, as git knows it. Name a folder with the newer course: "
            "python -m checker update FOLDER"
        )
    if shipped.git(folder, "fetch", "-q") is None:
        raise NotebookError("git fetch failed. Are you online? Try it by hand: git fetch")
    behind = shipped.git(folder, "rev-list", "--count", "HEAD..@{upstream}")
    ahead = shipped.git(folder, "rev-list", "--count", "@{upstream}..HEAD")
    if int(behind) == 0:
        return ["The course is up to date."]
    if int(ahead):
        raise NotebookError("You have commits of your own here. Bring them together: git merge")
    return _forward(folder)


def _forward(folder):
    """Go to the upstream commit, keeping edited chapters."""
    gone = shipped.git(
        folder, "diff", "--name-only", "-z", "--diff-filter=D", "HEAD", "@{upstream}"
    )
    packed = shipped.git(folder, "archive", "--format=tar", "@{upstream}")
    with tempfile.TemporaryDirectory(prefix="course-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            # 3.11.4 brought filters. What git packs needs none; later Pythons want to be told one.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(scratch)
        lines = _bring(Path(scratch), folder)
    for name in gone.decode().split("\0"):
        if name and not name.startswith("notebooks/"):
            (folder / name).unlink(missing_ok=True)
    # Moves the branch and leaves the files as they are: ours are the upstream's by now.
    shipped.git(folder, "reset", "-q", "@{upstream}")
    return lines
