"""Exercises of 23_databases: one connection, pools, transactions, cursors, cancellation."""

from checker.engine import Limits
from checker.exercise import Exercise
from checker.judge import observe, stored
from checker.lab import scenes_databases as scenes
from checker.lab.postgres import Database


def _observe(scene, answer, script, *args, call):
    """Run a scene with a new database, which the script fills."""
    limits = Limits(real_seconds=20)
    run = observe(scene, answer, Database(script), *args, call=call, limits=limits)
    run.by_count = True
    return stored.not_stuck(run)


def _products(inputs, count):
    names = inputs.words(count)
    prices = inputs.sample(range(100, 900), count)
    return [(n + 1, names[n], prices[n]) for n in range(count)]


find_price = Exercise(
    "find_price",
    kind="write",
    needs="PostgreSQL",
    hints=[
        "Which of the four, `execute`, `fetch`, `fetchrow`, `fetchval`, gives one value?",
        "What do you write into the query where the name belongs, and where does the name go?",
        "What does `fetchval` give when no row is found?",
    ],
)


def _observe_price(answer, inputs, which):
    """Ask for the names at these positions: the second has a quote, the last are no product's."""
    rows = _products(inputs, 4)
    rows[1] = (2, f"{inputs.name()}'s {rows[1][1]}", rows[1][2])
    known = {name: price for _, name, price in rows}
    known |= dict.fromkeys(["nothing", rows[0][1].upper(), "%"])
    names = [list(known)[position] for position in which]
    call = "; ".join(f"find_price(connection, {name!r})" for name in names)
    run = _observe(scenes.asked, answer, scenes.PRODUCTS, rows, names, call=call)
    stored.same_data(run, run.part(1).value, [known[name] for name in names])
    return run, names


@find_price.rule("It returns the price of the product with that name.")
def price_found(answer, inputs):
    _observe_price(answer, inputs, [2, 0])


@find_price.rule("If there is no such product, it returns None.")
def price_missing(answer, inputs):
    _observe_price(answer, inputs, [-3, -2, -1])


@find_price.rule("The name is handed over apart from the query, so that any name will do.")
def price_apart(answer, inputs):
    run, names = _observe_price(answer, inputs, [1])
    texts = [s["text"] for s in run.part(0).value["statements"]]
    bare = names[0].rpartition(" ")[2]
    inside = next((text for text in texts if bare in text), None)
    seen = f"the server got {inside}"
    stored.server_saw(run, inside is None, "a query without the name in it", seen)


fetch_names = Exercise(
    "fetch_names",
    kind="repair",
    needs="PostgreSQL",
    shipped="raised",
    hints=[
        "How many queries can one connection carry at a time?",
        "For how long does a task need a connection: for all the queries, or for its own?",
        "What does `pool.fetchval` do before and after the query?",
    ],
)


def _observe_names(answer, inputs, together=False):
    size = inputs.randint(2, 3)
    numbers = inputs.sample(range(1, 41), 5)
    call = f"fetch_names(pool, {numbers}), with a pool of {size}"
    script = scenes.NAMES.format(size=size * together, count=len(numbers) * together)
    return _observe(scenes.fetched, answer, script, size, numbers, call=call), size, numbers


@fetch_names.rule("It returns the names in the order of the numbers.")
def names_in_order(answer, inputs):
    run, _, numbers = _observe_names(answer, inputs)
    stored.same_data(run, run.part(1).value, [f"product {n}" for n in numbers])


@fetch_names.rule("As many queries go on at once as the pool has connections.")
def names_at_once(answer, inputs):
    run, size, _ = _observe_names(answer, inputs, together=True)
    most = run.part(0).value["busy_most"]
    waited = run.part(3).value
    stored.server_saw(run, most >= size, f"{size} at once", f"never more than {most}", overlap=True)
    expected = "the next query as soon as a connection is free"
    seen = "the next ones waited until all before them were done"
    stored.server_saw(run, not waited, expected, seen, overlap=True, rounds=True)


