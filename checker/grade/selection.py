"""Which chapter a notebook answers, and which of its cells run."""

import ast
import functools
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from checker import exercise
from checker.files import bindings, notebooks, shipped
from checker.files.notebooks import NotebookError
from checker.grade import predictions
from checker.grade.predictions import tree_of
from checker.grade.submissions import Unreadable, printable
from checker.lab.notebook import only_defines

_DEFINES = re.compile(r"^(?:async )?def (\w+)", re.MULTILINE)
MOST_CODE = 300_000  # characters; reading programs takes its time, and chapters have a tenth of it


class Cell(NamedTuple):
    """A cell for the child.

    Attributes:
        number: where it stands in the notebook, from 1; 0 for a setup cell that it lacks.
        source: its text, or what is left of it.
        is_bound: it came with the course; its names are bound, and nothing else of it runs.
    """

    number: int
    source: str
    is_bound: bool = False


@dataclass
class Prepared:
    """What is run and judged of one submission.

    Attributes:
        exercises: the course's, all of the chapter.
        cells: a `Cell` for each that runs, in order.
        sources: id of an exercise → (number, text) of the cell that answers it.
        places: id → the number of the cell after which it is judged: where the notebook asks for a
            check, its own cell or one below; the last one if it never asks.
        all_cells: all cells of the submission, as `notebooks.Cell`s.
        predictions: id of a prediction → what `predictions.predicted` reads off its cell.
        notices: lines for the instructor.
    """

    chapter: str
    exercises: list
    cells: list = field(default_factory=list)
    sources: dict = field(default_factory=dict)
    places: dict = field(default_factory=dict)
    all_cells: list = field(default_factory=list)
    predictions: dict = field(default_factory=dict)
    notices: list = field(default_factory=list)

    def place(self, one):
        """The number of the cell after which an exercise is judged; 0 if nothing answers it."""
        return self.places.get(one.id, 0)


def prepare(content, name):
    """The `Prepared` of a notebook's bytes; `name` is what messages call it.

    Raises:
        Unreadable: if there is nothing in it that can be graded.
    """
    notebook = _read(content, name)
    code = [cell for cell in notebook.cells if cell.type == "code" and cell.source.strip()]
    if not code:
        raise Unreadable(f"{name} is empty: it has no code.")
    if sum(len(cell.source) for cell in code) > MOST_CODE:
        raise Unreadable(f"{name} has more than {MOST_CODE:,} characters of code.")
    chapter = _chapter(notebook, code)
    if chapter is None:
        raise Unreadable(f"{name} is of none of the chapters: no exercise of the course is in it.")
    exercises = exercise.exercises(chapter)
    prepared = Prepared(chapter, exercises, all_cells=notebook.cells)
    answers = _answers(code, exercises, prepared)
    _choose(notebook, code, chapter, answers, prepared)
    return prepared


def _read(content, name):
    try:
        return notebooks.parse(content, name)
    except NotebookError as error:
        raise Unreadable(printable(str(error))) from None
    except RecursionError:
        raise Unreadable(f"{name} is damaged: it is nested too deeply.") from None


def _chapter(notebook, code):
    """The chapter that most of its exercises belong to, or most of its cells; or None."""
    known = {one.id: one.chapter for one in exercise.exercises()}
    tags = Counter(known[i] for i in notebook.exercise_ids() if i in known)
    if not tags:
        defined = {name for cell in code for name in _defined(cell.source)}
        tags = Counter(known[name] for name in defined if name in known)
    if not tags:
        own = {shipped.digest(cell.source) for cell in notebook.cells}
        tags = Counter({name: len(own & hashes) for name, hashes in _shipped().items()})
    [(chapter, count)] = tags.most_common(1) or [(None, 0)]
    return chapter if count else None


@functools.cache
def _shipped():
    return {name: set(cells.values()) for name, cells in shipped.load().items()}


