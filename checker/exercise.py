"""What an exercise is: an id, a kind, hints and rules. Its text stands in the notebook, its answers
in `solutions/`; all are joined by the id, which is the name of what the learner writes.

A chapter is a package of `checker.chapters`. Its `__init__.py` lists the ids in reading order, as
data: `EXERCISES = ("morning", "both")`. Each of them is declared, with its rules, in a file of its
own that is called by the id as it is: `both.py`, `TrackingLoop.py`. What several of them use stands
in `shared.py`, and in `expect.py` what only this chapter's rules expect of a run.
"""

import difflib
import importlib
import importlib.util
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # the judge is above this module
    from checker.judge import Answer, Inputs

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
    "09_gather_wait_as_completed",
    "10_task_groups",
    "11_async_iteration",
    "12_async_context_managers",
    "13_synchronization",
    "14_queues",
    "15_threads",
    "16_processes",
    "19_streams",
    "22_web_clients",
    "23_databases",
)
KINDS = ("predict", "write", "repair", "rewrite", "build")
QUESTIONS = ("prints", "takes", "returns", "raises")

_HELPERS = ("__init__", "shared", "expect")  # the files of a chapter that declare no exercise

RuleFunction = TypeVar("RuleFunction", bound="Callable[[Answer, Inputs], None]")

_registry: dict[str, "Exercise"] = {}
_places: dict[
    str, Path
] = {}  # chapter → where its rules stand: a folder, or a file of an instructor's own


@dataclass(frozen=True)
class Rule:
    """A sentence that the learner reads, and the function that tells whether it holds.

    `check(answer, inputs)` returns if it holds and raises `checker.judge.Unmet` if it does not.
    """

    text: str
    check: Callable[..., None]


@dataclass
class Exercise:
    """One exercise; making it puts it into the course.

    Args:
        id: the name of the function or class to write; unique in the course.
        kind: one of `KINDS`.
        hints: questions, in an order that gets more concrete.
        shipped: for "repair" and "rewrite", the cause that the shipped program must get.
        asks: for "predict", which of `QUESTIONS` must be answered; the stub asks the same.
        is_async: whether the learner writes an `async def`.
        needs: a service outside the learner's process, such as "PostgreSQL". No sandbox has it, so
            `checker.grade` leaves such an exercise to the notebook.

    Raises:
        ValueError: if the id is taken, the kind unknown, or a prediction asks nothing.
    """

    id: str
    kind: str
    hints: list[str]
    shipped: str | None = None
    asks: tuple[str, ...] = ()
    is_async: bool = True
    needs: str = ""
    rules: list[Rule] = field(default_factory=list)
    chapter: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.id}: the kind is one of {', '.join(KINDS)}, not {self.kind}")
        if bool(self.asks) != (self.kind == "predict") or set(self.asks) - set(QUESTIONS):
            raise ValueError(f"{self.id}: a prediction asks some of {', '.join(QUESTIONS)}")
        if self.id in _registry:
            raise ValueError(f"two exercises are called {self.id}; ids are unique in the course")
        _registry[self.id] = self

    @property
    def max_points(self) -> int:
        """Points go by rules; a prediction is one point."""
        return len(self.rules) or 1

    def rule(self, text: str) -> Callable[[RuleFunction], RuleFunction]:
        """Decorator: the function below is the rule that `text` says."""

        def add(check: RuleFunction) -> RuleFunction:
            self.rules.append(Rule(text, check))
            return check

        return add


def exercises(chapter: str | None = None) -> list[Exercise]:
    """The exercises of a chapter (`"03_tasks"`, `"tasks"` or `"03"`), or all, in reading order.

    Raises:
        LookupError: if there is no such chapter.
    """
    _load()
    if chapter is None:
        return list(_registry.values())
    name = chapter_name(chapter)
    return [e for e in _registry.values() if e.chapter == name]


def chapter_name(text: object) -> str:
    """The full name of a chapter: `03_tasks` for "3", "tasks" or "notebooks/03_tasks.ipynb".

    Args:
        text: any of these, or a path.

    Raises:
        LookupError: if there is no such chapter.
    """
    wanted = str(text).replace("\\", "/").rpartition("/")[2].removesuffix(".ipynb")
    if wanted in _places:
        return wanted
    for name in CHAPTERS:
        if wanted in (name, name[:2], name[3:], str(int(name[:2]))):
            return name
    raise LookupError(f"There is no chapter {wanted!r}. The chapters are: {', '.join(CHAPTERS)}.")