@fetch_names.rule("No other connection is opened, and all are given back.")
def names_given_back(answer, inputs):
    run, size, _ = _observe_names(answer, inputs)
    opened = run.part(0).value["connections"]
    free = run.part(2).value
    stored.server_saw(run, opened <= size, f"{size} connections", f"{opened} were opened")
    stored.server_saw(run, free is not None, "a pool to go on with", "it was closed")
    stored.all_back(run, free, size)


add_products = Exercise(
    "add_products",
    kind="rewrite",
    needs="PostgreSQL",
    shipped="several_transactions",
    hints=[
        "Outside of a transaction block, how many transactions are 200 statements?",
        "Which method takes one statement and a list of values, and keeps all or nothing?",
        "Who hears of the error, if you do not catch it?",
    ],
)


def _observe_add(answer, inputs):
    rows = _products(inputs, 6)
    call = f"add_products(connection, {rows})"
    before = [(50, "old", 5)]
    return _observe(scenes.stored, answer, scenes.PRODUCTS, before, rows, call=call), rows


@add_products.rule("All products are stored, and it returns how many.")
def added_all(answer, inputs):
    run, rows = _observe_add(answer, inputs)
    _, result, closed, there = run.value
    stored.is_over(run, closed)
    stored.same_data(run, there[:-1], [list(row) for row in rows], "stored: ")
    stored.same_data(run, result, len(rows))


@add_products.rule("They are stored in one transaction.")
def added_together(answer, inputs):
    run, _ = _observe_add(answer, inputs)
    stored.one_transaction(run)


@add_products.rule("If one of them is refused, none is kept, and the error comes out.")
def added_none(answer, inputs):
    rows = _products(inputs, 6)
    taken = rows[inputs.randint(2, 4)][0]
    call = f"add_products(connection, {rows}), where {taken} is taken already"
    before = [(taken, "old", 5)]
    run = _observe(scenes.refused, answer, scenes.PRODUCTS, before, rows, call=call)
    _, result, closed, (*kept, _) = run.value
    stored.server_saw(
        run, not kept, "nothing new stored", f"{len(kept)} of them are", together=True
    )
    stored.came_out(run, result, "UniqueViolationError")
    stored.is_over(run, closed)


move_stock = Exercise(
    "move_stock",
    kind="repair",
    needs="PostgreSQL",
    shipped="several_transactions",
    hints=[
        "Between the two updates the program may fail. What is stored then?",
        "`pool.execute` takes any connection that is free. A transaction belongs to which one?",
        "Between your `select` and your `update` another task may change the shelf. Who can "
        "subtract at the very moment of the update?",
    ],
)


def _observe_move(answer, inputs, more, meanwhile=()):
    """Move all that is there and `more`; `meanwhile`: 0 or 1, from which shelf one is taken."""
    a, b, c = inputs.words(3)
    left = dict(zip((a, b, c), inputs.sample(range(20, 60), 3), strict=True))
    shelves = list(left.items())
    one = (a, b, left[a] + more)
    taken = [(a, b)[which] for which in meanwhile]
    call = f"move_stock(pool, {a!r}, {b!r}, {one[2]}), where {a!r} has {left[a]}"
    call += "".join(f", while somebody else takes 1 from {shelf!r}" for shelf in taken)
    scene = scenes.moved_meanwhile if taken else scenes.moved
    run = _observe(scene, answer, scenes.SHELVES, shelves, *taken, *one, call=call)
    moved = one[2] if more < 0 else 0
    for shelf, count in ((a, -moved), (b, moved), *((shelf, -1) for shelf in taken)):
        left[shelf] += count
    return run, [left[name] for name in sorted(left)]


def _shelves_have(run, wanted, together=False, at_once=False):
    there = run.part(2).value
    stored.server_saw(
        run,
        there == wanted,
        f"{wanted} on the shelves",
        f"there are {there}",
        together=together,
        at_once=at_once,
    )


@move_stock.rule("What leaves one shelf arrives on the other, in one transaction.")
def moved_together(answer, inputs):
    run, wanted = _observe_move(answer, inputs, -inputs.randint(3, 9))
    stored.same_data(run, run.part(2).value, wanted, "on the shelves: ")
    stored.one_transaction(run)
    stored.all_back(run, run.part(3).value)