@functools.lru_cache(maxsize=1024)
def _defined(source):
    """The names of functions and classes that a cell defines, in order."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node.name for node in tree_of(source).body if isinstance(node, kinds)]


def _answers(code, exercises, prepared):
    """id → the cell that answers it: the last one with its tag that defines it, or any such."""
    answers = {}
    for wanted in exercises:
        named = [cell for cell in code if wanted.id in cell.source]
        tagged = [cell for cell in code if f"exercise:{wanted.id}" in cell.tags]
        if named == tagged and len(tagged) == 1:  # as nearly always: no need to read the program
            answers[wanted.id] = tagged[0]
            continue
        defining = [cell for cell in named if wanted.id in _defined(cell.source)]
        both = [cell for cell in tagged if cell in defining]
        cell = next((c[-1] for c in (both, defining, tagged) if c), None)
        if cell is None:
            continue
        answers[wanted.id] = cell
        if len(both) > 1:
            text = f"{wanted.id}: {len(both)} cells define it; cell {cell.number} counts"
            prepared.notices.append(text)
    return answers


def _choose(notebook, code, chapter, answers, prepared):
    """Setup, answers, and what the learner added or changed; in the order of the notebook.

    Of the course's own cells among them, what the others can reach is bound.
    """
    own_setup = [cell for cell in code if "setup" in cell.tags]
    cells = [] if own_setup else [Cell(0, cell.source) for cell in _course(chapter)[0]]
    known = _shipped().get(chapter, set())
    by_digest = _by_digest(chapter)
    for cell in code:
        wanted = [name for name, answer in answers.items() if answer is cell]
        tagged = "setup" in cell.tags or any(tag.startswith("exercise:") for tag in cell.tags)
        if not wanted and not tagged and (digest := shipped.digest(cell.source)) in known:
            # The course's own text: what it binds is known already, for the whole class.
            cells.append(Cell(cell.number, by_digest.get(digest, cell.source), is_bound=True))
            continue
        source = cell.source
        for name in wanted:
            if exercise.find(name).kind == "predict":
                source = _prediction(name, cell, code, chapter, prepared)
        text = source.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
        cells.append(Cell(cell.number, text))
        prepared.sources.update(dict.fromkeys(wanted, (cell.number, text)))
        prepared.places.update((name, _place(name, cell, code)) for name in wanted)
    prepared.cells = _with_what_is_needed(cells)


def groups(prepared, names):
    """The answers `names`, in the order of their places, as lists of names.

    All answers of a list may be made before the first of them is judged: the cells for the others
    do nothing but define names of which nothing above them speaks. It spares messages to the child.
    """
    made, above, next_cell = [], set(), 0
    for name in names:
        cells = [c for c in prepared.cells[next_cell:] if c.number <= prepared.places[name]]
        next_cell += len(cells)
        defined = _defined_alone(cells)
        if made and defined is not None and above.isdisjoint(defined):
            made[-1].append(name)
        else:
            made.append([name])
        above.update(*(bindings.words(cell.source) for cell in cells))
    return made


def _defined_alone(cells):
    """The names that cells define, None if they may do anything else."""
    names = set()
    for cell in cells:
        if cell.is_bound:
            names |= bindings.made(cell.source)
        elif only_defines(cell.source):
            names.update(_DEFINES.findall(cell.source))
        else:
            return None
    return names


def _place(name, answer, code):
    """The number of the cell that asks for a check of the answer; that of the last one, if none."""
    asks = re.compile(rf"\b(check|predict)\(\s*{name}\b")
    below = (cell for cell in code if cell.number >= answer.number)
    return next((cell.number for cell in below if asks.search(cell.source)), code[-1].number)


def _with_what_is_needed(cells):
    """The cells; of those that are bound only what the others can reach, and none for nothing."""
    wanted = frozenset().union(*(bindings.words(c.source) for c in cells if not c.is_bound))
    texts = iter(bindings.needed(tuple(c.source for c in cells if c.is_bound), wanted))
    kept = [cell._replace(source=next(texts)) if cell.is_bound else cell for cell in cells]
    return [cell for cell in kept if cell.source or not cell.is_bound]


def _prediction(name, cell, code, chapter, prepared):
    """The cell to run: with the program that the course ships, and what the learner says of it."""
    sources = [cell.source, *(one.source for one in reversed(code))]
    above = [one.source for one in code if one.number < cell.number]
    prepared.predictions[name] = predictions.predicted(sources, name, above)
    ours = _course(chapter)[1].get(name)
    if ours is None or predictions.is_as_shipped(cell.source, ours.source, name):
        return cell.source
    if not predictions.same_program(cell.source, ours.source, name):
        prepared.notices.append(f"{name}: its program was changed; the one of the course was run")
    return ours.source


@functools.cache
def course_cells(chapter):
    """The cells of the course's own notebook that are as shipped, as `notebooks.Cell`s.

    A copy that its owner works in is no source of programs.
    """
    try:
        own = notebooks.read(notebooks.notebooks_dir() / f"{chapter}.ipynb")
    except NotebookError:
        return []
    known = _shipped().get(chapter, set())
    return [cell for cell in own.cells if shipped.digest(cell.source) in known]


@functools.cache
def _by_digest(chapter):
    """digest → the text of that cell of the course's."""
    code = (cell for cell in course_cells(chapter) if cell.type == "code")
    return {shipped.digest(cell.source): cell.source for cell in code}


@functools.cache
def _course(chapter):
    """(the setup cells of the course's own notebook, id → the cell with its exercise)."""
    cells = course_cells(chapter)
    setup = [cell for cell in cells if cell.type == "code" and "setup" in cell.tags]
    return setup, {
        tag.removeprefix("exercise:"): cell
        for cell in cells
        for tag in cell.tags
        if tag.startswith("exercise:") and cell.type == "code"
    }


@functools.cache
def modules_of(chapter):
    """The modules that a child needs: what the setup cells import, and of the lab what rules do."""
    setup = {name for cell in _course(chapter)[0] for name in _imported(cell.source)}
    texts = [path.read_text(encoding="utf-8") for path in exercise.rule_files(chapter)]
    rules = {name for text in texts for name in _imported(text)}
    modules = {name for name in setup if name.split(".")[0] != "checker"}
    return frozenset(modules | {name for name in rules if name.startswith("checker.lab.")})


def _imported(source):
    """The modules that a program imports. Of `from a import b` it is a, and a.b if we have that."""
    for node in tree_of(source).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in names if name in sys.modules)


def usual_modules():
    """What a warm process imports at its start: all but what only a few chapters need.

    Each module costs each child: its pages are listed again at every fork.
    """
    usual = sys.stdlib_module_names | {"checker"}
    sets = [modules_of(chapter) for chapter in exercise.CHAPTERS]
    plain = [names for names in sets if all(n.split(".")[0] in usual for n in names)]
    return frozenset().union(*plain)
