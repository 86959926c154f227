"""Scenes of `23_databases`: an answer, its database, and what the server saw of it.

As in `scenes`, a scene closes over nothing and returns plain data.
"""

import asyncio
import contextlib
import inspect

import asyncpg

PRODUCTS = """create table product (
    id int primary key, name text not null, price int not null check (price >= 0));"""
# Slow enough that those which could overlap do so on a busy machine, too.
NAMES = f"""{PRODUCTS}
insert into product select n, 'product ' || n, 5 from generate_series(1, 40) n;
create function slow_name(wanted int) returns text language sql volatile as
    $$ select name from product, pg_sleep(0.03) where id = wanted $$"""
SHELVES = "create table shelf (name text primary key, stock int not null check (stock >= 0));"
# Two moves at once both have begun before either of them is done.
SLOW_SHELVES = f"""{SHELVES}
create function slowly() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.1); return new; end $$;
create trigger slow before update on shelf for each row execute function slowly();"""
ITEMS = "create table item (id int primary key, weight int not null)"
LOOK_EVERY, LOOKS = 0.2, 4  # real seconds, and how often nothing may have changed
_INSERT = "insert into product values ($1, $2, $3)"
_ALL = "select id, name, price from product order by id"


@contextlib.asynccontextmanager
async def connected(database):
    connection = await asyncpg.connect(database.url)
    try:
        yield connection
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def pooled(database, size):
    pool = await asyncpg.create_pool(database.url, min_size=size, max_size=size)
    try:
        yield pool
    finally:
        # What the answer left behind is left to the engine, which tells of it. Here it would fail,
        # and `close` would wait for what was not given back.
        if asyncio.all_tasks() == {asyncio.current_task()}:
            pool.terminate()


class NoneLeft(Exception):
    """Whoever is to go on waits for a connection, and none will come back."""


async def _to_its_end(pool, database, awaitable):
    """What it returns.

    Raises:
        NoneLeft: if all connections are lent out and nothing has been asked of the server for a
            while. The clock of the run cannot tell, because the server might act at any moment.
    """
    if not inspect.isawaitable(awaitable):
        await awaitable  # the usual error
    task = asyncio.ensure_future(awaitable)
    looks, before = 0, None
    while not (await asyncio.wait([task], timeout=LOOK_EVERY))[0]:
        now = (len(database.seen().statements), pool.get_idle_size(), database.seen().busy())
        looks = looks + 1 if now == before and now[1:] == (0, 0) else 0
        before = now
        if looks == LOOKS:
            task.cancel()
            await asyncio.wait([task], timeout=LOOK_EVERY)
            raise NoneLeft
    return await task


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
    """The answer for each name, and what the server saw."""
    async with connected(database) as connection:
        await connection.executemany(_INSERT, rows)
        database.forget()
        return [[await find_price(connection, name) for name in names], database.seen().data()]


async def stored(add, database, before, rows):
    """What the answer returned or what error came out; what the server saw; what is stored."""
    async with connected(database) as connection:
        await connection.executemany(_INSERT, before)
        database.forget()
        result = await add(connection, rows)
        seen, closed = database.seen().data(), not connection.is_in_transaction()
    return [result, seen, closed, await _look(database, _ALL)]


async def refused(add, database, before, rows):
    """As `stored`, where an error of the server's is a result."""
    async with connected(database) as connection:
        await connection.executemany(_INSERT, before)
        database.forget()
        result = await _outcome(add(connection, rows))
        seen = database.seen().data()
    return [result, seen, await _look(database, _ALL)]


async def fetched(fetch_all, database, size, numbers):
    """What the answer returned; what the server saw; whether all connections were given back."""
    async with pooled(database, size) as pool:
        result = await _to_its_end(pool, database, fetch_all(pool, numbers))
        seen = database.seen().data()
        return [result, seen, pool.get_idle_size() == pool.get_size()]


_STOCK = "select stock from shelf order by name"


async def moved(move, database, shelves, *moves):
    """The answer for each move, at the same time; what the server saw; what is on the shelves."""
    async with pooled(database, len(moves)) as pool:
        await pool.executemany("insert into shelf values ($1, $2)", shelves)
        database.forget()
        moving = asyncio.gather(*(_outcome(move(pool, *one)) for one in moves))
        outcomes = await _to_its_end(pool, database, moving)
        seen = database.seen().data()
        return [outcomes, seen, [row[0] for row in await pool.fetch(_STOCK)]]


async def parcel(pack, database, weights, limit):
    """The result; what the server saw; whether the transaction is over."""
    async with connected(database) as connection:
        rows = list(enumerate(weights, 1))
        await connection.copy_records_to_table("item", records=rows)
        database.forget()
        result = await pack(connection, limit)
        return [result, database.seen().data(), not connection.is_in_transaction()]


async def within(fetch_within, database, query, seconds):
    """The result as lists; what the server saw; whether the connection serves again."""
    async with pooled(database, 1) as pool:
        result = await _to_its_end(pool, database, fetch_within(pool, query, seconds))
        seen = database.seen().data()
        given_back = pool.get_idle_size() == 1
        rows = result if result is None else [list(row) for row in result]
        return [rows, seen, given_back and await pool.fetchval("select 'again'") == "again"]


async def failing(fetch_within, database, query, seconds):
    """How it ended, and what the server saw."""
    async with pooled(database, 1) as pool:
        return [await _outcome(fetch_within(pool, query, seconds)), database.seen().data()]


async def typed(run_lines, database, lines, size=3):
    """What was shown, in order, and what the server saw."""
    shown = []

    async def typing():
        for line in lines:
            await asyncio.sleep(0)
            yield line

    async with pooled(database, size) as pool:
        await _to_its_end(pool, database, run_lines(typing(), pool, shown.append))
        return [shown, database.seen().data()]
