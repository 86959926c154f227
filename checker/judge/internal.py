"""Errors of the checker's own: told as such, and never as a fault of the answer's."""

import contextlib
import platform
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from checker.engine import Absent
from checker.judge.answer import NoRun
from checker.judge.unmet import Unmet


class InternalError(Exception):
    """The checker itself has failed while it judged an answer; its `__cause__` says in what.

    Args:
        exercise: the id of the exercise.
        error: the exception.
        rule: the sentence of the rule that was being tried, "" if it was none.

    Attributes:
        report: the lines that whoever keeps the course must see; no path of this machine is in
            them, and nothing of the answer's but what the exception quotes.
    """

    def __init__(self, exercise: str, error: Exception, rule: str = ""):
        rule = f", in the rule {rule!r}" if rule else ""
        frames = traceback.extract_tb(error.__traceback__)
        places = ", ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
        self.report = (
            f"{exercise}{rule}\n"
            f"{type(error).__name__}: {error}\n"
            f"at {places or 'an unknown place'}\n"
            f"Python {platform.python_version()} on {sys.platform}"
        )
        super().__init__(
            f"`{exercise}` could not be judged: the checker itself has failed, which is no fault "
            f"of your answer. Please report these lines.\n{self.report}"
        )


@contextlib.contextmanager
def our_own(exercise: str, rule: str = "") -> Iterator[None]:
    """What goes wrong inside, an expectation that does not hold aside, is an error of ours.

    Raises:
        InternalError: in place of any other exception.
        Unmet, NoRun, checker.engine.Absent: as they come; each has its own meaning.
    """
    try:
        yield
    except (Unmet, NoRun, Absent):
        raise
    except Exception as error:
        raise InternalError(exercise, error, rule) from error