def find(name: str) -> Exercise:
    """The exercise whose id is `name`.

    Raises:
        LookupError: if there is none; the message names the nearest id.
    """
    _load()
    if name in _registry:
        return _registry[name]
    near = difflib.get_close_matches(name, _registry, 1)
    advice = f"Did you mean {near[0]!r}?" if near else "`progress()` lists them all."
    raise LookupError(f"There is no exercise called {name!r}. {advice}")


def is_known(name: str) -> bool:
    """Whether there is an exercise with this id."""
    _load()
    return name in _registry


def rule_files(chapter: str) -> list[Path]:
    """The files in which the rules of a chapter stand, as sorted paths.

    Args:
        chapter: its full name, such as "03_tasks".
    """
    _load()
    place = _places[chapter]
    return sorted(place.glob("*.py")) if place.is_dir() else [place]


def add_rules(folder: str | Path) -> None:
    """Add exercises of an instructor's own.

    Each file `NAME.py` in `folder` is a chapter `NAME`; its exercises are those that names of the
    module stand for. A folder `NAME/` with an `__init__.py` is a chapter, too, and built as the
    course's own are: `EXERCISES` and one file an exercise, in which `from .shared import …` works.

    Raises:
        LookupError: if there is no such folder, nothing in it, or something that cannot be used;
            the message names it.
    """
    folder = Path(folder)
    found = [*folder.glob("*.py"), *(path.parent for path in folder.glob("*/__init__.py"))]
    if not found:
        raise LookupError(
            f"There are no rules in {folder}: no file that ends in .py, and no folder with an "
            "__init__.py."
        )
    _load()  # first: an id that the course has is then said to be taken here, and not there
    for path in sorted(found):
        if _places.get(path.stem) == path.resolve():
            continue
        try:
            _add(path)
        except Exception as error:
            raise LookupError(f"{path} cannot be used: {error!r}") from error


def _add(path: Path) -> None:
    """Add the chapter that stands in a file or a folder."""
    name = path.stem
    if name in _places:
        raise LookupError(f"there is a chapter {name} already, in {_places[name]}")
    file, inside = (path / "__init__.py", [str(path)]) if path.is_dir() else (path, None)
    spec = importlib.util.spec_from_file_location(
        f"rules_{name}", file, submodule_search_locations=inside
    )
    assert spec is not None and spec.loader is not None  # the name ends in .py
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where the files of a package look for it
    try:
        spec.loader.exec_module(module)
        if path.is_dir():
            _take_package(name, module)
        else:
            _take(name, _declared(module))
    except BaseException:
        del sys.modules[spec.name]
        raise
    _places[name] = path.resolve()


def _load() -> None:
    for chapter in CHAPTERS:
        if chapter not in _places:  # asked for at every check, and often by who grades a class
            package = importlib.import_module(f"checker.chapters.{chapter[3:]}")
            _take_package(chapter, package)
            _places[chapter] = Path(package.__path__[0])


def _take_package(chapter: str, package: ModuleType) -> None:
    """Load the exercises that a package lists, each from its file.

    Raises:
        LookupError: if the list and the files are not the same ids, or a file declares another one.
    """
    folder = Path(package.__path__[0])
    trouble = _misfit(folder, getattr(package, "EXERCISES", None))
    if trouble:
        raise LookupError(f"{folder.name}/{trouble}")
    for one in package.EXERCISES:
        declared = _declared(importlib.import_module(f"{package.__name__}.{one}"))
        if [exercise.id for exercise in declared] != [one]:
            file = f"{folder.name}/{one}.py"
            raise LookupError(f"{file} is to declare one exercise, and to call it {one}")
        _take(chapter, declared)


def _misfit(folder: Path, listed: Sequence[str] | None) -> str:
    """What is wrong between a chapter's list and its files, as "FILE …"; "" if nothing is."""
    if listed is None:
        return "__init__.py has no EXERCISES: list the ids in reading order"
    files = {path.stem for path in folder.glob("*.py")}.difference(_HELPERS)
    for one, count in Counter(listed).items():
        if count > 1:
            return f"__init__.py lists {one} twice"
        if one not in files:
            return f"__init__.py lists {one}, and there is no {one}.py: write it, or unlist it"
    for one in sorted(files.difference(listed)):
        return f"{one}.py is not in EXERCISES of its __init__.py: list it, or remove the file"
    return ""


def _declared(module: ModuleType) -> list[Exercise]:
    """The exercises that names of the module stand for, each once, in the order of the names."""
    return list({id(e): e for e in vars(module).values() if isinstance(e, Exercise)}.values())


def _take(chapter: str, declared: list[Exercise]) -> None:
    for exercise in declared:
        exercise.chapter = chapter
