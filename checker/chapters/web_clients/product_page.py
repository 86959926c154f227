from checker.chapters.web_clients.shared import drawn_halves, observe_with_session, returned
from checker.exercise import Exercise
from checker.lab.network.web import Page
from checker.lab.scenes import web_clients as scenes

product_page = Exercise(
    "product_page",
    kind="build",
    hints=[
        "Which of the two requests may the page do without? Which one may end it all?",
        "Both must be under way before you await either. Around which of them does the limit "
        "belong?",
        "What does a coroutine look like that returns the advice, or None if that is late or "
        "fails?",
    ],
)


BOTH = {"product": "the product page", "advice": "the advice page"}
NO_ADVICE = {"product": "the product page", "advice": None}


def _observe_product(answer, product, advice, seconds, scene=scenes.with_session):
    """Run the answer with these two pages, and a limit for the advice."""
    pages = {"product": product, "advice": advice}
    return observe_with_session(answer, pages, seconds, scene=scene)


@product_page.rule("It returns both texts; the requests are under way at once.")
def product_both(answer, inputs):
    longer = drawn_halves(inputs, 3, 4)
    for product, advice, seconds in ((longer, 1.374, 2), (1.374, longer, 5)):
        run = _observe_product(answer, Page(product), Page(advice), seconds)
        returned(run, BOTH)
        run.took(max(product, advice))


@product_page.rule("Advice that is not there after `seconds` is None, and nobody waits for it.")
def product_late(answer, inputs):
    product = drawn_halves(inputs, 1, 2)
    seconds = inputs.randint(3, 4)
    scene = scenes.with_session_and_after
    for advice in (Page(60), Page(0.5, slow=20, size=5000)):
        run = _observe_product(answer, Page(product), advice, seconds, scene)
        returned(run, NO_ADVICE)
        run.time_is(run.seconds - scenes.MOMENT, seconds, limit=True, whole=True)
        _advice_over(run)
        run.left_nothing_behind()


def _advice_over(run, may_raise=False, why=None):
    """No request for the advice went on when the answer had ended.

    The scene goes on for a moment then. A request that ends only with the scene has gone on.
    """
    moment = run.seconds - scenes.MOMENT / 2
    asked = [call for call in run.calls_of("web") if call.what == "/advice"]
    goes_on = any(call.end is None or call.end > moment for call in asked)
    seen = "the request for /advice still went on"
    run.check(not goes_on, "no request that goes on", seen, may_raise=may_raise, why=why)


@product_page.rule("Advice that fails is None, too: an error status, a lost connection.")
def product_advice_fails(answer, inputs):
    product = drawn_halves(inputs, 2, 3)
    for advice in (Page(1, status=500), Page(1, status=404), Page(1, plan=("drop",))):
        run = _observe_product(answer, Page(product), advice, 5)
        returned(run, NO_ADVICE)
        run.took(product)


@product_page.rule("If the product fails, a ClientResponseError comes out; nothing is left.")
def product_fails(answer, inputs):
    failing = Page(drawn_halves(inputs, 1, 2), status=503)
    run = _observe_product(answer, failing, Page(3.374), 4, scenes.with_session_and_after)
    run.raised("ClientResponseError", part="result")
    why = "The product has failed, and nobody ends the request for the advice"
    _advice_over(run, may_raise=True, why=why)
    run.left_nothing_behind(after_error=True)
