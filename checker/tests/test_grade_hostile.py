"""Submissions that try to pass without solving, to read, to harm, or to spoil others' grades.

Each file in `hostile/` is one, named for what it tries. `checker/grade/README.md` has the threat
model, and says which barrier stands against which of them.
"""

import os
import socket
from pathlib import Path

import pytest

from checker.grade import Grader, Options, find, sandbox
from checker.tests import submitted

FILES = sorted(submitted.HOSTILE.glob("*.py"))
CANARY = "canary-e5a1"  # stands where nothing of it may be seen
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and sockets of POSIX")
# What only namespaces keep from doing harm is not tried without: it could end this test, too.
NEED_NAMESPACES = (
    "reads_the_notebooks_of_others",
    "reads_solutions",
    "reads_old_files_of_others",
    "reads_environments_of_others",
    "reads_memory_of_others",
    "attaches_a_debugger",
    "writes_to_others",
    "writes_bytecode",
    "leaves_a_conftest",
    "calls_home",
    "signals_everybody",
    "forks_without_end",
    "fills_the_disk",
    "eats_memory",
    "eats_memory_in_a_cell",
    "returns_a_pickle_bomb",
    "mounts",
)
# These go on until their time is over.
SLOW = (
    "catches_everything",
    "drips",
    "eats_memory_in_a_cell",
    "forks_without_end",
    "ignores_signals",
    "keeps_its_threads",
    "never_is_destroyed",
    "never_returns_from_c",
    "recurses_in_c",
    "recurses_in_python",
    "returns_too_much",
    "sends_half_a_message",
    "sleeps_in_a_cell",
)


def how_long(method, path):
    """Marks for what takes seconds: it is tried in the best sandbox here; in all with `--long`."""
    slow = path.stem in SLOW and method != sandbox.best_first()[0]
    return [pytest.mark.long] if slow else []


def usable(method):
    """Whether this machine can shut submissions in like that."""
    try:
        Grader(Options(method=method)).close()
    except sandbox.SandboxMissing:
        return False
    return True


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A folder with a class's work, and a server that nobody may reach."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "ada.ipynb").write_bytes(submitted.right())
    (folder / "results.csv").write_text(CANARY)
    (folder / "secret.canary").write_text(CANARY)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        for path in FILES:
            content = submitted.hostile(path, PORT=server.getsockname()[1])
            (folder / f"{path.stem}.ipynb").write_bytes(content)
        yield Path(folder), server


@pytest.fixture(scope="module")
def grader(request, machine):
    """A grader that shuts in as the parameter says, if this machine has that."""
    os.environ["GRADE_SECRET"] = CANARY
    if not usable(request.param):
        pytest.skip(f"there is no {request.param} here")
    options = Options(method=request.param, timeout=8, hide=(str(machine[0]),))
    with Grader(options) as one:
        yield one
    del os.environ["GRADE_SECRET"]


def below(pid):
    """The processes that a process has started, and those have, and so on."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [p for child in map(int, text.split()) for p in (child, *below(child))]


def of(graded, name="fetch_all"):
    """The verdict on one exercise."""
    return next(one for one in graded.exercises if one.id == name)


def submission(folder, name):
    """One handed-in notebook by its name."""
    return next(one for one in find([folder]) if one.name == name)


@pytest.mark.parametrize(
    ("grader", "path"),
    [
        pytest.param(method, path, id=f"{method}-{path.stem}", marks=how_long(method, path))
        for method in ("bubblewrap", "namespaces", "limits", "spawn")
        for path in FILES
        if method in ("bubblewrap", "namespaces") or path.stem not in NEED_NAMESPACES
    ],
    indirect=["grader"],
)
def test_it_is_refused_and_harms_nobody(path, grader, machine):
    folder, server = machine
    shut_in = "namespaces" in grader.sandbox
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    graded = grader.grade(submission(folder, path.stem))
    said = f"{graded.to_json()}"

    assert not graded.problem
    assert not any(one.passed for one in graded.exercises)
    assert graded.points < of(graded).max_points
    assert CANARY not in said, "it has read what it must not"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before, "it changed a file"
    assert not Path("/tmp/pickled").exists()
    with pytest.raises(BlockingIOError):
        server.accept()
    if shut_in:
        assert "reached" not in said and "attached to" not in said and "it unmounted" not in said
        assert "left-by-me" not in said and "the disk" not in said
    assert "\x1b" not in said and "\x00" not in said

    # The next one finds the machine as it was.
    neighbour = grader.grade(submission(folder, "ada"))
    assert of(neighbour).passed


def test_nothing_lives_on_after_it(machine):
    folder, _ = machine
    for method in ("bubblewrap", "namespaces", "limits"):
        if not usable(method):
            continue
        with Grader(Options(method=method)) as grader:
            grader.grade(submission(folder, "ada"))
            alone = len(below(os.getpid()))
            grader.grade(submission(folder, "becomes_a_daemon"))
            assert len(below(os.getpid())) == alone, method


def test_what_the_threat_model_does_not_exclude():
    # It invents a whole run for inputs that it has not seen before: README.md, "What is left".
    path = submitted.HOSTILE / "not_excluded" / "forges_a_whole_run.py"
    content = submitted.hostile(path)
    with Grader() as grader:
        graded = grader.grade(find_in_memory(content))
    assert of(graded).passed


def find_in_memory(content):
    """A submission that is in no file."""
    from checker.grade import Submission

    return Submission("forged", "forged.ipynb", content=content)
