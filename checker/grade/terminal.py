"""`python -m checker check NOTEBOOK`: the verdicts of one notebook, in a terminal.

The answers run in a child process: one that hangs, or ends Python, costs itself alone.
"""

import time
from pathlib import Path

from checker.exercise import find
from checker.files import notebooks
from checker.grade import Grader, Submission, selection
from checker.grade.submissions import Unreadable

LOOK = 0.05  # real seconds between two looks whether the notebook was saved
SETTLE = 0.5  # real seconds after which a file that cannot be read is not just being saved


def check(path):
    """Print the verdict on every exercise of a notebook. Returns the exit status: 0 if all pass.

    Raises:
        checker.files.notebooks.NotebookError: if the notebook cannot be read, or has no exercises.
    """
    _settled(path)
    with Grader() as grader:
        graded = grader.grade(_submission(path))
    if graded.problem:
        raise notebooks.NotebookError(graded.problem)
    for exercise in graded.exercises:
        print(exercise.text, end="\n\n")
    said = "".join(exercise.text for exercise in graded.exercises)
    for line in graded.notices:
        if line.partition(": ")[2] not in said:  # what an instructor is told of a verdict
            print(line)
    solved = sum(exercise.passed for exercise in graded.exercises)
    print(f"{solved} of {len(graded.exercises)} solved.")
    return 0 if solved == len(graded.exercises) else 1


def _settled(path):
    """Return when the notebook can be read; a file that is being saved is looked at again.

    Raises:
        checker.files.notebooks.NotebookError: if that is not soon. Its message tells a learner more
            than that of a submission.
    """
    until = time.monotonic() + SETTLE
    while True:
        try:
            notebooks.read(path)
            return
        except notebooks.NotebookError:
            if time.monotonic() > until:
                raise
        time.sleep(LOOK)


def _submission(path, content=None):
    return Submission(Path(path).stem, str(path), content=content)


def watch(path):
    """Print what is solved, and after each save the verdicts on what has changed; until Ctrl-C.

    Raises:
        checker.files.notebooks.NotebookError: if there is no such notebook.
    """
    _settled(path)
    with Grader() as grader:
        watched = _Watched(Path(path), grader)
        try:
            while True:
                watched.look()
                time.sleep(LOOK)
        except KeyboardInterrupt:
            print()
    return 0


class _Watched:
    """A notebook that somebody works on.

    What was changed is judged and shown at once, and the rest after it: an answer may use what
    stands in another one's cell.
    """

    def __init__(self, path, grader):
        self._path = path
        self._grader = grader
        self._stamp = self._others = None
        self._trouble, self._since = None, 0  # why it cannot be read, and since which moment
        self._sources = {}
        self._passed = {}  # id → whether it is solved

    def look(self):
        try:
            status = self._path.stat()
            stamp = status.st_mtime_ns, status.st_size, status.st_ino
            if stamp == self._stamp:
                self._complain()
                return
            content = self._path.read_bytes()
        except OSError:
            return  # it is just being replaced
        self._stamp = stamp
        try:
            prepared = selection.prepare(content, str(self._path))
        except Unreadable as error:
            self._trouble, self._since = error, time.monotonic()
            return
        self._trouble = None
        self._judge(content, prepared)

    def _complain(self):
        """Say that it cannot be read, if it stays so: it may just be being saved."""
        if self._trouble is not None and time.monotonic() - self._since > SETTLE:
            print(self._trouble, flush=True)
            self._trouble = None

    def _judge(self, content, prepared):
        predicted = prepared.predictions
        sources = {id: (text, predicted.get(id)) for id, (_, text) in prepared.sources.items()}
        answered = {number for number, _ in prepared.sources.values()}
        others = [cell.source for cell in prepared.cells if cell.number not in answered]
        changed = {id for id, text in sources.items() if self._sources.get(id) != text}
        first = self._others is None
        if first or others != self._others:
            changed = {exercise.id for exercise in prepared.exercises}
        self._sources, self._others = sources, others
        if not changed:  # outputs alone, or text
            return
        self._show(content, changed, every=not first)
        rest = {exercise.id for exercise in prepared.exercises} - changed
        if rest:
            self._show(content, rest, every=False)
        self._next(prepared)

    def _show(self, content, ids, every):
        """Judge some exercises; print the verdicts, all or those that say something else now."""
        graded = self._grader.grade(_submission(self._path, content), only=ids)
        if graded.problem:
            print(graded.problem, flush=True)
        for exercise in graded.exercises:
            news = self._passed.get(exercise.id, exercise.passed) != exercise.passed
            self._passed[exercise.id] = exercise.passed
            if news or (every and exercise.cause != "not_attempted"):
                print(exercise.text, end="\n\n", flush=True)

    def _next(self, prepared):
        ids = [exercise.id for exercise in prepared.exercises]
        still_open = [id for id in ids if not self._passed.get(id)]
        line = f"{len(ids) - len(still_open)} of {len(ids)} solved."
        if still_open:
            following = find(still_open[0])
            asks = following.rules[0].text if following.rules else "Predict what it does."
            line += f" Next: {following.id}. {asks}"
        print(time.strftime("%H:%M:%S"), line, end="\n\n", flush=True)
