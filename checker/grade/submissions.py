"""Reading what was handed in: files, folders and zip files, of which each may be anything.

Nothing here runs or unpacks anything, and no submission can cost another one its place.
"""

import hashlib
import os
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MOST_BYTES = 20 << 20  # of a notebook
MOST_MEMBERS = 20_000  # of a zip file
_IGNORED = (".ipynb_checkpoints", "__MACOSX")
# Control characters, line ends, what turns the direction of writing, and halves of characters.
_CONTROL = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class Unreadable(ValueError):
    """A submission that cannot be read; the message is one line."""


@dataclass(frozen=True)
class Submission:
    """Where a submission is; nothing of it has been read.

    Attributes:
        name: its path below what was named, without `.ipynb`; no other one of a run has it.
        path: the file; member: its name within that, if it is a zip file.
        problem: what is known to be wrong with it already.
        content: its bytes, once `with_content` has read them.
    """

    name: str
    path: str
    member: str = ""
    problem: str = ""
    content: bytes | None = None

    @property
    def shown(self):
        """The whole path, fit to be printed."""
        return printable(f"{self.path}/{self.member}" if self.member else self.path)

    def with_content(self):
        """The same with its bytes, to be sent to a machine that has not the file.

        One that cannot be read becomes one with a `problem`.
        """
        try:
            return Submission(self.name, self.path, self.member, self.problem, self.load())
        except Unreadable as error:
            return Submission(self.name, self.path, self.member, str(error))

    def load(self):
        """Its bytes.

        Raises:
            Unreadable: if there are none to be had, or too many.
        """
        if self.problem:
            raise Unreadable(self.problem)
        if self.content is not None:
            return self.content
        return _in_zip(self.path, self.member) if self.member else _in_file(self.path)


def digest(content):
    """SHA-256 of the bytes, as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def printable(text):
    """`text` on one line, without anything that a terminal or an XML file would take amiss."""
    return _CONTROL.sub("�", text)


def find(paths):
    """The submissions in files, folders and zip files, in the order of their names.

    What is there and cannot be read is among them, so that nobody is left out unseen.

    Returns a list of `Submission`.

    Raises:
        Unreadable: if a path that was named does not exist.
    """
    found = []
    for path in map(Path, paths):
        if not path.exists():
            raise Unreadable(f"There is nothing called {path}.")
        if path.is_dir():
            found += _in_folder(path)
        else:
            found += _of_file(path, path.name)
    return _with_names_of_their_own(found)


def _in_folder(folder):
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in _IGNORED and not f.startswith("."))
        for file in sorted(files):
            path = Path(place, file)
            if path.suffix.lower() in (".ipynb", ".zip") and not file.startswith("."):
                found += _of_file(path, path.relative_to(folder).as_posix())
    return found


def _of_file(path, name):
    try:
        kind = os.lstat(path).st_mode
    except OSError as error:
        return [_broken(name, path, f"it may not be read ({error.strerror})")]
    if stat.S_ISLNK(kind):
        # It could show another one's work, or a solution, as its own.
        return [_broken(name, path, "it is a link to another file, and is not followed")]
    if not stat.S_ISREG(kind):
        return [_broken(name, path, "it is no file")]
    if path.suffix.lower() == ".zip":
        return _members(path, name)
    return [Submission(_short(name), str(path))]


def _members(path, name):
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        return [_broken(name, path, f"it is no zip file that can be read ({error})")]
    if len(members) > MOST_MEMBERS:
        many = f"it has {len(members):,} members; {MOST_MEMBERS:,} are allowed"
        return [_broken(name, path, many)]
    found = []
    for member in members:
        parts = PurePosixPath(member.filename).parts
        parts = [part for part in parts if part not in ("/", "..")]  # names become paths of pages
        hidden = any(part in _IGNORED or part.startswith(".") for part in parts)
        if member.is_dir() or hidden or not member.filename.lower().endswith(".ipynb"):
            continue
        whole = f"{_short(name)}/{_short('/'.join(parts))}"
        found.append(Submission(whole, str(path), member.filename))
    return found or [_broken(name, path, "it holds no notebook")]


def _broken(name, path, why):
    return Submission(_short(name), str(path), problem=printable(f"{path}: {why}."))


def _short(name):
    return printable(re.sub(r"\.(ipynb|zip)$", "", name, flags=re.IGNORECASE))


def _with_names_of_their_own(found):
    taken, unique = set(), []
    for one in found:
        name, number = one.name, 1
        while name in taken:
            number += 1
            name = f"{one.name}-{number}"
        taken.add(name)
        unique.append(Submission(name, one.path, one.member, one.problem))
    return unique


def _in_file(path):
    try:
        # Not blocking: what was a file may be a pipe by now.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NO_FOLLOW)
        with open(handle, "rb") as file:
            return _whole(file, path)
    except OSError as error:
        raise Unreadable(printable(f"{path} may not be read ({error.strerror}).")) from None


def _in_zip(path, member):
    try:
        with zipfile.ZipFile(path) as packed, packed.open(member) as file:
            return _whole(file, f"{path}/{member}")
    except (OSError, KeyError, ValueError, RuntimeError, EOFError, zlib.error) as error:
        if isinstance(error, Unreadable):
            raise
        why = "it has a password" if "password" in str(error) else str(error)
        raise Unreadable(printable(f"{path}/{member} cannot be unpacked ({why}).")) from None
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable(printable(f"{path}/{member} cannot be unpacked ({error}).")) from None


def _whole(file, name):
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        limit = f"{MOST_BYTES >> 20} MB"
        raise Unreadable(printable(f"{name} is larger than {limit}; clear its outputs."))
    return content


_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
