from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes.coroutines import Priced

total_price = Exercise(
    "total_price",
    kind="write",
    hints=[
        "What does `price(item)` give you, and what does `await price(item)` give you?",
        "Where do you keep the sum while you ask for the next price?",
        "A `for` loop may stand in an `async def`, and `await` in its body. What is added each "
        "time?",
    ],
)


def _priced(inputs, count):
    """A coroutine function `price` for so many items."""
    values = inputs.sample(range(2, 60), count)
    values[0] = 0 if count > 1 else values[0]  # a price, too
    prices = dict(zip(inputs.words(count), values, strict=True))
    return Priced(prices, inputs.seconds(count))


@total_price.rule("It returns the sum of the prices, a whole number.")
def summed(answer, inputs):
    for count in (3, 1, 5):
        price = _priced(inputs, count)
        items = list(price.prices)
        items += items[: count // 2]  # some of them twice
        run = observe(answer, price, items)
        run.returned(sum(price.prices[item] for item in items))
        run.left_nothing_behind()


@total_price.rule("Each item is asked for once, if it is there once; without items, the sum is 0.")
def asked_once(answer, inputs):
    price = _priced(inputs, 4)
    items = list(price.prices)
    observe(answer, price, items).called("price", *(f"price({item!r})" for item in items))
    observe(answer, price, []).returned(0)


@total_price.rule("If there is no price for an item, the error comes out.")
def no_price(answer, inputs):
    first, missing, last = inputs.words(3)
    prices = {first: 5, missing: f"LookupError: no {missing}", last: 7}
    price = Priced(prices, inputs.seconds(3))
    observe(answer, price, list(prices)).raised("LookupError")
