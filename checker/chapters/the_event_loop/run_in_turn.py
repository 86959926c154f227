from checker.chapters.the_event_loop.shared import begin_and_end, closed_its_loops, gave, let_out
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop as scenes

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


def _observe_steps(answer, inputs, fails=False):
    """(a run of three steps, of which the second may fail; their words)."""
    words = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    failing = ", the second of which fails" if fails else ""
    call = f"run_in_turn(steps), three steps{failing}"
    broken = words[1] if fails else None
    return observe(scenes.in_turn, answer, seconds, words, broken, call=call), words


def _ended_well(run, answer):
    cleaned_up = scenes.CLEANED_UP in run.part("happened").value
    run.check(
        cleaned_up,
        "the clean-up of the helper",
        "it did not come to its end",
        why="The loop has no turn left in which the helper could clean up",
        line=answer.line_with(".close()"),
    )
    closed_its_loops(run)


@run_in_turn.rule("The steps run one after the other; their results come back in order.")
def in_turn_results(answer, inputs):
    run, words = _observe_steps(answer, inputs)
    gave(run, [word.upper() for word in words])
    expected = begin_and_end(words)
    steps = [what for what in run.part("happened").value if what != scenes.CLEANED_UP]
    together = steps[: len(words)] == [f"begin {word}" for word in words]
    why = "All steps run at the same time" if together else None
    line = answer.line_with("gather(") or answer.line_with("create_task(")
    seen = f"it went as {', '.join(steps)}"
    run.check(steps == expected, ", ".join(expected), seen, why=why, line=together and line or None)


@run_in_turn.rule("All steps run on one loop: what the first one started goes on in the others.")
def in_turn_one_loop(answer, inputs):
    run, _ = _observe_steps(answer, inputs)
    line = answer.line_with("asyncio.run(") or answer.line_with("Runner(")
    why = "Each step gets a loop of its own, and what it left behind ends with that"
    run.part("loops").equals(1, "one loop", "there were {}", why=why, line=line)
    ended_early = scenes.CLEANED_UP in run.part("happened").value[:-1]
    run.check(not ended_early, "a helper that goes on", "it was ended before the last step")


@run_in_turn.rule(
    "In the end, what still runs is cancelled, its clean-up ends, and the loop is closed."
)
def in_turn_end(answer, inputs):
    run, _ = _observe_steps(answer, inputs)
    _ended_well(run, answer)


@run_in_turn.rule(
    "If a step fails, no other one begins; after the same end, the error of the step comes out."
)
def in_turn_failing(answer, inputs):
    run, words = _observe_steps(answer, inputs, fails=True)
    let_out(run, f"LookupError({words[1]!r})", answer)
    third_begun = f"begin {words[2]}" in run.part("happened").value
    run.check(not third_begun, "two steps", "the third one was begun, too")
    _ended_well(run, answer)
    run.left_nothing_behind(after_error=True)