@move_stock.rule("If the first shelf has too little, nothing changes, and the error comes out.")
def moved_nothing(answer, inputs):
    run, wanted = _observe_move(answer, inputs, 1)
    _shelves_have(run, wanted, together=True)
    stored.came_out(run, run.part(1).value, "CheckViolationError")
    stored.all_back(run, run.part(3).value)


@move_stock.rule("What somebody else takes from either shelf meanwhile stays taken.")
def moved_meanwhile(answer, inputs):
    for which in (0, 1):
        run, wanted = _observe_move(answer, inputs, -inputs.randint(3, 9), [which])
        how, what = run.part(1).value
        stored.server_saw(run, how == "returned", "the move to be done", f"it raised {what}")
        _shelves_have(run, wanted, at_once=True)
        stored.kept_locks(run)


half_saved = Exercise(
    "half_saved",
    kind="predict",
    needs="PostgreSQL",
    hints=[
        "Which of the blocks does the exception leave, and which one not?",
        "What does the server take back: all, or what came after the savepoint?",
        "The block that is left by the `ValueError`: which of the inserts are within it?",
    ],
)


import_products = Exercise(
    "import_products",
    kind="write",
    needs="PostgreSQL",
    hints=[
        "After an error inside a transaction, what does the server say to every statement?",
        "A block inside a block is a savepoint. Which part of the work belongs into it?",
        "Where must the `try` stand: inside the inner block, or around it?",
    ],
)


def _observe_import(answer, inputs):
    rows = _products(inputs, 7)
    first, second = bad = sorted(inputs.sample(range(1, 7), 2))
    rows[first], rows[second] = (*rows[first][:2], -1), (1, *rows[second][1:])
    call = f"import_products(connection, {rows})"
    run = _observe(scenes.stored, answer, scenes.PRODUCTS, [], rows, call=call)
    good = [list(row) for n, row in enumerate(rows) if n not in bad]
    return run, good, [rows[n][1] for n in bad]


@import_products.rule("The products that the server takes are stored.")
def imported_good(answer, inputs):
    run, good, _ = _observe_import(answer, inputs)
    stored.is_over(run, run.part(2).value)
    stored.same_data(run, run.part(3).value, good, "stored: ")


@import_products.rule("It returns the names of the others, in their order.")
def imported_bad(answer, inputs):
    run, _, bad = _observe_import(answer, inputs)
    stored.same_data(run, run.part(1).value, bad)


@import_products.rule("All is one transaction.")
def imported_together(answer, inputs):
    run, _, _ = _observe_import(answer, inputs)
    stored.one_transaction(run)


fill_parcel = Exercise(
    "fill_parcel",
    kind="write",
    needs="PostgreSQL",
    hints=[
        "How do you get rows one by one, without all of them being sent?",
        "What must be open around a cursor?",
        "How many rows does a cursor ask for at once if you do not say? When do you leave?",
    ],
)


def _observe_parcel(answer, inputs, much=False):
    weights = [inputs.randint(1, 9) for _ in range(1500)]
    fit = len(weights) if much else inputs.randint(90, 130)
    limit = sum(weights[:fit])
    call = f"fill_parcel(connection, {limit}), with 1,500 items"
    run = _observe(scenes.parcel, answer, scenes.ITEMS, weights, limit, call=call)
    return run, list(range(1, fit + 1))


@fill_parcel.rule("It returns the ids of the first items that fit, or of all.")
def parcel_filled(answer, inputs):
    for much in (False, True):
        run, wanted = _observe_parcel(answer, inputs, much)
        stored.same_data(run, run.part(1).value, wanted)


@fill_parcel.rule("At most 50 rows more are fetched than it looks at, and the transaction is over.")
def parcel_streamed(answer, inputs):
    run, wanted = _observe_parcel(answer, inputs)
    log, _, closed = run.value
    sent = sum(s["rows"] for s in log["statements"])
    looked_at = len(wanted) + 1
    expected = f"at most {looked_at + 50} rows"
    seen = f"the server sent {sent:,}"
    stored.server_saw(run, sent <= looked_at + 50, expected, seen, rows_needed=looked_at)
    stored.is_over(run, closed)


fetch_within = Exercise(
    "fetch_within",
    kind="write",
    needs="PostgreSQL",
    hints=[
        "Which block from chapter 05 cancels what is inside, and what does it raise?",
        "When the time is over: is `pool.fetch` in your own task, or in one that goes on?",
        "Which exception means that the time is over, and which means that the query is wrong?",
    ],
)


