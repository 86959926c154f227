"""What a graded submission is: plain data, the same for the same submission each time."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any


@dataclass
class GradedExercise:
    """The verdict on one exercise of a submission.

    Attributes:
        id: the id of the exercise.
        passed: whether every rule holds.
        points, max_points: one point a rule that holds.
        text: the verdict in words, as the learner's own notebook would show it.
        cause: the id of the cause; "missing" or "broken" if there was nothing to judge, and "unfit"
            if what came back was no record of a run; "ungraded" if no sandbox has what it needs,
            or if the checker itself has failed. None if it passed.
        message: the evidence for the cause, one line or more.
        line: the line of the answer's cell that the cause names, or None.
        page: the verdict as HTML with its picture; "" unless pages were asked for.
    """

    id: str
    passed: bool = False
    points: int = 0
    max_points: int = 1
    text: str = ""
    cause: str | None = None
    message: str = ""
    line: int | None = None
    page: str = ""


@dataclass
class Graded:
    """One submission.

    Attributes:
        name: its path below what was named on the command line, without `.ipynb`; unique in a run.
        path: where it was read; of a member of a zip file, "class.zip/ada.ipynb".
        digest: SHA-256 of its bytes as 64 hex digits; "" if it could not be read.
        chapter: the chapter that it answers, "" if that is not known.
        problem: one line that says why nothing of it was graded; "" if it was graded.
        exercises: all exercises of the chapter, in reading order.
        notices: lines for the instructor, such as "cell 7: `!pip install x` was not run".
        seconds: real seconds that it took; the one figure that differs from run to run.
        sandbox: what its process was shut in by, such as "bubblewrap, namespaces, limits".
    """

    name: str
    path: str
    digest: str = ""
    chapter: str = ""
    problem: str = ""
    exercises: list[GradedExercise] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    seconds: float = 0.0
    sandbox: str = ""

    @property
    def points(self) -> int:
        """Those of all exercises together."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self) -> int:
        """The most that all exercises together can give."""
        return sum(exercise.max_points for exercise in self.exercises)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; `Graded.from_json` makes an equal object of it."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Graded":
        """The object of which `to_json` made `data`."""
        exercises = [GradedExercise(**exercise) for exercise in data["exercises"]]
        return cls(**{**data, "exercises": exercises})
