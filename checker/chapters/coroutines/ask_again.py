from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes.coroutines import Named

ask_again = Exercise(
    "ask_again",
    kind="repair",
    shipped="raised",
    hints=[
        "How often may one coroutine object be awaited?",
        "Which line makes the coroutine object, and how often does that line run?",
        "What must stand inside the loop, so that there is a new coroutine for each round?",
    ],
)


def _ask(inputs, times):
    """A coroutine function `ask` for so many calls; the first two give the same answer."""
    answers = inputs.words(times)
    if times > 1:
        answers[1] = answers[0]
    return Named("ask", inputs.odd_seconds(times), answers)


@ask_again.rule("It returns all answers, in the order in which they came.")
def answers_in_order(answer, inputs):
    for times in (3, 1):
        ask = _ask(inputs, times)
        observe(answer, ask, times).returned(ask.values)
    first, last = inputs.words(2)
    ask = Named("ask", inputs.odd_seconds(5), [first, None, "", 0, last])
    observe(answer, ask, 5).returned(ask.values)


@ask_again.rule("It asks as often as it is told to, each time only when the last answer is there.")
def asked_in_turn(answer, inputs):
    ask = _ask(inputs, 4)
    run = observe(answer, ask, 4)
    run.called("ask", *["ask()"] * 4)
    run.at_most(1, "ask")
    run.took(sum(ask.seconds))


@ask_again.rule("For 0 times, it returns an empty list and leaves no coroutine behind.")
def not_asked(answer, inputs):
    run = observe(answer, _ask(inputs, 1), 0)
    run.returned([])
    run.called("ask")
    run.left_nothing_behind()
