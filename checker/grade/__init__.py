"""Grading many submissions: each runs in a process of its own, the rules run in this one.

    for graded in grade(["handed-in/"], jobs=4):
        print(graded.name, graded.points)

`README.md` in this folder says what is kept out, and what is not.
"""

from checker.grade.grader import Grader, Options
from checker.grade.local import grade
from checker.grade.report.graded import Graded, GradedExercise
from checker.grade.submissions import Submission, find

__all__ = ["Graded", "GradedExercise", "Grader", "Options", "Submission", "find", "grade"]
