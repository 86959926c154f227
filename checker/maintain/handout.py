"""`python -m checker.maintain.handout`: build a learner's copy in dist/handout, and test it.

The copy is the last commit without the answers: without `solutions/`, without the tests that tell
or need them, and without what only maintainers use. Three notebooks show whether something is
missing in it; that all of them run is for the tests of the course itself.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import nbformat

from checker.files import shipped
from checker.maintain import committed, execute

FOLDER = committed.ROOT / "dist" / "handout"
LEFT_OUT = ("solutions/", ".ci/", ".github/")
# A test file with this mark tells answers or needs them.
ANSWERS_INSIDE = "pytest.mark." + "solutions"
WITHOUT = "This copy came without solutions."


def wanted():
    """What goes into the copy, as paths relative to the project's folder."""
    return [name for name in committed.names() if not name.startswith(LEFT_OUT)]


def build(folder):
    """Write the copy below `folder`, which is emptied first. Returns the number of its files."""
    shutil.rmtree(folder, ignore_errors=True)
    committed.export(wanted(), folder)
    for test in (folder / "tests").rglob("test_*.py"):
        if ANSWERS_INSIDE in test.read_text(encoding="utf-8"):
            test.unlink()
    shipped.pack(folder)  # there is no git in the copy, and `reset` needs fresh chapters
    return sum(path.is_file() for path in folder.rglob("*"))


def exercises(notebook):
    """The ids in the notebook's `exercise:ID` tags, in reading order."""
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    return [tag.removeprefix("exercise:") for tag in tags if tag.startswith("exercise:")]


def solution_cell(exercise):
    """A cell that looks from within the kernel at what stands in for a solution."""
    source = f"import checker\nprint(checker.__file__)\nchecker.solution({exercise!r}, anyway=True)"
    return nbformat.v4.new_code_cell(source, id="asks-for-a-solution")


def said(cell):
    """All text in the cell's outputs."""
    texts = [out.get("text", "") for out in cell.outputs]
    texts += [out.get("data", {}).get("text/plain", "") for out in cell.outputs]
    return "\n".join(texts)


def tried(chapters):
    """The first, the middle and the last of the chapters, or all where there are fewer."""
    last = len(chapters) - 1
    return [chapters[place] for place in sorted({0, (last + 1) // 2, last})] if chapters else []


def trouble(path, folder, home):
    """Run one notebook of the copy, and one cell more. Returns a list of sentences."""
    notebook = nbformat.read(path, as_version=4)
    ids = exercises(notebook)
    asking = [solution_cell(ids[0])] if ids else []
    notebook.cells += asking
    # The copy's own checker comes before the installed one.
    found = execute.run(notebook, path.parent, home, PYTHONPATH=str(folder))
    for cell in asking:
        if WITHOUT not in said(cell):
            found.append(f"solution({ids[0]!r}) does not say {WITHOUT!r} but {said(cell)!r}")
        if str(folder) not in said(cell):
            found.append("the notebook imported another checker than the copy's own")
    return found


def main():
    """Build and test. Returns the exit code: 1 where a notebook went wrong, or there is none."""
    folder = FOLDER.resolve()
    count = build(folder)
    print(f"{folder.relative_to(committed.ROOT)}: {count} files", flush=True)
    failed = 0
    chapters = tried(sorted((folder / "notebooks").glob("*.ipynb")))
    with tempfile.TemporaryDirectory(prefix="handout-") as scratch:
        # Chapters write files beside themselves, and the handout shall stay as it was built.
        copy = Path(scratch).resolve() / "handout"
        shutil.copytree(folder, copy)
        for chapter in chapters:
            path = copy / chapter.relative_to(folder)
            found = trouble(path, copy, Path(scratch) / "home")
            failed += bool(found)
            print(f"{chapter.name}: {'; '.join(found) or 'ok'}", flush=True)
    print(f"handout: {len(chapters) - failed} passed, {failed} failed")
    return 0 if chapters and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
