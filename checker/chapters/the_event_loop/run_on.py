from checker.chapters.the_event_loop.shared import closed_its_loops, gave, let_out
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop_classes as scenes

run_on = Exercise(
    "run_on",
    kind="rewrite",
    shipped="wrong_result",
    is_async=False,
    hints=[
        "Who else asks a policy for loops, while yours is set?",
        "Which object makes a loop, runs coroutines on it and closes it, and takes a factory?",
        "A factory is called without arguments and gives a loop. Do you hand over `make_loop`, or "
        "`make_loop()`?",
    ],
)


def _observe_run_on(answer, inputs, fails=False):
    """A run whose outcome is the right one."""
    [word] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    ends = "fails" if fails else f"returns {word.upper()!r}"
    call = f"run_on(make_loop, main), where main {ends}"
    run = observe(scenes.run_specially, answer, seconds, word, fails, call=call)
    if fails:
        let_out(run, f"LookupError({word!r})", answer)
    else:
        gave(run, word.upper())
    return run


@run_on.rule("It runs `main()` on the loop that `make_loop()` makes, and returns its result.")
def special_loop(answer, inputs):
    run = _observe_run_on(answer, inputs)
    line = answer.line_with("asyncio.run(")
    why = "`asyncio.run` makes a loop of its own, whichever one is set" if line else None
    run.part("kind").equals(
        "special", "the loop of make_loop()", "main ran on another one", why=why, line=line
    )


@run_on.rule("Whoever makes a loop meanwhile, in another thread, gets a usual one.")
def special_for_others(answer, inputs):
    run = _observe_run_on(answer, inputs)
    others = run.part("kinds_of_others").value
    line = answer.line_with("set_event_loop_policy(") or answer.line_with(
        "asyncio.new_event_loop ="
    )
    run.check(
        "special" not in others,
        "a usual loop for the others",
        "one of make_loop()",
        why="What is set here holds for the whole program, in every thread" if line else None,
        line=line,
    )


@run_on.rule("In the end every loop is closed, also if `main()` fails; then its error comes out.")
def special_end(answer, inputs):
    for fails in (False, True):
        run = _observe_run_on(answer, inputs, fails)
        closed_its_loops(run)
