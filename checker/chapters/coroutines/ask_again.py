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


def _observe_asked(answer, inputs, times):
    seconds = inputs.odd_seconds(times) if times else [1]
    said = inputs.words(max(times, 1))
    said[1:2] = said[:1] if times > 1 else []  # the same answer twice
    ask = Named("ask", seconds, said)
    return observe(answer, ask, times), seconds, said


@ask_again.rule("It returns all answers, in the order in which they came.")
def answers_in_order(answer, inputs):
    for times in (3, 1):
        run, _, said = _observe_asked(answer, inputs, times)
        run.returned(said)


@ask_again.rule("It asks so many times, and only when the last answer is there.")
def asked_in_turn(answer, inputs):
    run, seconds, _ = _observe_asked(answer, inputs, 4)
    run.called("ask", *["ask()"] * 4)
    run.at_most(1, "ask")
    run.took(sum(seconds))


@ask_again.rule("Asked for 0 times, it returns an empty list and leaves no coroutine behind.")
def not_asked(answer, inputs):
    run, _, _ = _observe_asked(answer, inputs, 0)
    run.returned([])
    run.called("ask")
    run.left_nothing_behind()
