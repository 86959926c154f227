"""The lab's PostgreSQL: what it reports."""

import asyncio
import sys

import asyncpg
import pytest

from checker.engine import Limits, observe
from checker.lab.postgresql.server import Database

PATIENT = Limits(real_seconds=20)
module = sys.modules["checker.lab.postgresql.server"]
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
