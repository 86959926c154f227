from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes.coroutines import Priced

order_total = Exercise(
    "order_total",
    kind="repair",
    shipped="race",
    hints=[
        "`total += …` reads `total`, works out the right-hand side, and writes. When does it read: "
        "before the `await` or after it?",
        "How can the line be cut in two, so that nothing is awaited between reading and writing?",
        "Is a lock needed at all, once the price has arrived before `total` is read?",
    ],
)


def _priced(inputs, seconds):
    """A price for as many items as there are `seconds`, which their prices take."""
    values = inputs.sample(range(2, 60), len(seconds))
    return Priced(dict(zip(inputs.words(len(seconds)), values, strict=True)), seconds)


@order_total.rule("It returns the sum of all prices, in whatever order they arrive.")
def order_sum(answer, inputs):
    for count in (4, 1, 0):
        price = _priced(inputs, inputs.seconds(count))
        total = sum(price.prices.values())
        call = f"order_total(price, {list(price.prices)}), where {price}"
        runs = observe(answer, price, list(price.prices), call=call, schedules=12)
        runs.returned(total)


@order_total.rule("All prices are asked for at the same time.")
def order_together(answer, inputs):
    seconds = inputs.seconds(4)
    price = _priced(inputs, seconds)
    run = observe(answer, price, list(price.prices))
    run.at_least(len(seconds), "price")
    run.took(max(seconds))
    run.left_nothing_behind()


@order_total.rule("If there is no price for an item, the error comes out.")
def order_error(answer, inputs):
    first, missing, last = inputs.words(3)
    prices = {first: 5, missing: f"LookupError: no {missing}", last: 7}
    price = Priced(prices, inputs.seconds(3))
    observe(answer, price, list(prices)).raised("LookupError")
