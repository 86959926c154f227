from checker.chapters.the_event_loop.shared import OPEN, begin_and_end
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop as scenes

_TIDY = "helper cleaned up"

run_in_turn = Exercise(
    "run_in_turn",
    kind="write",
    is_async=False,
    hints=[
        "`asyncio.run` makes a new loop each time. What keeps one loop for several runs?",
        "What may be called again and again inside `with asyncio.Runner() as runner:`?",
        "What do you hand to `runner.run`: the function `step`, or what `step()` gives?",
    ],
)


def _in_turn(answer, inputs, fails=False):
    words = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    call = f"run_in_turn(steps), three steps{', the second of which fails' if fails else ''}"
    run = observe(scenes.in_turn, answer, seconds, words, words[1] if fails else None, call=call)
    return run, words, run.part(0).value, run.part(2).value


@run_in_turn.rule("The steps run one after the other; their results come back in order.")
def in_turn_results(answer, inputs):
    run, words, came, happened = _in_turn(answer, inputs)
    wanted = [word.upper() for word in words]
    went = [what for what in happened if what != _TIDY]
    run.part(0).equals(wanted, seen="it returned {!r}")
    run.check(
        went == begin_and_end(words),
        ", ".join(begin_and_end(words)),
        f"it went as {', '.join(went)}",
    )


@run_in_turn.rule("All steps run on one loop: what the first one started goes on in the others.")
def in_turn_one_loop(answer, inputs):
    run, _, _, happened = _in_turn(answer, inputs)
    run.part(1).equals(1, "one loop", "there were {}")
    run.check(_TIDY not in happened[:-1], "a helper that goes on", "it was ended before")


@run_in_turn.rule("In the end what still runs is cancelled and cleans up, the loop is closed.")
def in_turn_end(answer, inputs):
    _ended_well(_in_turn(answer, inputs)[0])


@run_in_turn.rule("If a step fails, its error comes out after the same end; no more steps begin.")
def in_turn_failing(answer, inputs):
    run, words, came, happened = _in_turn(answer, inputs, fails=True)
    run.part(0).equals(f"LookupError({words[1]!r})", "the error of the second")
    run.check(f"begin {words[2]}" not in happened, "two steps", "the third one was begun, too")
    _ended_well(run)
    run.left_nothing_behind(after_error=True)


def _ended_well(run):
    run.check(_TIDY in run.part(2).value, "the clean-up of the helper", "it did not end")
    run.check(run.part(3).value, "a closed loop", OPEN)
