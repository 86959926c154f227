"""Submissions that try to pass without solving, to read, to harm, or to spoil others' grades.

Each file in `hostile/` is one, named for what it tries. `checker/grade/README.md` has the threat
model, and says which barrier stands against which of them.
"""

import contextlib
import functools
import os
import re
import socket
import sys
from pathlib import Path

import pytest

from checker.grade import Grader, Options, Submission, find, grade, sandbox
from tests.support import submitted

FILES = sorted(submitted.HOSTILE.glob("*.py"))
CANARY = "canary-e5a1"  # stands where nothing of it may be seen
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and sockets of POSIX")
# What only namespaces keep from doing harm is not tried without: it could end this test, too.
NEED_NAMESPACES = (
    "reads_the_notebooks_of_others",
    "reads_solutions",
    "reads_the_rules",
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


# What other ways of shutting in are tried with each time; with `--long` it is everything.
SAMPLE = (
    "answers_before_it_is_asked",
    "attaches_a_debugger",
    "calls_home",
    "closes_everything",
    "crashes",
    "exits_at_once",
    "forges_a_verdict",
    "patches_sleep",
    "reads_solutions",
    "reads_the_rules",
    "reads_the_environment",
    "sends_too_much",
    "signals_everybody",
    "writes_to_others",
)
BEST = sandbox.best_first()[0]


def how_long(method, path):
    """The marks of one case. Those that go on for ever are tried in one batch each time."""
    often = path.stem not in SLOW if method == BEST else path.stem in SAMPLE
    return [] if often else [pytest.mark.long]


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
def graders(machine):
    """A function: the one grader that shuts in by a method; None if this machine has not that."""
    os.environ["GRADE_SECRET"] = CANARY
    with contextlib.ExitStack() as stack:

        @functools.cache
        def grader(method):
            try:
                options = Options(method=method, timeout=8, hide=(str(machine[0]),))
                return stack.enter_context(Grader(options))
            except sandbox.SandboxMissing:
                return None

        yield grader
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
    ("method", "path"),
    [
        pytest.param(method, path, id=f"{method}-{path.stem}", marks=how_long(method, path))
        for method in ("bubblewrap", "namespaces", "limits", "spawn")
        for path in FILES
        if method in ("bubblewrap", "namespaces") or path.stem not in NEED_NAMESPACES
    ],
)
def test_it_is_refused_and_harms_nobody(method, path, graders, machine):
    grader = graders(method)
    if grader is None:
        pytest.skip(f"there is no {method} here")
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


def test_those_that_go_on_for_ever_cost_their_own_time_alone(machine):
    folder, _ = machine
    without = () if BEST in ("bubblewrap", "namespaces") else NEED_NAMESPACES
    slow = [submission(folder, name) for name in SLOW if name not in without]
    ada = submission(folder, "ada")
    right = [Submission(f"right {n}", ada.path) for n in range(len(slow))]
    handed_in = [one for pair in zip(slow, right, strict=True) for one in pair]
    options = Options(timeout=6, hide=(str(folder),))
    seen = {one.name: one for one in grade(handed_in, jobs=4, options=options)}
    assert seen.keys() == {one.name for one in handed_in}
    assert all(of(seen[one.name]).passed for one in right)
    assert not any(of(seen[one.name]).passed for one in slow)


@pytest.mark.parametrize("method", ["bubblewrap", "namespaces", "limits"])
def test_nothing_lives_on_after_it(method, graders, machine):
    folder, _ = machine
    grader = graders(method)
    if grader is None or not sys.platform.startswith("linux"):
        pytest.skip(f"there is no {method} here")
    grader.grade(submission(folder, "ada"))
    alone = len(below(os.getpid()))
    grader.grade(submission(folder, "becomes_a_daemon"))
    assert len(below(os.getpid())) == alone


def test_what_the_threat_model_does_not_exclude():
    # It invents a whole run for inputs that it has not seen before: README.md, "What is left".
    path = submitted.HOSTILE / "not_excluded" / "forges_a_whole_run.py"
    content = submitted.hostile(path)
    with Grader() as grader:
        graded = grader.grade(Submission("forged", "forged.ipynb", content=content))
    assert of(graded).passed


def test_each_line_of_the_threat_model_has_its_submission():
    text = (Path(sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text.partition("| What it tries")[2]))
    assert {path.stem for path in FILES} <= named
    assert len(FILES) >= 40
    assert "not_excluded/forges_a_whole_run.py" in text
