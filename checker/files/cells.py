"""Running the cells of a notebook outside of a kernel, in this process."""

from dataclasses import dataclass

from checker.engine.error_text import line_in, message_of
from checker.exercise import find
from checker.files import bindings, shipped
from checker.judge import Answer, verdict_on
from checker.lab.magics import without_magics
from checker.lab.notebook import Notebook
from checker.learner import check


@dataclass
class Broken:
    """A cell that does not run: the exception, and the line of the cell."""

    error: BaseException
    line: int | None

    def __str__(self):
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{type(self.error).__name__}: {message_of(self.error)}"


def namespace(setup_sources, shipped_sources=(), answer=""):
    """The names that the `setup` cells make, and what an answer may use besides.

    Args:
        shipped_sources: the texts of the course's own cells above the answer. They are not run;
            of the names that they make, those are bound that `answer` reaches.
        answer: the text of the answer's cell.

    Raises:
        RuntimeError: if one of the setup cells does not run.
    """
    names = {"__name__": "__main__", "__builtins__": __builtins__}
    for number, source in enumerate(setup_sources):
        broken, _ = run(source, names, f"<setup {number}>")
        if broken:
            raise RuntimeError(f"a setup cell does not run: {broken}")
    texts = bindings.needed(tuple(shipped_sources), bindings.words(answer))
    for number, text in enumerate(texts):
        if text:
            Notebook(names).bind(text, f"<shipped {number}>")
    return names


def run(source, names, file):
    """Run one cell. `file` is what its code is called in records and tracebacks.

    Returns:
        (None or what broke, everything that the cell asked the checker for).
    """
    notebook, asked = Notebook(names), []
    stop_listening = check.listen(asked.append)
    try:
        notebook.run(without_magics(source).text, file)
    except BaseException as error:
        return Broken(error, line_in(error, file)), asked
    finally:
        stop_listening()
        notebook.close()
    return None, asked


def verdict(asked):
    """The `Verdict` on what a cell asked to be checked.

    Raises:
        LookupError: if it is no exercise.
    """
    exercise = find(check.name_of(asked.argument))
    answer = Answer.of(asked.argument, exercise.is_async, exercise.id)
    unchanged = shipped.is_unchanged(exercise, answer.source)
    return verdict_on(exercise, answer, asked.said or {}, shipped=unchanged)
