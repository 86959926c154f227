"""Scenes of `23_databases`: an answer, its database, and what the server saw of it.

As in `scenes`, a scene closes over nothing and returns plain data: first what the server saw.
"""

import asyncio
import contextlib

import asyncpg

from checker.engine.service import serving

PRODUCTS = """create table product (
    id int primary key, name text not null, price int not null check (price >= 0));"""
# The first queries, as many as the pool has connections, wait for one another; the very first waits
# until the last of them has come. If no more will come, the scene opens the gate.
NAMES = """create table product (id int primary key, name text not null);
insert into product select n, 'product ' || n from generate_series(1, 40) n;
create sequence asked;
create sequence gate;
create function slow_name(wanted int) returns text language plpgsql as $$
declare
    mine int := nextval('asked');
    needed int := case when mine = 1 then {count} when mine <= {size} then {size} else mine end;
begin
    for look in 1..2000 loop
        exit when (select last_value from asked) >= needed or (select is_called from gate);
        perform pg_sleep(0.005);
    end loop;
    perform pg_sleep(0.01);
    return (select name from product where id = wanted);
end $$"""
# It waits until the scene opens the gate: when nothing else is going on any more.
SLOW = """create sequence gate;
create function slow() returns int language plpgsql as $$
begin
    for look in 1..2000 loop
        exit when (select is_called from gate);
        perform pg_sleep(0.005);
    end loop;
    return 1;
end $$"""
SHELVES = "create table shelf (name text primary key, stock int not null check (stock >= 0));"
ITEMS = "create table item (id int primary key, weight int not null)"
LOOK_EVERY = 0.01  # real seconds
AT_REST, FOR_EVER = 3, 40  # looks in which nothing has gone on
_INSERT = "insert into product values ($1, $2, $3)"
_ALL = "select id, name, price from product order by id"


@contextlib.contextmanager
def _none_of_the_answer_s():
    """Tasks that begin inside are the lab's."""
    mark = serving.set(True)
    try:
        yield
    finally:
        serving.reset(mark)


@contextlib.asynccontextmanager
async def connected(database):
    connection = await asyncpg.connect(database.url)
    try:
        yield connection
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def pooled(database, size):
    with _none_of_the_answer_s():
        pool = await asyncpg.create_pool(database.url, min_size=size, max_size=size)
    try:
        yield pool
    finally:
        # What the answer left behind is left to the engine, which tells of it. Here it would fail,
        # and `close` would wait for what was not given back.
        if asyncio.all_tasks() == {asyncio.current_task()}:
            pool.terminate()


class NoConnectionLeft(Exception):
    """Whoever is to go on waits for a connection, and none will come back."""


async def _to_its_end(pool, database, awaitable, at_rest=None):
    """What it returns.

    Args:
        at_rest: a coroutine function, called when nothing goes on any more: what the server has
            been asked is answered, or is being worked on, and nobody asks it for more. This hangs
            on no machine's speed: what was sent is written down at a look, what is on its way is
            waited for, and whoever has been answered had turns of the loop since the last look.

    Raises:
        NoConnectionLeft: if all connections are lent out, and nothing is asked of the server for
            longer than somebody may sleep. The clock of the run cannot tell, because the server
            might act at any moment.
    """
    answering, stuck, acting = asyncio.current_task(), False, asyncio.Lock()

    async def watch():
        nonlocal stuck
        looks, before = 0, None
        while not stuck:
            await asyncio.sleep(LOOK_EVERY)
            log = database.seen(catch_up=True)
            looks = looks + 1 if log.passed == before and not log.on_its_way() else 0
            before = log.passed
            if looks == AT_REST and at_rest is not None:
                async with acting:
                    await at_rest()
            stuck = looks >= FOR_EVER and pool.get_idle_size() == 0 and not log.busy()
        answering.cancel()

    with _none_of_the_answer_s():
        watcher = asyncio.create_task(watch())
    try:
        return await awaitable
    except asyncio.CancelledError:
        if not stuck:
            raise
        answering.uncancel()
        raise NoConnectionLeft from None
    finally:
        async with acting:  # a statement that is broken off spoils its transaction
            watcher.cancel()
        await asyncio.wait([watcher])


async def _look(database, query):
    async with connected(database) as connection:
        return [list(row) for row in await connection.fetch(query)]


async def _outcome(awaitable):
    """["returned", the result], or ["raised", the name of the error that the server sent]."""
    try:
        return ["returned", await awaitable]
    except asyncpg.PostgresError as error:
        return ["raised", type(error).__name__]
    except ExceptionGroup as group:
        if group.subgroup(asyncpg.PostgresError) is None:
            raise
        return ["raised", type(group.exceptions[0]).__name__]


async def asked(find_price, database, rows, names):
    """The answer for each name."""
    async with connected(database) as connection:
        await connection.executemany(_INSERT, rows)
        database.forget()
        prices = [await find_price(connection, name) for name in names]
        return [database.seen().data(show=True), prices]