def _observe_within(answer, query, seconds, scene=scenes.within):
    call = f"fetch_within(pool, {query!r}, {seconds})"
    return _observe(scene, answer, "", query, seconds, call=call)


@fetch_within.rule("It returns the rows of a query that is done in time.")
def within_rows(answer, inputs):
    first = inputs.randint(3, 90)
    query = f"select n from generate_series({first}, {first + 2}) n, pg_sleep(0.02)"
    run = _observe_within(answer, query, 15)
    _, rows, records, _ = run.value
    stored.server_saw(run, records, "a list of records", repr(rows))
    stored.same_data(run, rows, [[first], [first + 1], [first + 2]])


@fetch_within.rule("When the time is over, it returns None, and the server has stopped the query.")
def within_stopped(answer, inputs):
    run = _observe_within(answer, "select pg_sleep(3)", 0.15)
    log, rows, _, again = run.value
    stored.same_data(run, rows, None)
    goes_on = any(s["status"] == "open" for s in log["statements"])
    stored.server_saw(run, not goes_on, "the query to be stopped", "it was not")
    stored.server_saw(
        run, again, "the connection to be back in the pool", "it is not", pool_kept=True
    )


@fetch_within.rule("An error of the query comes out.")
def within_error(answer, inputs):
    run = _observe_within(answer, f"select {inputs.randint(2, 9)} / 0", 15, scenes.failing)
    stored.came_out(run, run.part(1).value, "DivisionByZeroError")


run_lines = Exercise(
    "run_lines",
    kind="build",
    needs="PostgreSQL",
    hints=[
        "Who reads the next line while a query is still running?",
        "Who waits for the queries that are still running when the last line has come?",
        "If one query fails inside a group, what happens to the others? Where must its error stop?",
    ],
)


def _observe_lines(answer, lines, patient=False):
    shown = ", ".join(map(repr, lines))
    call = f"run_lines(lines, pool, show), where the lines are {shown}"
    return _observe(scenes.typed, answer, scenes.SLOW, lines, patient, call=call)


@run_lines.rule("The rows of each query are shown, as a list of tuples.")
def lines_shown(answer, inputs):
    a, b, c = inputs.sample(range(2, 90), 3)
    run = _observe_lines(answer, [f"select {a}, 'a'", f"values ({b}), ({c})"])
    stored.showed(run, run.part(1).value, [[(a, "a")], [(b,), (c,)]])
    came = len(run.part(0).value["statements"])
    stored.server_saw(run, came == 2, "two queries over the pool", f"{came} came over it")


@run_lines.rule("Each is run as soon as it comes, and a slow one does not hold up the next.")
def lines_overlap(answer, inputs):
    number = inputs.randint(2, 90)
    slow = f"select {number} from slow()"
    quick = f"select {number + 1}"
    run = _observe_lines(answer, [f"select {number}", quick], patient=True)
    early = run.part(2).value
    stored.server_saw(run, early, "both lines to be read", "they were not")
    shown, asked = early
    expected = "the rows of the first before the second is typed"
    seen = "nothing was shown by then"
    stored.server_saw(run, shown == 1, expected, seen, unasked=not asked)
    run = _observe_lines(answer, [slow, quick])
    first = run.part(1).value[:1]
    right = [[(number + 1,)]]
    stored.server_saw(
        run, first == right, "the quick one first", f"{first} came first", overlap=True
    )


@run_lines.rule("An error is shown as `error: …`, and the others go on.")
def lines_errors(answer, inputs):
    run = _observe_lines(answer, ["select 1 / 0", f"select {(number := inputs.randint(2, 90))}"])
    stored.showed(run, run.part(1).value, ["error: division by zero", [(number,)]])


@run_lines.rule("It returns when every line has been answered.")
def lines_ended(answer, inputs):
    run = _observe_lines(answer, ["select 1, pg_sleep(0.05) is null", "select 2"])
    many = len(run.part(1).value)
    stored.server_saw(run, many == 2, "two results", f"{many} had been shown")
    run.left_nothing_behind()
