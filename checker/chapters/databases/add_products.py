from checker.chapters.databases import expect
from checker.chapters.databases.shared import drawn_products, observe_database
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

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
    rows = drawn_products(inputs, 6)
    call = f"add_products(connection, {rows})"
    before = [(50, "old", 5)]
    return observe_database(scenes.stored, answer, scenes.PRODUCTS, before, rows, call=call), rows


@add_products.rule("All products are stored, and it returns how many.")
def added_all(answer, inputs):
    run, rows = _observe_add(answer, inputs)
    _, result, closed, there = run.value
    expect.is_over(run, closed)
    expect.same_data(run, there[:-1], [list(row) for row in rows], "stored: ")
    expect.same_data(run, result, len(rows))


@add_products.rule("They are stored in one transaction.")
def added_together(answer, inputs):
    run, _ = _observe_add(answer, inputs)
    expect.one_transaction(run)


@add_products.rule("If one of them is refused, none is kept, and the error comes out.")
def added_none(answer, inputs):
    rows = drawn_products(inputs, 6)
    taken = rows[inputs.randint(2, 4)][0]
    call = f"add_products(connection, {rows}), where {taken} is taken already"
    before = [(taken, "old", 5)]
    run = observe_database(scenes.refused, answer, scenes.PRODUCTS, before, rows, call=call)
    _, result, closed, (*kept, _) = run.value
    expect.server_saw(
        run, not kept, "nothing new stored", f"{len(kept)} of them are", together=True
    )
    expect.came_out(run, result, "UniqueViolationError")
    expect.is_over(run, closed)
