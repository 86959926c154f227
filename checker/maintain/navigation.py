"""Links from chapter to chapter, made from the chapters that exist.

`python -m checker.maintain.navigation` writes them; so does `prove --update`, and `prove` says
where they are out of date. Nobody edits these text cells by hand:

    you-need     below the title: the chapters that one should have read
    navigation   at the end: the previous chapter, the contents, the next one
    chapters     in 00_welcome: the contents

Which chapters one needs is said by `NEEDS` in the chapter's package, with the full names of
chapters; those that are only planned are not shown.
"""

import importlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from checker.exercise import CHAPTERS
from checker.files import atomic, headings, notebooks, shipped
from checker.files.notebooks import Notebook

CONTENTS = "00_welcome"
PARTS = {
    "One thing at a time": (
        "00_welcome",
        "01_why_asyncio",
        "02_coroutines",
        "03_tasks",
        "04_cancellation",
        "05_timeouts",
        "06_futures_and_callbacks",
        "07_the_event_loop",
        "08_keeping_the_loop_free",
    ),
    "Many things at once": (
        "09_gather_wait_as_completed",
        "10_task_groups",
        "11_async_iteration",
        "12_async_context_managers",
        "13_synchronization",
        "14_queues",
    ),
    "Leaving the loop": (
        "15_threads",
        "16_processes",
        "17_subprocesses",
    ),
    "Talking to the network": (
        "18_sockets",
        "19_streams",
        "20_chat",
        "21_protocols",
        "22_web_clients",
        "23_databases",
        "24_web_apps",
        "25_microservices",
        "26_remote_calls",
    ),
    "Mastery": (
        "27_testing",
        "28_profiling_and_debugging",
        "29_inside_asyncio",
        "30_capstones",
    ),
}
PLANNED = [name for names in PARTS.values() for name in names]
README = ("<!-- what there is: written by checker.maintain.navigation -->", "<!-- end -->")

# "60 minutes, and 75 for the exercises · ★★ medium" in a chapter's first cell
_READING = re.compile(r"^(\d+) minutes(, and \d+ for the exercises)? · ★", re.MULTILINE)
_EXERCISE = re.compile(r"★[^\n]*· *(\d+) minutes")


@dataclass(frozen=True)
class Chapter:
    """What the contents say of a chapter that exists; times in minutes."""

    name: str
    title: str
    reading: int
    exercises: int
    exercise_time: int


def existing() -> list[str]:
    """The names of the chapters that exist, in reading order."""
    folder = notebooks.notebooks_dir()
    return [name for name in CHAPTERS if (folder / f"{name}.ipynb").exists()]


def chapter(notebook: Notebook) -> Chapter:
    """What is said of a chapter; its times are those of its own labels.

    Raises:
        LookupError: if its first cell does not say how many minutes it takes to read.
    """
    title = notebook.cells[0].source
    named = headings.in_text(title)
    reading = _READING.search(title)
    if reading is None:
        raise LookupError(
            f"the first cell of {notebook.name} needs a line such as "
            '"60 minutes, and 75 for the exercises · ★★ medium"'
        )
    labels = [
        int(minutes)
        for cell in notebook.cells[1:]
        if cell.type == "markdown"
        for minutes in _EXERCISE.findall(cell.source)
    ]
    return Chapter(
        name=notebook.name,
        title=headings.shown(named[0]) if named else notebook.name,
        reading=int(reading[1]),
        exercises=len(notebook.exercise_ids()),
        exercise_time=sum(labels),
    )


def needs(name: str) -> tuple[str, ...]:
    """What the chapter's package declares in `NEEDS`.

    Raises:
        LookupError: if it names a chapter that is not even planned.
    """
    declared = getattr(importlib.import_module(f"checker.chapters.{name[3:]}"), "NEEDS", ())
    for one in declared:
        if one not in PLANNED:
            raise LookupError(f"NEEDS of {name} names {one!r}, which is no chapter of the course")
    return tuple(declared)


def _read_all() -> dict[str, Notebook]:
    folder = notebooks.notebooks_dir()
    return {name: notebooks.read(folder / f"{name}.ipynb") for name in existing()}


# ---------------------------------------------------------------- what is written


@dataclass(frozen=True)
class Generated:
    """A text cell that is made here. It stands after the cell `after`, or last if that is None."""

    id: str
    source: str
    after: str | None = None


def generated(name: str, chapters: dict[str, Chapter], first_cell: str) -> list[Generated]:
    """The cells that a chapter should have.

    Args:
        name: the chapter.
        chapters: all that exist, by name, in reading order.
        first_cell: the id of its title cell.
    """
    cells = []
    needed = [_link(chapters[one]) for one in needs(name) if one in chapters]
    if needed:
        cells.append(Generated("you-need", f"You need: {' · '.join(needed)}", first_cell))
    if name == CONTENTS:
        cells.append(Generated("chapters", contents(chapters), "path"))
    cells.append(Generated("navigation", _navigation(name, chapters)))
    return cells


def _link(one: Chapter) -> str:
    return f"[{one.title}]({headings.link(one.name)})"


