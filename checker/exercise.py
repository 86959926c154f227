"""What an exercise is: an id, a kind, hints and rules. Its text stands in the notebook, its answers
in `solutions/`; all are joined by the id, which is the name of what the learner writes.
"""

import difflib
import importlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CHAPTERS = (
    "00_welcome",
    "01_why_asyncio",
    "02_coroutines",
    "03_tasks",
    "04_cancellation",
    "05_timeouts",
    "06_futures_and_callbacks",
    "07_the_event_loop",
    "08_keeping_the_loop_free",
    "15_threads",
    "16_processes",
    "19_streams",
    "22_web_clients",
    "23_databases",
)
KINDS = ("predict", "write", "repair", "rewrite", "build")

_registry = {}
_own = {}  # chapter of an instructor's own → its file


@dataclass(frozen=True)
class Rule:
    """A sentence that the learner reads, and the function that tells whether it holds.

    `check(answer, inputs)` returns if it holds and raises `checker.judge.Unmet` if it does not.
    """

    text: str
    check: Callable


@dataclass
class Exercise:
    """One exercise; making it puts it into the course.

    Args:
        id: the name of the function or class to write; unique in the course.
        kind: one of `KINDS`.
        hints: questions, in an order that gets more concrete.
        shipped: for "repair" and "rewrite", the cause that the shipped program must get.
        is_async: whether the learner writes an `async def`.
        needs: a service outside the learner's process, such as "PostgreSQL". No sandbox has it, so
            `checker.grade` leaves such an exercise to the notebook.

    Raises:
        ValueError: if the id is taken or the kind unknown.
    """

    id: str
    kind: str
    hints: list[str]
    shipped: str | None = None
    is_async: bool = True
    needs: str = ""
    rules: list[Rule] = field(default_factory=list)
    chapter: str = ""

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"{self.id}: the kind is one of {', '.join(KINDS)}, not {self.kind}")
        if self.id in _registry:
            raise ValueError(f"two exercises are called {self.id}; ids are unique in the course")
        _registry[self.id] = self

    @property
    def max_points(self) -> int:
        """Points go by rules; a prediction is one point."""
        return len(self.rules) or 1

    def rule(self, text: str) -> Callable[[Callable], Callable]:
        """Decorator: the function below is the rule that `text` says."""

        def add(check):
            self.rules.append(Rule(text, check))
            return check

        return add


def exercises(chapter=None):
    """The exercises of a chapter (`"03_tasks"`, `"tasks"` or `"03"`), or all, in reading order.

    Raises:
        LookupError: if there is no such chapter.
    """
    _load()
    if chapter is None:
        return list(_registry.values())
    name = chapter_name(chapter)
    return [e for e in _registry.values() if e.chapter == name]


def chapter_name(text):
    """The full name of a chapter: `03_tasks` for "03", "tasks" or "notebooks/03_tasks.ipynb".

    Raises:
        LookupError: if there is no such chapter.
    """
    wanted = str(text).replace("\\", "/").rpartition("/")[2].removesuffix(".ipynb")
    if wanted in _own:
        return wanted
    for name in CHAPTERS:
        if wanted in (name, name[:2], name[3:]):
            return name
    raise LookupError(f"There is no chapter {wanted!r}. The chapters are: {', '.join(CHAPTERS)}.")


def find(name):
    """The exercise with this id.

    Raises:
        LookupError: if there is none; the message names the nearest id.
    """
    _load()
    if name in _registry:
        return _registry[name]
    near = difflib.get_close_matches(name, _registry, 1)
    advice = f"Did you mean {near[0]!r}?" if near else "`progress()` lists them all."
    raise LookupError(f"There is no exercise called {name!r}. {advice}")


def add_rules(folder):
    """Add exercises of an instructor's own: each `NAME.py` in `folder` is a chapter `NAME`.

    Raises:
        LookupError: if there is no such folder, nothing in it, or a file that cannot be used.
    """
    files = sorted(Path(folder).glob("*.py"))
    if not files:
        raise LookupError(f"There are no rules in {folder}: no file that ends in .py.")
    for path in files:
        if _own.get(path.stem) == path.resolve():
            continue
        spec = importlib.util.spec_from_file_location(f"rules_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        try:
            _take(path.stem, spec.loader.exec_module, module)
        except Exception as error:
            raise LookupError(f"{path} cannot be used: {error!r}") from error
        _own[path.stem] = path.resolve()


def _load():
    for name in CHAPTERS:
        module = f"checker.chapters.{name[3:]}"
        if module not in sys.modules:  # asked for at every check, and often by who grades a class
            _take(name, importlib.import_module, module)


def _take(chapter, load, module):
    """Whatever exercises `load(module)` makes belong to the chapter."""
    before = set(_registry)
    load(module)
    for new in _registry.keys() - before:
        _registry[new].chapter = chapter
