"""What a warm process is shut in by: the command that starts it, and what it is to do itself."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from checker.files import notebooks

MB = 1 << 20
LIMITS = {
    "memory": 2048 * MB,  # of addresses, of which threads take 8 MB each
    "file": 16 * MB,
    "files": 512,
    "processes": 128,  # threads among them
}
_PACKAGE = Path(__file__).resolve().parents[1]
INSIDE = _PACKAGE / "grade" / "inside"
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_FILES = ("ld.so.cache", "localtime", "hosts", "nsswitch.conf", "ssl", "alternatives")
HOME = "/tmp/home"  # of a submission that has a disk of its own
METHODS = ("auto", "bubblewrap", "namespaces", "limits", "spawn")


class SandboxMissing(RuntimeError):
    """What was asked for is not on this machine; the message says what is missing."""


def bubblewrap():
    """The path of `bwrap`, or None."""
    return shutil.which("bwrap") if sys.platform == "linux" else None


def prefixes():
    """The folders that Python itself needs, none within another one's list twice."""
    folders = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    folders += [str(Path(sys.executable).resolve().parents[1])]
    return sorted({p for p in folders if p not in ("/", "/usr")})


def secrets(submissions):
    """Folders of which nothing is to be seen: the course, homes, what was handed in.

    Args:
        submissions: the paths that were named on the command line.
    """
    folders = {notebooks.root(), _PACKAGE, Path.home(), Path("/home"), Path("/root"), Path.cwd()}
    if notebooks.solutions_dir():
        folders.add(notebooks.solutions_dir().resolve())
    for path in map(Path, submissions):
        folders.add(path.resolve() if path.is_dir() else path.resolve().parent)
    folders.update(map(Path, {tempfile.gettempdir(), "/tmp", "/var/tmp"}))
    found = [str(f) for f in folders if f.is_dir() and str(f) not in ("/", "/usr")]
    return sorted(found)  # the outer ones first


def command(method, submissions):
    """How to start the warm process.

    Args:
        method: one of `METHODS` but "auto".
        submissions: the paths that were named on the command line.

    Returns:
        (the command, the arguments that bubblewrap reads from `--args FD`, the folder in which the
        program finds `engine` and `lab`).

    Raises:
        SandboxMissing: if bubblewrap is wanted, and not installed.
    """
    # Not -I: the environment is ours, and -I would forget the seed of the hashes in it.
    python = [sys.executable, "-s", "-P", "-B"]
    if method != "bubblewrap":
        return [*python, str(INSIDE)], [], str(_PACKAGE)
    if bubblewrap() is None:
        raise SandboxMissing("bubblewrap: there is no `bwrap` here")
    program = [bubblewrap(), "--args", "{}", *python, "/course/inside"]
    return program, _view(submissions), "/course/checker"


def _view(submissions):
    """The disk as it is seen in there. What is not named does not exist."""
    line = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--hostname", "grader"]
    if os.getuid() == 0:  # it becomes somebody else when all is in place
        line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        line += ["--unshare-user"]
    line += ["--proc", "/proc", "--dev", "/dev", *_folders("/tmp"), "--tmpfs", "/tmp"]
    line += _folders(HOME)
    for path in _SYSTEM:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            line += ["--ro-bind", path, path]
    bound = {name: name for name in prefixes()}
    bound |= {f"/etc/{name}": f"/etc/{name}" for name in _FILES if Path("/etc", name).exists()}
    for source, place in bound.items():
        line += [*_folders(os.path.dirname(place)), "--ro-bind", source, place]
    for path in secrets(submissions):
        if any(path.startswith(f"{there}/") for there in (*prefixes(), *_SYSTEM)):
            line += ["--tmpfs", path]
    line += _folders("/course/checker")
    for name in ("engine", "lab"):
        line += ["--ro-bind", str(_PACKAGE / name), f"/course/checker/{name}"]
    return [*line, "--ro-bind", str(INSIDE), "/course/inside", "--chdir", "/"]


def _folders(path):
    """A folder and those above it, open to the user that a submission runs as."""
    above = [str(p) for p in reversed(Path(path).parents)][1:]
    return [word for p in (*above, path) for word in ("--perms", "0755", "--dir", p)]


def keep():
    """What is to be seen all the same, where bubblewrap does not choose."""
    parts = [str(_PACKAGE / "engine"), str(_PACKAGE / "lab"), str(INSIDE)]
    return [*prefixes(), *parts]


def another_user():
    """The number of a user who owns nothing, if this process may become one; else None."""
    if not hasattr(os, "getuid") or os.getuid() != 0:
        return None
    return 60_000 + os.getpid() % 5_000


def best_first():
    """The methods to try on this system."""
    if sys.platform != "linux":
        return ["spawn"]
    return [*(["bubblewrap"] if bubblewrap() else []), "namespaces", "limits"]