def _navigation(name: str, chapters: dict[str, Chapter]) -> str:
    names = list(chapters)
    place = names.index(name)
    parts = []
    if place > 0:
        parts.append(f"← Previous: {_link(chapters[names[place - 1]])}")
    if name != CONTENTS:
        parts.append(f"[Contents]({headings.link(CONTENTS, 'The path')})")
    if place + 1 < len(names):
        parts.append(f"Next: {_link(chapters[names[place + 1]])} →")
    return "---\n" + " · ".join(parts)


def contents(chapters: dict[str, Chapter]) -> str:
    """The list of all chapters, with links and times; those that do not exist yet are said
    to be planned.
    """
    lines = [totals(list(chapters.values()))]
    for number, (part, names) in enumerate(PARTS.items(), 1):
        lines += ["", f"**{number}. {part}**", ""]
        here = [chapters[name] for name in names if name in chapters]
        if here:
            lines += ["| chapter | to read | exercises |", "| :-- | :-- | :-- |"]
            lines += [_row(one) for one in here]
        planned = [_planned(name) for name in names if name not in chapters]
        if planned:
            lines += ["", f"Planned: {', '.join(planned)}."]
    return "\n".join(lines)


def _planned(name: str) -> str:
    return f"{name[:2]} {name[3:].replace('_', ' ')}"


def _row(one: Chapter) -> str:
    exercises = f"{one.exercises}, {one.exercise_time} minutes" if one.exercises else ""
    return f"| {_link(one)} | {one.reading} minutes | {exercises} |"


def totals(chapters: list[Chapter]) -> str:
    """How many chapters there are, and how long they take."""
    reading = sum(one.reading for one in chapters)
    exercises = sum(one.exercise_time for one in chapters)
    ready, planned = len(chapters), len(PLANNED)
    if ready == planned:
        return (
            f"The course has {planned} chapters in {len(PARTS)} parts: {_hours(reading)} hours to "
            f"read, and {_hours(exercises)} hours for the exercises."
        )
    whole = 5 * round((reading + exercises) / ready * planned / 60 / 5)
    return (
        f"The course will have {planned} chapters in {len(PARTS)} parts, some {whole} hours in "
        f"all. {ready} of them are here: {_hours(reading)} hours to read, and {_hours(exercises)} "
        "hours for the exercises. The others are planned."
    )


def _hours(minutes: int) -> int:
    return round(minutes / 60)


def _readme(text: str, chapters: list[Chapter]) -> str:
    """The README with its figures as they are now."""
    begin, end = README
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        return text
    return f"{before}{begin}\n{_wrapped(totals(chapters))}\n{end}{after}"


def _wrapped(text: str, width: int = 98) -> str:
    import textwrap

    return textwrap.fill(text, width)


# ---------------------------------------------------------------- in the files


def _placed(cells: list[dict], wanted: list[Generated]) -> list[dict]:
    """The cells of a notebook file, with the generated ones in their places."""
    ids = {"you-need", "chapters", "navigation"}
    kept = [cell for cell in cells if cell.get("id") not in ids]
    for one in wanted:
        made = {
            "cell_type": "markdown",
            "id": one.id,
            "metadata": {},
            "source": one.source.splitlines(keepends=True),
        }
        places = [n for n, cell in enumerate(kept, 1) if cell.get("id") == one.after]
        kept.insert(places[0] if places else len(kept), made)
    return kept


def _text_of(path: Path, wanted: list[Generated]) -> tuple[str, str]:
    """The text of a notebook file as it is, and as it should be."""
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    content["cells"] = _placed(content["cells"], wanted)
    # As nbformat writes it, so that nothing else of the file changes.
    return text, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _files() -> list[tuple[Path, str, str]]:
    """(path, text as it is, text as it should be) of each file that holds something generated."""
    books = _read_all()
    chapters = {name: chapter(book) for name, book in books.items()}
    found = []
    for name, book in books.items():
        wanted = generated(name, chapters, book.cells[0].id)
        found.append((book.path, *_text_of(book.path, wanted)))
    readme = notebooks.root() / "README.md"
    if readme.exists():
        text = readme.read_text(encoding="utf-8")
        found.append((readme, text, _readme(text, list(chapters.values()))))
    return found


def write() -> list[str]:
    """Write all that is generated. Returns the names of the files that changed."""
    changed = []
    for path, text, wanted in _files():
        if text != wanted:
            atomic.write(path, wanted.encode())
            changed.append(path.name)
    return changed


def outdated() -> list[str]:
    """The names of the files in which something generated is not as it should be."""
    return [path.name for path, text, wanted in _files() if _cells(text) != _cells(wanted)]


def _cells(text: str) -> object:
    """What is compared of a file: of a notebook its cells' ids and texts."""
    if not text.startswith("{"):
        return text
    return [(cell.get("id"), "".join(cell["source"])) for cell in json.loads(text)["cells"]]


def main() -> int:
    """Write all that is generated, and say where. Returns the exit code."""
    changed = write()
    shipped.write()
    print("\n".join(changed) or "All links between chapters are current.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
