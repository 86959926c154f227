from checker.chapters.web_clients.shared import observe_with_session, raised, returned
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


def _observe_product(answer, product, advice, seconds, scene=scenes.with_session):
    return observe_with_session(
        answer, {"product": product, "advice": advice}, seconds, scene=scene
    )


@product_page.rule("It returns both texts; the requests are under way at once.")
def product_both(answer, inputs):
    longer = scenes.halves(inputs, 3, 4)
    for product, advice, seconds in ((longer, 1.374, 2), (1.374, longer, 5)):
        run = _observe_product(answer, Page(product), Page(advice), seconds)
        returned(run, {"product": "the product page", "advice": "the advice page"})
        run.took(max(product, advice))


@product_page.rule("Advice that is not there after `seconds` is None, and nobody waits for it.")
def product_late(answer, inputs):
    product = scenes.halves(inputs, 1, 2)
    seconds = inputs.randint(3, 4)
    scene = scenes.with_session_and_after
    for advice in (Page(60), Page(0.5, slow=20, size=5000)):
        run = _observe_product(answer, Page(product), advice, seconds, scene)
        returned(run, {"product": "the product page", "advice": None})
        run.time_is(run.seconds - scenes.MOMENT, seconds, limit=True, whole=True)
        _advice_over(run)
        run.left_nothing_behind()


def _advice_over(run, may_raise=False, why=None):
    """A moment later the server was not at work any more; only the scene's end ends the others."""
    over = run.seconds - scenes.MOMENT / 2
    still = any(c.end is None or c.end > over for c in run.calls if c.what == "/advice")
    seen = "the request for /advice still went on"
    run.check(not still, "no request that goes on", seen, may_raise=may_raise, why=why)


@product_page.rule("Advice that fails is None, too: a status of 500, a lost connection.")
def product_advice_fails(answer, inputs):
    product = scenes.halves(inputs, 2, 3)
    for page in (Page(1, status=500), Page(1, plan=("drop",))):
        run = _observe_product(answer, Page(product), page, 5)
        returned(run, {"product": "the product page", "advice": None})
        run.took(product)


@product_page.rule("If the product fails, a ClientResponseError comes out; nothing is left.")
def product_fails(answer, inputs):
    scene = scenes.with_session_and_after
    failing = Page(scenes.halves(inputs, 1, 2), status=503)
    run = _observe_product(answer, failing, Page(3.374), 4, scene)
    raised(run, "ClientResponseError")
    why = "The product has failed, and nobody ends the request for the advice"
    _advice_over(run, may_raise=True, why=why)
    run.left_nothing_behind(after_error=True)
