"""How a class did: which exercise fails most, and with which cause."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class ExerciseTally:
    """How many solved one exercise, and what kept the others from it.

    Attributes:
        solved, failed: numbers of submissions.
        causes: for each cause, the number of submissions that it kept from passing.
    """

    id: str
    chapter: str
    solved: int = 0
    failed: int = 0
    causes: Counter = field(default_factory=Counter)

    @property
    def share(self):
        """The share of those who solved it, from 0 to 1."""
        return self.solved / (self.solved + self.failed)


class Tally:
    """A class, of which each `Graded` is added once and then needed no more.

    Attributes:
        submissions: how many there are.
        problems: (name, problem) of those that could not be graded.
        sandboxes: what submissions were shut in by, with their numbers.
    """

    def __init__(self):
        self.submissions = self.points = self.max_points = 0
        self.problems = []
        self.sandboxes = Counter()
        self._exercises = {}

    def add(self, graded):
        self.submissions += 1
        if graded.problem:
            self.problems.append((graded.name, graded.problem))
            return
        self.sandboxes[graded.sandbox] += 1
        self.points += graded.points
        self.max_points += graded.max_points
        for exercise in graded.exercises:
            key = graded.chapter, exercise.id
            tally = self._exercises.setdefault(key, ExerciseTally(exercise.id, graded.chapter))
            if exercise.passed:
                tally.solved += 1
            else:
                tally.failed += 1
                tally.causes[exercise.cause] += 1

    @property
    def exercises(self):
        """An `ExerciseTally` each, by chapter and then in reading order."""
        return sorted(self._exercises.values(), key=lambda exercise: exercise.chapter)

    @property
    def hardest(self):
        """The exercises that somebody failed, the one that most failed first."""
        failed = [exercise for exercise in self.exercises if exercise.failed]
        return sorted(failed, key=lambda exercise: exercise.share)