async def stored(add, database, before, rows):
    """What the answer returned; whether its transaction is over; what is stored."""
    async with connected(database) as connection:
        await connection.executemany(_INSERT, before)
        database.forget()
        result = await add(connection, rows)
        seen, closed = database.seen().data(show=True), not connection.is_in_transaction()
    return [seen, result, closed, await _look(database, _ALL)]


async def refused(add, database, before, rows):
    """As `stored`, where an error of the server's is a result."""
    async with connected(database) as connection:
        await connection.executemany(_INSERT, before)
        database.forget()
        result = await _outcome(add(connection, rows))
        seen, closed = database.seen().data(show=True), not connection.is_in_transaction()
    return [seen, result, closed, await _look(database, _ALL)]


async def fetched(fetch_all, database, size, numbers):
    """The result; how many connections are free, None if the pool is closed;
    whether a query waited for others to end, with a connection free for it.
    """
    waited = []

    async def open_gate():
        log = database.seen()
        if 0 < log.busy() < size and len(log.statements) < len(numbers):
            waited.append(True)
            database.do(_OPEN_GATE)

    async with pooled(database, size) as pool:
        result = await _to_its_end(pool, database, fetch_all(pool, numbers), open_gate)
        free = None if pool.is_closing() else pool.get_idle_size()
        return [database.seen().data(), result, free, bool(waited)]


_OPEN_GATE = "select nextval('gate')"
_IS_WAITED_FOR = """/* lab */ select exists (select from pg_locks
    where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))"""
_TAKE = "update shelf set stock = stock - 1 where name = $1"
_STOCK = "select stock from shelf order by name"


async def moved(move, database, shelves, *args):
    """How it ended; what is on the shelves; how many connections are free."""
    async with pooled(database, 1) as pool:
        await pool.executemany("insert into shelf values ($1, $2)", shelves)
        database.forget()
        outcome = await _to_its_end(pool, database, _outcome(move(pool, *args)))
        seen, free = database.seen().data(show=True), pool.get_idle_size()
        return [seen, outcome, [row[0] for row in await _look(database, _STOCK)], free]


async def moved_meanwhile(move, database, shelves, shelf, *args):
    """As `moved`. Meanwhile another client takes one piece from a shelf: it has begun before, and
    is done when the answer waits for it.
    """
    async with pooled(database, 1) as pool, connected(database) as other:

        async def go_on():
            if not database.seen().busy() or await other.fetchval(_IS_WAITED_FOR):
                await commit()

        async def commit():
            if other.is_in_transaction():
                await other.execute("commit")

        await other.executemany("insert into shelf values ($1, $2)", shelves)
        database.forget()
        await other.execute("begin")
        await other.execute(_TAKE, shelf)
        outcome = await _to_its_end(pool, database, _outcome(move(pool, *args)), go_on)
        await commit()
        seen, free = database.seen().data(show=True), pool.get_idle_size()
        return [seen, outcome, [row[0] for row in await other.fetch(_STOCK)], free]


async def parcel(pack, database, weights, limit):
    """The result; whether the transaction is over."""
    async with connected(database) as connection:
        rows = list(enumerate(weights, 1))[::-1]
        await connection.copy_records_to_table("item", records=rows)
        database.forget()
        result = await pack(connection, limit)
        return [database.seen().data(show=True), result, not connection.is_in_transaction()]


async def within(fetch_within, database, query, seconds):
    """The result, its rows as lists; whether they are records; whether the pool serves again."""
    async with pooled(database, 1) as pool:
        result = await _to_its_end(pool, database, fetch_within(pool, query, seconds))
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if left and all(task.get_coro().__name__ == "_cancel" for task in left):
            await asyncio.wait(left)  # asyncpg's own; only who gives back waits for it
        seen, given_back = database.seen().data(show=True), pool.get_idle_size() == 1
        records = isinstance(result, list) and all(isinstance(r, asyncpg.Record) for r in result)
        rows = [list(row) for row in result] if records else result
        again = given_back and await pool.fetchval("select 'again'") == "again"
        return [seen, rows, records, again]


async def failing(fetch_within, database, query, seconds):
    """How it ended."""
    async with pooled(database, 1) as pool:
        outcome = await _outcome(fetch_within(pool, query, seconds))
        return [database.seen().data(show=True), outcome]


async def typed(run_lines, database, lines, patient):
    """What was shown, in order; how much had been shown, and asked, when the last line came.

    A `patient` typist reads each answer before the next line, but not if nothing goes on any more.
    Nor does `slow()` wait any longer then.
    """
    shown, early, news = [], [], asyncio.Event()

    def show(what):
        shown.append(what)
        news.set()

    async def at_rest():
        news.set()
        database.do(_OPEN_GATE)

    async def typing():
        for line in lines:
            if patient and line is not lines[0]:
                await news.wait()
                news.clear()
            early[:] = [len(shown), len(database.seen().statements)]
            yield line

    async with pooled(database, 3) as pool:
        await _to_its_end(pool, database, run_lines(typing(), pool, show), at_rest)
        return [database.seen().data(), shown, early]
