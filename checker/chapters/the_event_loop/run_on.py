from checker.chapters.the_event_loop.shared import OPEN
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop as scenes

run_on = Exercise(
    "run_on",
    kind="rewrite",
    shipped="wrong_result",
    is_async=False,
    hints=[
        "Who else asks a policy for loops, while yours is set?",
        "Which object makes a loop, runs coroutines on it and closes it, and takes a factory?",
        "A factory is called by whoever wants a loop. Do you hand over `make_loop`, or call it?",
    ],
)


def _specially(answer, inputs, fails=False):
    [word] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    ends = "fails" if fails else f"returns {word.upper()!r}"
    given = (answer, seconds, word, fails)
    call = f"run_on(make_loop, main), where main {ends}"
    run = observe(scenes.run_specially, *given, call=call)
    wanted = f"LookupError({word!r})" if fails else word.upper()
    run.part(0).equals(wanted, wanted)
    return run


@run_on.rule("It runs `main()` on the loop that `make_loop()` makes, and returns its result.")
def special_loop(answer, inputs):
    run = _specially(answer, inputs)
    run.part(1).equals("special", "the loop of make_loop()", "main ran on another one")


@run_on.rule("Whoever makes a loop meanwhile, in another thread, gets a usual one.")
def special_for_others(answer, inputs):
    run = _specially(answer, inputs)
    run.check("special" not in run.part(3).value, "a usual loop for others", "one of make_loop()")


@run_on.rule("In the end every loop is closed, also if `main()` fails; then its error comes out.")
def special_end(answer, inputs):
    for fails in (False, True):
        run = _specially(answer, inputs, fails)
        run.check(run.part(2).value, "a closed loop", OPEN)
