import os
import tempfile
from pathlib import Path

import pytest

from checker.engine.clock.cpu import Reading
from checker.maintain import committed
from checker.maintain.home import private_env
from tests.support.second_try import pytest_pyfunc_call  # noqa: F401

# Kernels and browsers write into user folders; the tests give them some of their own.
_home = tempfile.TemporaryDirectory(prefix="course-home-")
os.environ.update(private_env(_home.name))
os.environ.pop("CHECKER_SOLUTIONS", None)


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="run the slow tests and the browser, too")
    parser.addoption("--long", action="store_true", help="run the tests that take minutes, too")


def pytest_collection_modifyitems(config, items):
    answers = (committed.ROOT / "solutions").is_dir()
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: --long runs it"))
        slow = item.get_closest_marker("full") or item.get_closest_marker("browser")
        if slow and not config.getoption("--full"):
            item.add_marker(pytest.mark.skip(reason="slow: --full runs it"))
        if item.get_closest_marker("solutions") and not answers:
            item.add_marker(pytest.mark.skip(reason="this copy came without solutions"))


@pytest.fixture
def no_cpu(monkeypatch):
    """As if another process had the CPU: nothing is charged, but other threads see a late clock."""
    monkeypatch.setattr(Reading, "without_waits", lambda self, used: 0)


@pytest.fixture(scope="session")
def committed_tree(tmp_path_factory):
    """A folder with the committed `notebooks/` and `solutions/`; read it, don't write to it."""
    folder = tmp_path_factory.mktemp("committed")
    committed.export(committed.names(*committed.NOTEBOOK_FOLDERS), folder)
    return Path(folder)
