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


def _priced(inputs, count, broken=None):
    items = inputs.words(count)
    prices = dict(zip(items, inputs.sample(range(2, 60), count), strict=True))
    if broken is not None:
        prices[items[broken]] = f"LookupError: no {items[broken]}"
    return Priced(prices, inputs.seconds(count)), items, prices


@total_price.rule("It returns the sum of the prices, a whole number.")
def summed(answer, inputs):
    for count in (3, 1, 5):
        price, items, prices = _priced(inputs, count)
        again = items[: count // 2]
        run = observe(answer, price, items + again)
        run.returned(sum(prices[item] for item in items + again))
        run.left_nothing_behind()


@total_price.rule("Each item is asked for once; without items, the sum is 0.")
def asked_once(answer, inputs):
    price, items, _ = _priced(inputs, 4)
    observe(answer, price, items).called("price", *(f"price({item!r})" for item in items))
    observe(answer, price, []).returned(0)


@total_price.rule("If there is no price for an item, the error comes out.")
def no_price(answer, inputs):
    price, items, _ = _priced(inputs, 3, broken=1)
    observe(answer, price, items).raised("LookupError", or_group=True)
