"""What is graded so far, one line of JSON a submission, safe against a crash at any moment.

A line counts once it is whole: one that broke off is dropped when the journal is opened again. Only
the place of each line is held in memory, so ten thousand submissions need little more than ten.
"""

import json
import os
from pathlib import Path

from checker.grade.report.graded import Graded

FORMAT = 1


class JournalError(LookupError):
    """The journal is there and was not asked for, or it is not one that can be gone on with."""


class Journal:
    """The submissions that are graded.

    Args:
        path: the file; it is made, unless `resume` is given and it is there.
        course: what the grades depend on besides the submissions: a digest of the course.
        resume: go on with the file that is there.

    Raises:
        JournalError: if the file is there without `resume`, was made with another course, or is
            no journal.
    """

    def __init__(self, path, course, resume=False):
        self.path = Path(path)
        self.course = course
        self._places = {}  # name: (offset, length, digest)
        if not resume and self.path.exists():
            raise JournalError(
                f"{self.path} is left of a grading that did not come to its end. Add --resume to "
                "go on with it, or delete it to start anew."
            )
        self._file = self.path.open("a+b")
        try:
            if not self._read(course):
                self._file.truncate(0)
                self._append({"journal": FORMAT, "course": course})
        except BaseException:
            self._file.close()
            raise

    def _read(self, course):
        """Find the lines that are there; whether there was a first one."""
        self._file.seek(0)
        first, end = None, 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            try:
                data = json.loads(line)
                if first is None:
                    first = data["journal"], data["course"]
                else:
                    self._places[data["name"]] = (end, len(line), data["digest"])
            except (ValueError, KeyError, TypeError):
                raise JournalError(
                    f"{self.path} is no journal of a grading: byte {end} cannot be read. "
                    "Delete it to start anew."
                ) from None
            end += len(line)
        if first not in (None, (FORMAT, course)):
            raise JournalError(
                f"{self.path} was begun with another version of the course, whose grades would "
                "not go together with those of this one. Delete it to start anew."
            )
        self._file.truncate(end)
        self._end = end
        return first is not None

    def _append(self, data):
        line = json.dumps(data).encode("ascii") + b"\n"
        self._file.seek(0, os.SEEK_END)
        place = self._file.tell(), len(line)
        self._file.write(line)
        self._file.flush()
        return place

    def add(self, graded):
        """Keep a `Graded`; when this returns it survives a crash."""
        self._places[graded.name] = (*self._append(graded.to_json()), graded.digest)

    def has(self, name, digest):
        """Whether this submission, with these bytes, is graded."""
        return name in self._places and self._places[name][2] == digest

    def keep_only(self, names):
        """Forget the submissions that are not handed in any more; the file keeps their lines."""
        self._places = {name: self._places[name] for name in names if name in self._places}

    def __contains__(self, name):
        return name in self._places

    def __len__(self):
        return len(self._places)

    def __iter__(self):
        """Each `Graded`, by name."""
        for name in sorted(self._places):
            offset, length, _ = self._places[name]
            self._file.seek(offset)
            yield Graded.from_json(json.loads(self._file.read(length)))

    def close(self, delete=False):
        self._file.close()
        if delete:
            self.path.unlink()
