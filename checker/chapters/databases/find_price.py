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
    """Ask for prices on one connection, one after the other.

    Args:
        which: positions of the names to ask for: 0 to 3 are products, and the second has a quote
            in its name; the last three, -3 to -1, are no product's.

    Returns:
        the run, and the names.
    """
    products = drawn_products(inputs, 4)
    number, name, price = products[1]
    products[1] = (number, f"{inputs.name()}'s {name}", price)
    number, name, _ = products[2]
    products[2] = (number, name, 0)  # what costs nothing has a price, too
    prices = {name: price for _, name, price in products}
    first_name = products[0][1]
    prices |= {"nothing": None, first_name.upper(): None, "%": None}
    names = [list(prices)[position] for position in which]
    call = "; ".join(f"find_price(connection, {name!r})" for name in names)
    run = observe_database(scenes.asked, answer, scenes.PRODUCTS, products, names, call=call)
    expect.same_data(run, "prices", [prices[name] for name in names])
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
    after_quote = names[0].rpartition(" ")[2]  # it stands in the query however the quote is written
    for statement in run.part("log").value["statements"]:
        seen = f"the server got `{statement['text']}`"
        apart = after_quote not in statement["text"]
        expect.server_saw(run, apart, "a query without the name in it", seen)
