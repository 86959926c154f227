"""Scenes of `23_databases`: an answer, its database, and what the server saw of it.

A scene closes over nothing and returns a dict of plain data. In each of them "log" is what the
server saw of the answer, as `checker.lab.postgresql.wire.Log.data` has it. Seconds are real ones:
the server runs outside the clock of the run.
"""

import asyncio
import contextlib

import asyncpg

from checker.engine.service import serving

PRODUCTS = """create table product (
    id int primary key, name text not null, price int not null check (price >= 0));"""
# `slow()` waits until the scene opens the gate: when nothing else is going on any more.
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
AT_REST = 3  # looks in which nothing has gone on: nothing will, unless the scene does something
FOR_EVER = 40  # as many of them, and whoever still waits for a connection will never get one
_INSERT_PRODUCT = "insert into product values ($1, $2, $3)"
_ALL_PRODUCTS = "select id, name, price from product order by id"
_INSERT_SHELF = "insert into shelf values ($1, $2)"
_ALL_SHELVES = "select name, stock from shelf order by name"
_TAKE_ONE = "update shelf set stock = stock - 1 where name = $1"
_OPEN_GATE = "select nextval('gate')"
_SOMEBODY_WAITS_FOR_ME = """/* lab */ select exists (select from pg_locks
    where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))"""


