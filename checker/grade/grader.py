"""Grading one submission: the rules run here, what was handed in runs in a child."""

import hashlib
import json
import pickle
import time
from dataclasses import dataclass

from checker.exercise import add_rules
from checker.files import missing, shipped
from checker.grade import forkserver, predictions, remote, sandbox, selection
from checker.grade.inside.messages import TooLong
from checker.grade.no_verdict import AFTER, NO_MODULES, how_it_ended, lacks_a_module, lines, plain
from checker.grade.report.graded import Graded, GradedExercise
from checker.grade.submissions import Unreadable, digest, printable
from checker.judge import InternalError, UnknownQuestion, verdict_on

LOAD_SECONDS = 10  # real seconds for all cells of a notebook
MOST_NOTICES = 40
MOST_REPORT = 1_000  # characters of an error of our own


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes:
        timeout: real seconds that one submission may take.
        method: one of `sandbox.METHODS`; "auto" takes the best that this machine has.
        require_sandbox: raise `SandboxMissing` where there is neither bubblewrap nor namespaces.
        pages: whether to make the HTML of each verdict.
        hide: the paths of the command line; a submission sees nothing of them.
        rules: a folder with rules of an instructor's own, see `checker.exercise.add_rules`.
    """

    timeout: float = 60.0
    method: str = "auto"
    require_sandbox: bool = False
    pages: bool = False
    hide: tuple = ()
    rules: str | None = None


class Grader:
    """One warm process, and the judging of what its children do. A context manager.

    Raises:
        SandboxMissing: if the method asked for is not to be had.
    """

    def __init__(self, options=None):
        self.options = options or Options()
        if self.options.rules is not None:
            add_rules(self.options.rules)
        self._modules = selection.usual_modules()
        self._warm = None
        self._start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the warm process."""
        if self._warm is not None:
            self._warm.close()
            self._warm = None

    @property
    def sandbox(self):
        """What submissions are shut in by: "bubblewrap, namespaces, limits"."""
        return self._warm.words

    def grade(self, submission, only=None):
        """The `Graded` of a `Submission`. Whatever is in it costs itself alone.

        Args:
            only: ids of the exercises to judge; None for all of the chapter.
        """
        begun = time.monotonic()
        graded = Graded(submission.name, submission.shown, sandbox=self.sandbox)
        try:
            content = submission.load()
            graded.digest = digest(content)
            prepared = selection.prepare(content, submission.shown)
        except Unreadable as error:
            graded.problem = printable(str(error))
        except Exception as error:  # a notebook of a kind that nobody has thought of
            graded.problem = printable(f"{submission.shown} cannot be read ({error!r}).")
        else:
            graded.chapter = prepared.chapter
            wanted = [one for one in prepared.exercises if only is None or one.id in only]
            in_order = sorted(wanted, key=prepared.place)
            names = [one.id for one in in_order if one.id in prepared.sources]
            session = _Session(self, prepared, names, begun + self.options.timeout)
            try:
                made = {one.id: session.graded(one) for one in in_order}
            finally:
                session.close()
            graded.exercises = [made[one.id] for one in wanted]
            graded.notices = [printable(text) for text in prepared.notices + session.notices]
            if not self._warm.modules and lacks_a_module(graded):
                graded.notices.append(NO_MODULES)
        graded.seconds = round(time.monotonic() - begun, 4)
        return graded

    def child(self, chapter):
        """A new child for this chapter. A warm process that is lost is replaced once."""
        if not selection.modules_of(chapter) <= self._modules:
            self._modules |= selection.modules_of(chapter)
            self.restart()
        try:
            return self._warm.child()
        except forkserver.Lost:
            self.restart()
            return self._warm.child()

    def restart(self):
        """Replace the warm process."""
        self.close()
        self._start()

    def _start(self):
        wanted, options = self.options.method, self.options
        methods = [wanted] if wanted != "auto" else sandbox.best_first()
        if options.require_sandbox:
            methods = [m for m in methods if m in ("bubblewrap", "namespaces")]
        trouble = []
        hidden = [*options.hide, *([options.rules] if options.rules else [])]
        for method in methods:
            try:
                cpu = int(options.timeout) + 1
                self._warm = forkserver.ForkServer(method, hidden, self._modules, cpu)
                return
            except sandbox.SandboxMissing as error:
                trouble.append(str(error))
        why = "; ".join(trouble) or "neither bubblewrap nor namespaces work on this system"
        raise sandbox.SandboxMissing(f"There is no sandbox here: {why}.")


