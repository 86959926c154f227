from checker.chapters.databases import expect
from checker.chapters.databases.shared import drawn_products, observe_database
from checker.exercise import Exercise
from checker.lab.scenes import databases as scenes

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
    rows = drawn_products(inputs, 4)
    rows[1] = (2, f"{inputs.name()}'s {rows[1][1]}", rows[1][2])
    known = {name: price for _, name, price in rows}
    known |= dict.fromkeys(["nothing", rows[0][1].upper(), "%"])
    names = [list(known)[position] for position in which]
    call = "; ".join(f"find_price(connection, {name!r})" for name in names)
    run = observe_database(scenes.asked, answer, scenes.PRODUCTS, rows, names, call=call)
    expect.same_data(run, run.part(1).value, [known[name] for name in names])
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
    expect.server_saw(run, inside is None, "a query without the name in it", seen)