def names_script(size=0, count=0):
    """SQL for the function `slow_name(number)`, which gives the name of a product.

    The first `size` queries wait for one another, so that they must be under way at once; the very
    first waits until all `count` of them have come. If no more will come, the scene opens the gate.
    With zeros none waits for others.
    """
    return f"""create table product (id int primary key, name text not null);
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


@contextlib.contextmanager
def _tasks_of_the_lab():
    """Tasks that begin inside count as the lab's, not as the answer's."""
    token = serving.set(True)
    try:
        yield
    finally:
        serving.reset(token)


@contextlib.asynccontextmanager
async def connected(database):
    """A connection to the database, closed at the end."""
    connection = await asyncpg.connect(database.url)
    try:
        yield connection
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def pooled(database, size):
    """A pool of so many connections, all of them open from the beginning."""
    with _tasks_of_the_lab():
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
    """Await the answer, and tell where it would wait for a connection for ever.

    Args:
        at_rest: a coroutine function, called when nothing goes on any more: what the server has
            been asked is answered, or is being worked on, and nobody asks it for more. This hangs
            on no machine's speed: what was sent is written down at a look, what is on its way is
            waited for, and whoever has been answered had turns of the loop since the last look.

    Returns:
        what the answer returned.

    Raises:
        NoConnectionLeft: if all connections are lent out, and nothing is asked of the server for
            longer than somebody may sleep. The clock of the run cannot tell, because the server
            might act at any moment.
    """
    answering = asyncio.current_task()
    acting = asyncio.Lock()  # held while the lab asks the server something itself
    stuck = False

    async def watch():
        nonlocal stuck
        still_looks = 0
        passed_before = None
        while not stuck:
            await asyncio.sleep(LOOK_EVERY)
            log = database.seen(catch_up=True)
            still = log.passed == passed_before and not log.on_its_way()
            still_looks = still_looks + 1 if still else 0
            passed_before = log.passed
            if still_looks == AT_REST and at_rest is not None:
                async with acting:
                    await at_rest()
            stuck = still_looks >= FOR_EVER and pool.get_idle_size() == 0 and not log.busy()
        answering.cancel()

    with _tasks_of_the_lab():
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


async def _rows(database, query):
    """The rows of a query, asked on a connection of its own, as lists."""
    async with connected(database) as connection:
        return [list(row) for row in await connection.fetch(query)]


async def _outcome(awaitable):
    """{"returned": the result}, or {"raised": the name of the error that the server sent}.

    Raises:
        Exception: any other error, as it comes.
    """
    try:
        return {"returned": await awaitable}
    except asyncpg.PostgresError as error:
        return {"raised": type(error).__name__}
    except ExceptionGroup as group:
        if group.subgroup(asyncpg.PostgresError) is None:
            raise
        return {"raised": type(group.exceptions[0]).__name__}


async def asked(find_price, database, products, names):
    """Ask for one price after the other.

    Returns:
        "prices": the answer for each name.
    """
    async with connected(database) as connection:
        await connection.executemany(_INSERT_PRODUCT, products)
        database.forget()
        prices = [await find_price(connection, name) for name in names]
        return {"log": database.seen().data(show=True), "prices": prices}


async def stored(add, database, before, products):
    """Let the answer store products; `before` is stored already.

    Returns:
        "result": what the answer returned; "transaction_over": whether its connection is in no
        transaction; "stored": the rows of the table in the order of their ids.
    """
    async with connected(database) as connection:
        await connection.executemany(_INSERT_PRODUCT, before)
        database.forget()
        result = await add(connection, products)
        log = database.seen().data(show=True)
        over = not connection.is_in_transaction()
    rows = await _rows(database, _ALL_PRODUCTS)
    return {"log": log, "result": result, "transaction_over": over, "stored": rows}


async def refused(add, database, before, products):
    """As `stored`, where the server refuses some of the products.

    Returns:
        "outcome" in place of "result": how it ended, as `_outcome` says.
    """
    async with connected(database) as connection:
        await connection.executemany(_INSERT_PRODUCT, before)
        database.forget()
        outcome = await _outcome(add(connection, products))
        log = database.seen().data(show=True)
        over = not connection.is_in_transaction()
    rows = await _rows(database, _ALL_PRODUCTS)
    return {"log": log, "outcome": outcome, "transaction_over": over, "stored": rows}


async def fetched(fetch_names, database, size, numbers):
    """Fetch the names of products with a pool of so many connections.

    Returns:
        "names": what the answer returned; "free": how many connections are free afterwards, None
        if the pool is closed; "waited": whether a query waited for others to end while a
        connection was free for it.
    """
    waited = False

    async def open_gate():
        nonlocal waited
        log = database.seen()
        if 0 < log.busy() < size and len(log.statements) < len(numbers):
            waited = True
            database.do(_OPEN_GATE)

    async with pooled(database, size) as pool:
        names = await _to_its_end(pool, database, fetch_names(pool, numbers), open_gate)
        free = None if pool.is_closing() else pool.get_idle_size()
        return {"log": database.seen().data(), "names": names, "free": free, "waited": waited}


async def moved(move, database, shelves, source, target, count):
    """Move pieces from one shelf to another, with a pool of one connection.

    Args:
        shelves: pairs (name, stock).

    Returns:
        "outcome": how it ended, as `_outcome` says; "shelves": a dict, name → stock, in the order
        of the names; "free": how many connections of the pool are free.
    """
    async with pooled(database, 1) as pool:
        await pool.executemany(_INSERT_SHELF, shelves)
        database.forget()
        outcome = await _to_its_end(pool, database, _outcome(move(pool, source, target, count)))
        log = database.seen().data(show=True)
        free = pool.get_idle_size()
        stocks = dict(await _rows(database, _ALL_SHELVES))
        return {"log": log, "outcome": outcome, "shelves": stocks, "free": free}


async def moved_meanwhile(move, database, shelves, shelf, source, target, count):
    """As `moved`. Meanwhile another client takes one piece from `shelf`: it has begun before, and
    is done when the answer waits for it.
    """
    async with pooled(database, 1) as pool, connected(database) as other:

        async def commit_if_waited_for():
            if not database.seen().busy() or await other.fetchval(_SOMEBODY_WAITS_FOR_ME):
                await commit()

        async def commit():
            if other.is_in_transaction():
                await other.execute("commit")

        await other.executemany(_INSERT_SHELF, shelves)
        database.forget()
        await other.execute("begin")
        await other.execute(_TAKE_ONE, shelf)
        moving = _outcome(move(pool, source, target, count))
        outcome = await _to_its_end(pool, database, moving, commit_if_waited_for)
        await commit()
        log = database.seen().data(show=True)
        free = pool.get_idle_size()
        stocks = dict(await other.fetch(_ALL_SHELVES))
        return {"log": log, "outcome": outcome, "shelves": stocks, "free": free}


async def parcel(fill, database, weights, limit):
    """Fill a parcel from a table of items, which are stored in the reverse order of their ids.

    Returns:
        "ids": what the answer returned; "transaction_over": whether its connection is in no
        transaction.
    """
    async with connected(database) as connection:
        items = list(enumerate(weights, 1))
        await connection.copy_records_to_table("item", records=reversed(items))
        database.forget()
        ids = await fill(connection, limit)
        over = not connection.is_in_transaction()
        return {"log": database.seen().data(show=True), "ids": ids, "transaction_over": over}


async def within(fetch_within, database, query, seconds):
    """Run a query that may take so many seconds, on a pool of one connection.

    Returns:
        "rows": what the answer returned, a list of records as a list of lists; "are_records":
        whether it was such a list; "serves_again": whether the pool's connection was given back
        and can be used.
    """
    async with pooled(database, 1) as pool:
        result = await _to_its_end(pool, database, fetch_within(pool, query, seconds))
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if left and all(task.get_coro().__name__ == "_cancel" for task in left):
            await asyncio.wait(left)  # asyncpg's own; only who gives back waits for it
        log = database.seen().data(show=True)
        given_back = pool.get_idle_size() == 1
        are_records = isinstance(result, list) and all(
            isinstance(r, asyncpg.Record) for r in result
        )
        return {
            "log": log,
            "rows": [list(row) for row in result] if are_records else result,
            "are_records": are_records,
            "serves_again": given_back and await pool.fetchval("select 'again'") == "again",
        }


async def failing(fetch_within, database, query, seconds):
    """Run a query that the server refuses.

    Returns:
        "outcome": how it ended, as `_outcome` says.
    """
    async with pooled(database, 1) as pool:
        outcome = await _outcome(fetch_within(pool, query, seconds))
        return {"log": database.seen().data(show=True), "outcome": outcome}


async def typed(run_lines, database, lines, patient):
    """Type lines for the answer to run, on a pool of three connections.

    A `patient` typist reads each answer before the next line, but not if nothing goes on any more.
    Nor does `slow()` wait any longer then.

    Returns:
        "shown": what was shown, in order; "before_last": how many answers had been "shown" and how
        many statements "asked" when the last line came, None if it was never asked for.
    """
    shown = []
    before_last = None
    news = asyncio.Event()

    def show(what):
        shown.append(what)
        news.set()

    async def at_rest():
        news.set()
        database.do(_OPEN_GATE)

    async def typing():
        nonlocal before_last
        for number, line in enumerate(lines, 1):
            if patient and number > 1:
                await news.wait()
                news.clear()
            if number == len(lines):
                before_last = {"shown": len(shown), "asked": len(database.seen().statements)}
            yield line

    async with pooled(database, 3) as pool:
        await _to_its_end(pool, database, run_lines(typing(), pool, show), at_rest)
        return {"log": database.seen().data(), "shown": shown, "before_last": before_last}
