"""What is said where there is no verdict: why a child has ended, what it could not do."""

import sys

from checker.grade.report.graded import GradedExercise
from checker.grade.submissions import printable

MOST_TEXT = 20_000  # characters of a verdict that are kept
AFTER = {
    "ended": "it ended Python before there was a verdict",
    "silent": "it did not come back, and was ended",
    "too long": "it sent more than a run can have",
    "unfit": "what it sent is no record of a run",
}
NO_MODULES = (
    f"This Python stands in {sys.base_prefix}, where a submission may not read: it can import only "
    "what is loaded already. With bubblewrap, or a Python that everybody may read, it can."
)


def lacks_a_module(graded):
    """Whether somebody has missed a module in a `Graded`."""
    texts = [*graded.notices, *(exercise.text for exercise in graded.exercises)]
    return any("ModuleNotFoundError" in text for text in texts)


def plain(exercise, cause, words):
    """The `GradedExercise` of an exercise on which there is no verdict, for a reason in words."""
    text = f"{exercise.id}: {words}"
    return GradedExercise(
        exercise.id, max_points=exercise.max_points, text=lines(text), cause=cause, message=words
    )


def how_it_ended(code):
    """How a process ended, in words: exit codes and signals as `subprocess.Popen` has them."""
    if code is None or code == 0:
        return ""
    known = {-9: " (it was killed, for using too much)", -11: " (it crashed)", 70: ""}
    known |= {-24: " (it used more CPU than it may)", -6: " (it crashed)"}
    return known.get(code, f" (exit code {code})" if code > 0 else f" (signal {-code})")


def lines(text, most=MOST_TEXT):
    """`text` without what a terminal or an XML file would take amiss, cut if it is too long."""
    whole = "\n".join(printable(line) for line in text.split("\n"))
    return whole if most is None or len(whole) <= most else f"{whole[: most - 1]}…"
