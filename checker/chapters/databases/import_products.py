from checker.chapters.databases import expect
from checker.chapters.databases.shared import drawn_products, observe_database
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

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


def _drawn_import(inputs):
    """Seven products, four of which the server refuses: the price is below 0, or the id is that of
    the first product.

    Returns:
        a dict: "products"; "good", the rows that the server takes; "refused", the names of the
        others. All in the order of the products.
    """
    products = drawn_products(inputs, 7)
    bad = inputs.sample(range(1, 7), 4)
    for number, place in enumerate(bad):
        id_, name, price = products[place]
        products[place] = (id_, name, -1) if number % 2 else (1, name, price)
    refused = [products[place] for place in sorted(bad)]
    return {
        "products": products,
        "good": [list(row) for row in products if row not in refused],
        "refused": [name for _, name, _ in refused],
    }


def _observe_import(answer, products):
    call = f"import_products(connection, {products})"
    return observe_database(scenes.stored, answer, scenes.PRODUCTS, [], products, call=call)


@import_products.rule("The products that the server takes are stored.")
def imported_good(answer, inputs):
    drawn = _drawn_import(inputs)
    run = _observe_import(answer, drawn["products"])
    failed = [s for s in run.part("log").value["statements"] if s["status"] == "failed"]
    spoilt = len(failed) > len(drawn["refused"])
    line = answer.line_with(".execute(") or answer.line_with(".transaction(")
    run.check(
        not spoilt,
        f"{len(drawn['refused'])} products to be refused",
        f"the server refused {len(failed)} statements",
        line=line,
        why="The first refusal has spoilt the transaction, which takes nothing any more",
    )
    expect.transaction_over(run)
    expect.same_data(run, "stored", drawn["good"], "stored: ")


@import_products.rule("It returns the names of the others, in their order.")
def imported_bad(answer, inputs):
    for _ in range(2):  # a set may have them in their order by chance
        drawn = _drawn_import(inputs)
        run = _observe_import(answer, drawn["products"])
        expect.same_data(run, "result", drawn["refused"])


@import_products.rule("All is one transaction.")
def imported_together(answer, inputs):
    run = _observe_import(answer, _drawn_import(inputs)["products"])
    expect.one_transaction(run)
