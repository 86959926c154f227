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


OLD = (50, "old", 5)  # a product that is stored before


def _observe_add(answer, products):
    call = f"add_products(connection, {products})"
    return observe_database(scenes.stored, answer, scenes.PRODUCTS, [OLD], products, call=call)


@add_products.rule("All products are stored, and it returns how many.")
def added_all(answer, inputs):
    products = drawn_products(inputs, 6)
    run = _observe_add(answer, products)
    expect.transaction_over(run)
    expect.same_data(run, "stored", [list(row) for row in (*products, OLD)], "stored: ")
    expect.same_data(run, "result", len(products))


@add_products.rule("They are stored in one transaction.")
def added_together(answer, inputs):
    run = _observe_add(answer, drawn_products(inputs, 6))
    expect.one_transaction(run)


@add_products.rule("If one of them is refused, none is kept, and the error comes out.")
def added_none(answer, inputs):
    products = drawn_products(inputs, 6)
    taken = products[inputs.randint(2, 4)][0]
    before = [(taken, "old", 5)]
    call = f"add_products(connection, {products}), where the id {taken} is taken already"
    run = observe_database(scenes.refused, answer, scenes.PRODUCTS, before, products, call=call)
    kept = [row for row in run.part("stored").value if row[1] != "old"]
    seen = f"{len(kept)} of them are stored"
    expect.server_saw(run, not kept, "none of them to be stored", seen, together=True)
    expect.error_came_out(run, "UniqueViolationError")
    expect.transaction_over(run)
