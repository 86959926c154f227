"""`hint` and `solution`: help for a learner who is stuck. Answers are read from `solutions/`."""

from collections.abc import Callable, Sequence
from html import escape

from checker.exercise import Exercise, find
from checker.files import notebooks, store

NO_SOLUTIONS = "This copy came without solutions."


class Help:
    """A few words, and perhaps a program, that show themselves in a notebook."""

    def __init__(self, text: str, code: str = "", others: Sequence[tuple[str, str]] = ()):
        self.text = text
        self.code = code
        self.others = [Help(*other) for other in others]

    def __repr__(self) -> str:
        own = f"{self.text}\n\n{self.code}" if self.code else self.text
        return "\n\n".join([own, *(f"Also right: {other!r}" for other in self.others)])

    def _repr_html_(self) -> str:
        from checker.show import code as shown

        code = shown.pre(self.code) if self.code else ""
        parts = escape(self.text).split("`")
        text = "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))
        text = text.replace("\n", "<br>")
        others = "".join(f"<p>Also right:</p>{other._repr_html_()}" for other in self.others)
        return f'<div style="max-width: 760px">{text}{code}{others}</div>'


def _exercise(asked: object) -> Exercise | Help:
    """The exercise that is meant by a function or an id; a `Help` if there is none."""
    try:
        return find(asked if isinstance(asked, str) else getattr(asked, "__name__", repr(asked)))
    except LookupError as unknown:
        return Help(str(unknown))


def hint(asked: Callable[..., object] | str) -> Help:
    """The next hint for an exercise, below those before it: `hint(both)` or `hint("both")`.

    Args:
        asked: the function or class that you wrote, or its name as a text.

    Returns:
        a `Help`, which shows itself; for an unknown name it says which one is near.
    """
    exercise = _exercise(asked)
    if isinstance(exercise, Help):
        return exercise
    many = len(exercise.hints)
    number = min(store.store().saw_hint(exercise.id), many)
    last = " It is the last one; `solution` shows an answer." if number == many else ""
    shown = [f"Hint {n} of {many}: {text}" for n, text in enumerate(exercise.hints[:number], 1)]
    return Help("\n".join(shown) + last)


def solution(asked: Callable[..., object] | str, anyway: bool = False) -> Help:
    """A right answer and why it is right: `solution(both)`. Once it is solved, also the others.

    Args:
        asked: the function or class that you wrote, or its name as a text.
        anyway: show it even if you have not tried yet.

    Returns:
        a `Help`, which shows itself: the explanation and the program, or why there is none.

    Raises:
        checker.files.notebooks.NotebookError: if the solutions cannot be read.
    """
    exercise = _exercise(asked)
    if isinstance(exercise, Help):
        return exercise
    folder = notebooks.solutions_dir()
    if folder is None:
        return Help(NO_SOLUTIONS)
    if not anyway and not store.store().tries(exercise.id):
        return Help(
            f"{exercise.id}: not tried yet; `solution({exercise.id}, anyway=True)` shows it."
        )
    [(why, code), *others] = right_answers(exercise)
    if not store.store().solved(exercise.id):
        return Help(why, code)
    return Help(why, code, others)


def right_answers(exercise: Exercise) -> list[tuple[str, str]]:
    """(why it is right, the program) of each right answer, the reference first; [] if this copy
    came without solutions.

    Raises:
        notebooks.NotebookError: if the solutions cannot be read.
    """
    folder = notebooks.solutions_dir()
    if folder is None:
        return []
    notebook = notebooks.read(folder / f"{exercise.chapter}.ipynb")
    return [reference(notebook, exercise.id), *also_right(notebook, exercise.id)]


def also_right(notebook: notebooks.Notebook, exercise_id: str) -> list[tuple[str, str]]:
    """The explanations and programs of the other right answers in a solutions notebook."""
    return [
        (before.source, cell.source)
        for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False)
        if f"exercise:{exercise_id}" in cell.tags and "also-right" in cell.tags
    ]


def reference(notebook: notebooks.Notebook, exercise_id: str) -> tuple[str, str]:
    """The explanation and the program of the reference answer in a solutions notebook.

    Raises:
        notebooks.NotebookError: if the notebook has none.
    """
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if f"exercise:{exercise_id}" in cell.tags and "answer" in cell.tags:
            return before.source, cell.source
    raise notebooks.NotebookError(f"{notebook.path} has no answer for {exercise_id}.")
