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


def _observe_import(answer, inputs):
    rows = drawn_products(inputs, 7)
    first, second = bad = sorted(inputs.sample(range(1, 7), 2))
    rows[first], rows[second] = (*rows[first][:2], -1), (1, *rows[second][1:])
    call = f"import_products(connection, {rows})"
    run = observe_database(scenes.stored, answer, scenes.PRODUCTS, [], rows, call=call)
    good = [list(row) for n, row in enumerate(rows) if n not in bad]
    return run, good, [rows[n][1] for n in bad]


@import_products.rule("The products that the server takes are stored.")
def imported_good(answer, inputs):
    run, good, _ = _observe_import(answer, inputs)
    expect.is_over(run, run.part(2).value)
    expect.same_data(run, run.part(3).value, good, "stored: ")


@import_products.rule("It returns the names of the others, in their order.")
def imported_bad(answer, inputs):
    run, _, bad = _observe_import(answer, inputs)
    expect.same_data(run, run.part(1).value, bad)


@import_products.rule("All is one transaction.")
def imported_together(answer, inputs):
    run, _, _ = _observe_import(answer, inputs)
    expect.one_transaction(run)