class _Session:
    """One submission while it is judged: its child, and another one if that ends.

    Args:
        names: the answers that are judged, in the order of their places.
    """

    def __init__(self, grader, prepared, names, until):
        self._grader = grader
        self._prepared = prepared
        self._groups = selection.groups(prepared, names)
        self._until = until
        self._child = None
        self._loaded = 0  # cells that have run in the child
        self._answers = {}  # name → what the child says of it
        self._noticed = set()  # the cells of which it has been said what did not run
        self._broken = {}  # number of a cell → why it does not run
        self._skipped = set()  # the cells that have ended a child
        self._losses = 0  # how often the warm process was gone
        self.notices = []
        texts = [cell.source for cell in prepared.cells if not cell.is_bound]
        # Inputs depend on all that runs: a table in another cell cannot know them.
        self._salt = hashlib.sha256("\0".join(texts).encode(errors="replace")).hexdigest()

    def close(self):
        """End the child. Returns its exit code, None if there was none."""
        child, self._child = self._child, None
        if child is None:
            return None
        try:
            return child.end()
        except forkserver.Lost:
            self._losses += 1
            self._grader.restart()
            return None

    def graded(self, exercise):
        """The `GradedExercise` of one exercise."""
        name = exercise.id
        if name not in self._prepared.sources:
            return plain(exercise, "missing", "it is not in the notebook.")
        if exercise.needs:
            words = f"it needs {exercise.needs}, which the sandbox has not. Check it in a notebook."
            return plain(exercise, "ungraded", words)
        number, source = self._prepared.sources[name]
        if predictions.is_computed(self._prepared.predictions.get(name)):
            self.notices.append(f"{name}: its prediction, in cell {number}, is computed")
            words = "its prediction is computed. Write down the values: grading reads them there."
            return plain(exercise, "computed", words)
        losses = self._losses
        try:
            self._open(name)
            if self._answers[name] is None:
                why = self._broken.get(number)
                words = f"its cell does not run: {why}" if why else "its cell does not define it."
                where = self._where_made(exercise, why)
                return plain(exercise, "broken", f"{words}. {where}" if where else words)
            if not self._answers[name][0]:
                return plain(exercise, "broken", "it is no function.")
            return self._shown(exercise, self._judged(exercise, number, source))
        except remote.Gone as gone:
            code = self.close()
            if self._losses > losses == 0:  # the warm process was killed, which no submission can
                return self.graded(exercise)
            return self._lost(exercise, gone, code)
        except UnknownQuestion as error:
            return plain(exercise, "broken", str(error))
        except InternalError as error:
            return self._not_judged(exercise, error)
        except Exception as error:  # in what comes before the rules, or after them
            return self._not_judged(exercise, InternalError(name, error))

    def _not_judged(self, exercise, error):
        """No fault of the submission's, as far as anybody knows: it costs no points unseen."""
        report = error.report.replace("\n", "; ")
        self.notices.append(f"The checker has failed. Please report: {report}"[:MOST_REPORT])
        words = "the checker itself has failed, which is no fault of the answer. It tells who "
        return plain(exercise, "ungraded", f"{words}grades what to report.")

    def _judged(self, exercise, number, source):
        """The verdict with inputs of this submission's own.

        One that fails is judged once more with the inputs that the learner's notebook draws, so
        that the words are those of the notebook; unless that makes it better.
        """
        predicted = self._prepared.predictions.get(exercise.id)
        unchanged = shipped.is_unchanged(exercise, source)

        def judged(salt=""):
            engine = remote.Engine(self._child, self._until)
            described = self._answers[exercise.id]
            answer = remote.answer(exercise, described, source, number, engine, salt)
            return verdict_on(exercise, answer, predicted, shipped=unchanged)

        verdict = judged(self._salt)
        stop = verdict.run.stop if verdict.run is not None else None
        slow = stop is not None and stop.reason == "real_seconds"
        again = not (verdict.passed or slow or exercise.kind == "predict")
        if again and verdict.cause != "not_attempted":
            usual = judged()
            if usual.cause != verdict.cause:  # its runs may have changed what its cells have made
                self.close()
                self._open(exercise.id)
                usual = judged()
            if not usual.passed and usual.points <= verdict.points:
                verdict = usual
        if where := self._where_made(exercise, verdict.message):
            verdict.message += f" {where}"
        if stop is not None and stop.stuck:
            self.close()  # a thread of it still runs
        return verdict

    def _where_made(self, exercise, text):
        """A sentence on the cell that makes a name that `text` calls missing, or ""."""
        prepared = self._prepared
        if missing.name_in(text) is None:
            return ""
        own, place = selection.course_cells(prepared.chapter), prepared.places[exercise.id]
        where = missing.in_grading(text, prepared.all_cells, place, own)
        if where:
            self.notices.append(f"{exercise.id}: {where}")
        return where

    def _shown(self, exercise, verdict):
        from checker.show import page, words

        text, html = words.text(verdict), ""
        if self._grader.options.pages:
            html = page.html(verdict, linked=False)
        return GradedExercise(
            id=exercise.id,
            passed=verdict.passed,
            points=verdict.points,
            max_points=exercise.max_points,
            text=lines(text),
            cause=verdict.cause,
            message=lines(verdict.message),
            line=verdict.line,
            page=lines(html, most=None),
        )

    def _lost(self, exercise, gone, code):
        words = AFTER[gone.why]
        if gone.why == "ended":
            words += how_it_ended(code)
        if gone.why == "unfit":
            words += f": {gone}"
        if time.monotonic() >= self._until:
            words = f"it did not come back within {self._grader.options.timeout:g} s"
        cause = "unfit" if gone.why in ("unfit", "too long") else "never_ended"
        return plain(exercise, cause, f"{words}.")

    # ------------------------------------------------------------------ the child

    def _open(self, name):
        """Have a child in which the cells up to the place of the answer `name` have run.

        A cell that ends it is left out next time.
        """
        tell = bool(self._skipped)
        while True:
            if time.monotonic() >= self._until:
                raise remote.Gone("silent", "")
            self._at = None
            if self._child is None:
                self._child, self._loaded, self._answers = self._new_child(), 0, {}
            if name in self._answers:
                return
            try:
                [group] = [names for names in self._groups if name in names]
                self._load(group[group.index(name) :], tell)
                return
            except (EOFError, TimeoutError, TooLong) as error:
                self._leave_out(error, tell)
                tell = True
            except (ValueError, RecursionError):
                self.close()
                raise remote.Gone("unfit", "it is no list of answers") from None

    def _leave_out(self, error, named):
        """The cells have ended the child: the one that did so is not to run again."""
        silent, at = isinstance(error, TimeoutError), self._at
        code = self.close()
        if at is not None:
            self._skipped.add(at)
            self._broken[at] = AFTER["silent"] if silent else AFTER["ended"] + how_it_ended(code)
        elif named:
            raise remote.Gone("silent" if silent else "ended", "") from None

    def _new_child(self):
        try:
            return self._grader.child(self._prepared.chapter)
        except forkserver.Lost:
            raise remote.Gone("ended", "") from None

    def _load(self, names, tell):
        until = min(self._until, time.monotonic() + LOAD_SECONDS)
        places, cells = [(self._prepared.places[name], name) for name in names], []
        for cell in self._prepared.cells[self._loaded :]:
            if cell.number > places[-1][0]:
                break
            self._loaded += 1
            if cell.number not in self._skipped:
                cells.append(tuple(cell))
        numbers = {number for number, *_ in cells}
        request = ("cells", cells, places, tell)
        self._child.send(pickle.dumps(request, pickle.HIGHEST_PROTOCOL), until)
        for _ in range(len(cells) + 1):
            message = json.loads(self._child.receive(until))
            if type(message) is dict:
                self._take(message, numbers, names)
                return
            if type(message) is not int or message not in numbers:
                break
            self._at = message
        raise ValueError

    def _take(self, report, numbers, names):
        """Take note of what a child says of the cells `numbers` and the answers `names`, which may
        be anything.
        """
        broken, answers, notices = (report.get(key) for key in ("broken", "answers", "notices"))
        if not (type(broken) is dict and type(answers) is dict and type(notices) is list):
            raise ValueError
        for name in names:
            answer = answers.get(name)
            self._answers[name] = answer if type(answer) is list and len(answer) == 3 else None
        wrong = [number for number in sorted(numbers) if str(number) in broken]
        self._broken.update({n: lines(str(broken[str(n)])[:500]) for n in wrong})
        if numbers - self._noticed:  # a child after another one runs the same cells again
            self._noticed |= numbers
            texts = [str(text)[:300] for text in notices]
            self.notices += [text for text in texts if text not in self.notices]
            self.notices += [f"cell {n} does not run: {self._broken[n]}" for n in wrong]
            del self.notices[MOST_NOTICES:]
