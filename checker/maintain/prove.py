"""`python -m checker prove` shows that the course agrees with itself.

Every exercise has its stub, its text, its rules and its hints; the shipped cells get what their
kind says; every right answer passes; every wrong one fails with its own cause and a message that
names a line; notebooks keep the rules of the house. A broken point names the file, the cell and the
next step.
"""

import ast
import re
import sys
import warnings
from dataclasses import dataclass

from checker.exercise import CHAPTERS, chapter_name, exercises
from checker.files import cells, notebooks, shipped
from checker.files.notebooks import NotebookError
from checker.grade import predictions
from checker.judge import CAUSES, InternalError
from checker.maintain import links, navigation, other_outputs, unseen

# Habits, not limits: what is over these is noted and breaks nothing. They are there to make an
# author choose, never to squeeze words or code.
MANY_CODE_LINES = 15
MANY_WORDS = 80
MANY_CODE_CELLS = 2
FEWEST_HINTS = 3
FEWEST_WRONG = 2
_TAG = re.compile(
    r"setup|demo|predict|unseen|exercise:\w+|answer|also-right|wrong:\w+|raises-exception|nbval-[\w-]+"
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """One broken point: where it is, what is wrong and what to do.

    Attributes:
        breaks: False for a note on form, which an author may leave as it is.
    """

    file: str
    cell: str
    text: str
    breaks: bool = True

    def __str__(self):
        cell = f" [{self.cell}]" if self.cell else ""
        note = "" if self.breaks else "note: "
        return f"{note}{self.file}{cell}: {self.text}"


def main(chapter=None, update=False):
    """Prove a chapter, or the whole course, and print what is broken. Returns the exit status.

    Args:
        chapter: "03_tasks", "tasks" or "03"; all chapters by default.
        update: first run the notebooks, store their outputs and write `shipped.json`.
    """
    names = [chapter_name(chapter)] if chapter else list(CHAPTERS)
    if update:
        from checker.maintain import outputs

        navigation.write()
        shipped.write()  # first: what a notebook prints of a stub depends on it
        outputs.update(names)
    try:
        exercises()
    except LookupError as error:  # without its rules, nothing can be said of the course
        print(Problem("checker/chapters", "", str(error)))
        print("1 broken", file=sys.stderr)
        return 1
    problems, verdicts = [], 0
    for name in names:
        found, judged = prove(name)
        problems += found
        verdicts += judged
    if not chapter:
        problems += course()
    for problem in problems:
        print(problem)
    broken = sum(problem.breaks for problem in problems)
    if broken:
        print(f"{broken} broken", file=sys.stderr)
        return 1
    agree = "1 chapter agrees with itself" if len(names) == 1 else f"{len(names)} chapters agree"
    print(f"{agree}: {verdicts} answers got their verdicts.")
    return 0


def prove(name):
    """The problems of one chapter, and how many answers were judged."""
    try:
        chapter = notebooks.read(notebooks.notebooks_dir() / f"{name}.ipynb")
        folder = notebooks.solutions_dir()
        if folder is None:
            raise NotebookError("There is no folder solutions/. Set CHECKER_SOLUTIONS to it.")
        solutions = notebooks.read(folder / f"{name}.ipynb")
    except NotebookError as error:
        return [Problem(f"{name}.ipynb", "", str(error))], 0
    problems = [*_form(chapter, "notebooks"), *_form(solutions, "solutions")]
    problems += _notes(chapter)
    problems += _links(chapter)
    problems += _loose_ends(chapter, solutions, name)
    problems += _other_outputs(chapter, solutions, folder)
    judged = 0
    for exercise in exercises(name):
        problems += _shipped_cell(chapter, exercise)
        found, count = _answers(solutions, exercise, _above(chapter, exercise))
        problems += found
        judged += count
    return problems, judged


# ---------------------------------------------------------------- form


def _form(notebook, folder):
    """The rules of the house that one notebook breaks."""
    file = f"{folder}/{notebook.path.name}"
    code = [cell for cell in notebook.cells if cell.type == "code"]

    def problem(cell, text):
        return Problem(file, cell.id if cell else "", text)

    found = []
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append(problem(None, "its kernel is not python3; set kernelspec.name"))
    if set(notebook.metadata.get("language_info", {})) - {"name"}:
        found.append(problem(None, "language_info names a version; run `make outputs`"))
    ids = [cell.id for cell in notebook.cells]
    for cell in notebook.cells:
        if not re.fullmatch(r"[a-z0-9-]+", cell.id) or ids.count(cell.id) > 1:
            found.append(problem(cell, "give it a readable id that no other cell has"))
        for tag in cell.tags:
            if not _TAG.fullmatch(tag):
                found.append(problem(cell, f"nobody knows the tag {tag!r}"))
        if set(cell.metadata) - {"tags"}:
            found.append(problem(cell, "it has metadata of one machine; run `make outputs`"))
        if cell.type == "markdown":
            found += [problem(cell, text) for text in _text_problems(cell)]
    if not code or "setup" not in code[0].tags:
        found.append(
            problem(code[0] if code else None, "the first code cell is not tagged `setup`")
        )
    for cell in code:
        if cell.execution_count is None and not unseen.is_unseen(cell.tags):
            found.append(
                problem(cell, "it was never run, so nothing is compared; run `make outputs`")
            )
    return found


def _notes(chapter):
    """What is longer than usual in a chapter."""
    file = f"notebooks/{chapter.path.name}"
    in_a_row = 0
    for cell in chapter.cells:
        in_a_row = in_a_row + 1 if cell.type == "code" else 0
        if in_a_row > MANY_CODE_CELLS:
            yield Problem(file, cell.id, f"{in_a_row} code cells in a row", breaks=False)
        lines, words = len(cell.source.splitlines()), _words(cell)
        is_exercise = any(tag.startswith("exercise:") for tag in cell.tags)
        if cell.type == "code" and lines > MANY_CODE_LINES and not is_exercise:
            yield Problem(file, cell.id, f"{lines} lines of code", breaks=False)
        if cell.type == "markdown" and words > MANY_WORDS:
            yield Problem(file, cell.id, f"{words} words", breaks=False)


def _links(chapter):
    """Links that lead nowhere, and chapters that are named without a link."""
    file = f"notebooks/{chapter.path.name}"
    for cell, text in links.broken(chapter, chapter.path.parent):
        yield Problem(file, cell, text)
    for cell, text in links.by_hand(chapter):
        yield Problem(file, cell, text, breaks=False)
    for cell, text, missing in links.plain_references(chapter):
        yield Problem(file, cell, text, breaks=missing and links.MISSING_CHAPTERS_BREAK)


def _words(cell):
    """How many words a text cell has, without its code and the targets of its links."""
    prose = re.sub(r"\]\([^)]*\)", "]", _FENCE.sub("", cell.source))
    return len(re.findall(r"\w[\w'-]*", prose))


def _text_problems(cell):
    """What is wrong with a text cell."""
    for language, text in _FENCE.findall(cell.source):
        if language == "python":
            try:
                compile(text, "fence", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            except SyntaxError as error:
                yield f"its code does not compile ({error.msg}); mend it, or mark it ```text"
            else:
                yield "code in a text cell is never run; make it a code cell, or mark it ```text"


def _other_outputs(chapter, solutions, folder):
    """What is wrong with outputs that are not stored in a notebook itself."""
    for cell, text in unseen.stale(chapter, unseen.outputs(folder, chapter.name)):
        yield Problem(f"notebooks/{chapter.path.name}", cell, text)
    for cell in solutions.cells:
        if unseen.is_unseen(cell.tags):
            file = f"solutions/{solutions.path.name}"
            yield Problem(file, cell.id, "nothing is to be guessed here; remove the tag")
    content = other_outputs.load(folder)
    for notebook, where in ((unseen.whole(chapter, folder), "notebooks"), (solutions, "solutions")):
        name = f"{where}/{notebook.path.name}"
        for cell, text in other_outputs.stale(notebook, content.get(name, {})):
            yield Problem(f"solutions/{other_outputs.FILE}", f"{name} {cell}", text)


# ---------------------------------------------------------------- exercises


def _loose_ends(chapter, solutions, name):
    """Exercises without a cell, and cells without an exercise."""
    known = [exercise.id for exercise in exercises(name)]
    for notebook, folder in ((chapter, "notebooks"), (solutions, "solutions")):
        file, tagged = f"{folder}/{name}.ipynb", notebook.exercise_ids()
        for missing in [i for i in known if i not in tagged]:
            yield Problem(file, "", f"no cell is tagged exercise:{missing}")
        for stray in [i for i in tagged if i not in known]:
            yield Problem(file, "", f"checker/chapters/{name[3:]} has no exercise {stray}")
        if tagged != known and sorted(tagged) == sorted(known):
            yield Problem(file, "", "its exercises stand in another order than in EXERCISES")
    for exercise in exercises(name):
        module = f"checker/chapters/{name[3:]}/{exercise.id}.py"
        if len(set(filter(None, exercise.hints))) < FEWEST_HINTS:
            yield Problem(module, "", f"write {FEWEST_HINTS} hints")
        if not all("?" in hint for hint in exercise.hints):
            yield Problem(module, "", "a hint is a question")
        if exercise.kind != "predict" and len(exercise.rules) < 2:
            yield Problem(module, "", "write two rules or more")
        for rule in exercise.rules:
            if rule.text[-1:] not in (".", "…"):
                yield Problem(module, "", f"a rule is a sentence: {rule.text!r}")
        if (exercise.kind in ("repair", "rewrite")) != (exercise.shipped is not None):
            yield Problem(module, "", "`shipped=` goes with repair and rewrite alone")


def _shipped_cell(notebook, exercise):
    """The stub of an exercise: its text, its name, and the verdict that it gets as shipped."""
    tagged = notebook.cells_of(exercise.id)
    file = f"notebooks/{notebook.path.name}"
    if not tagged:
        return
    [cell, *more] = tagged
    if more:
        yield Problem(file, more[0].id, f"a second cell is tagged exercise:{exercise.id}")
    before = notebook.cells[notebook.cells.index(cell) - 1]
    if before.type != "markdown" or f"`{exercise.id}`" not in before.source:
        yield Problem(file, cell.id, f"the text before it must name `{exercise.id}`")
    elif not re.search(r"★.*·.*\d+ minutes", before.source):
        yield Problem(
            file, before.id, "say how hard it is and how long it takes: ★ easy · 5 minutes"
        )
    asks = predictions.predicted([cell.source], exercise.id) or {}
    if exercise.kind == "predict" and asks != dict.fromkeys(exercise.asks, ...):
        asked = ", ".join(f"{question}=..." for question in exercise.asks)
        text = f"ask what the exercise asks: `await predict({exercise.id}, {asked})`"
        yield Problem(file, cell.id, text)
    verdict, problem = _verdict(notebook, cell, exercise, file, _above(notebook, exercise))
    if problem:
        yield problem
        return
    wanted = exercise.shipped or "not_attempted"
    if verdict.cause != wanted:
        yield Problem(file, cell.id, f"as shipped it gets {verdict.cause}, not {wanted}")
    if verdict.points:
        yield Problem(file, cell.id, f"as shipped it scores {verdict.points} points")


def _above(chapter, exercise):
    """The texts of the code cells above an exercise's stub; `setup` cells are not among them."""
    stubs = [cell.number for cell in chapter.cells_of(exercise.id)]
    code = [cell for cell in chapter.cells if cell.type == "code" and "setup" not in cell.tags]
    return [cell.source for cell in code if stubs and cell.number < stubs[0]]


def _answers(solutions, exercise, above):
    """The problems of an exercise's cells in `solutions/`, and how many were judged.

    Args:
        above: the texts of the chapter's cells above the exercise; answers may use their names.
    """
    file, found, messages, judged = f"solutions/{solutions.path.name}", [], {}, 0
    kinds = []
    for cell in solutions.cells_of(exercise.id):
        kind = [t for t in cell.tags if not t.startswith(("exercise:", "nbval"))]
        if len(kind) != 1:
            found.append(Problem(file, cell.id, "tag it answer, also-right or wrong:CAUSE"))
            continue
        kinds += kind
        before = solutions.cells[solutions.cells.index(cell) - 1]
        if before.type != "markdown":
            found.append(
                Problem(file, cell.id, "say before it why it is right, or how people come to it")
            )
        verdict, problem = _verdict(solutions, cell, exercise, file, above)
        judged += 1
        if problem:
            found.append(problem)
        elif kind[0].startswith("wrong:"):
            cause = kind[0].removeprefix("wrong:")
            if verdict.passed or verdict.cause != cause:
                found.append(Problem(file, cell.id, f"it gets {verdict.cause}, not {cause}"))
            elif verdict.line is None:
                found.append(Problem(file, cell.id, "its message names no line"))
            elif not _line_ran(verdict):
                text = f"its message names line {verdict.line}, which did not run"
                found.append(Problem(file, cell.id, text))
            elif verdict.message in messages:
                found.append(
                    Problem(file, cell.id, f"the same message as {messages[verdict.message]}")
                )
            messages[verdict.message] = cell.id
        elif not verdict.passed:
            found.append(
                Problem(file, cell.id, f"right, but it gets {verdict.cause}: {verdict.message}")
            )
    if kinds.count("answer") != 1:
        found.append(Problem(file, "", f"{exercise.id} needs one cell tagged answer"))
    if sum(kind.startswith("wrong:") for kind in kinds) < FEWEST_WRONG:
        found.append(Problem(file, "", f"{exercise.id} needs {FEWEST_WRONG} wrong answers"))
    return found, judged


def _line_ran(verdict):
    """Whether the line that a verdict names ran in the run that it shows, if that can be known."""
    ran = verdict.ran() if verdict.ran else None
    return ran is None or ran.line(verdict.line)


def _verdict(notebook, cell, exercise, file, above):
    """(the verdict on a cell that runs with the setup cells and the names of the shipped cells
    above the exercise, the problem if there is one).
    """
    try:
        names = cells.namespace([c.source for c in notebook.setup_cells()], above, cell.source)
    except RuntimeError as error:
        return None, Problem(file, "setup", str(error))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # some answers are what Python warns of
        broken, asked = cells.run(cell.source, names, f"<{file} {cell.id}>")
    if broken:
        return None, Problem(file, cell.id, f"it does not run: {broken}")
    [*_, last] = asked or [None]
    if last is None or getattr(last.argument, "__name__", "") != exercise.id:
        return None, Problem(file, cell.id, f"end it with `await check({exercise.id})`")
    try:
        return cells.verdict(last), None
    except InternalError as error:
        return None, Problem(file, cell.id, f"a rule fails over it: {error.report}")


# ---------------------------------------------------------------- the course as a whole


def course():
    """What belongs to no single chapter."""
    headings = set()
    for name in CHAPTERS:
        try:
            chapter = notebooks.read(notebooks.notebooks_dir() / f"{name}.ipynb")
        except NotebookError:
            continue
        for cell in chapter.cells:
            if cell.type == "markdown":
                headings |= {f"{name}: {h}" for h in re.findall(r"^##+ (.+)$", cell.source, re.M)}
    for cause in CAUSES:
        for section in cause.sections:
            if section and section not in headings:
                yield Problem("checker/judge/causes/table.py", cause.id, f"no section {section!r}")
    for folder in (notebooks.notebooks_dir(), notebooks.solutions_dir()):
        for path in sorted(folder.glob("*.ipynb")) if folder else ():
            if path.stem not in CHAPTERS and "." not in path.stem:
                yield Problem(
                    f"{folder.name}/{path.name}", "", "no chapter has this name; remove it"
                )
    folder = notebooks.solutions_dir()
    for path in sorted((folder / unseen.FOLDER).glob("*")) if folder else ():
        if path.stem not in CHAPTERS:
            file = f"solutions/{unseen.FOLDER}/{path.name}"
            yield Problem(file, "", "no chapter has this name; remove it")
    known = [f"{where}/{n}.ipynb" for where in ("notebooks", "solutions") for n in CHAPTERS]
    for name in other_outputs.load(folder) if folder else ():
        if name not in known:
            yield Problem(f"solutions/{other_outputs.FILE}", name, "no chapter; remove it")
    chapters = notebooks.root() / "checker" / "chapters"
    for path in sorted(chapters.glob("[a-z]*")):
        if path.name not in [name[3:] for name in CHAPTERS]:
            yield Problem(
                f"checker/chapters/{path.name}", "", "no notebook has this name; remove it"
            )
    for file in navigation.outdated():
        text = "its links to other chapters are not current; run `make links`"
        yield Problem(file, "", text)
    if shipped.load() != shipped.make():
        yield Problem("checker/shipped.json", "", "it is not current; run `make outputs`")
