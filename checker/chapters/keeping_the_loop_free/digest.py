from checker.exercise import Exercise
from checker.judge import counted, observe
from checker.lab.fakes.blocking import ELSEWHERE, Works
from checker.lab.scenes import keeping_the_loop_free as scenes

digest = Exercise(
    "digest",
    kind="repair",
    shipped="blocked_the_loop",
    hints=[
        "`await breathe()` looks like a pause. Does anything inside `breathe` suspend?",
        "What is the shortest await that gives the loop a turn?",
        "How long is nobody else served: `every` items, or all of them?",
    ],
)


def _observe_digest(answer, inputs, every=None):
    every = every or inputs.randint(2, 4)
    rounds = inputs.randint(3, 4)
    items = inputs.sample(range(2, 60), every * rounds + 1)
    call = f"digest({items}, work, {every})"
    return observe(scenes.digested, answer, Works(0.25), items, every, call=call), items, every


@digest.rule("It returns the results in the order of the items.")
def digest_in_order(answer, inputs):
    run, items, _ = _observe_digest(answer, inputs)
    run.part(0).returned([item * item for item in items])


@digest.rule("After every `every` items, at the latest, the others have had a turn.")
def digest_turns(answer, inputs):
    for wanted in (None, 1):  # a fixed number hits one of them at most
        run, items, every = _observe_digest(answer, inputs, wanted)
        ends = [0, *run.part(1).value, len(items)]
        longest = max(later - earlier for earlier, later in zip(ends, ends[1:], strict=False))
        seen = f"it was after {longest}"
        held = f"One step held the loop for {longest} items, and `every` is {every}"
        turn = f"a turn for the others after {counted(every, 'item')}"
        line = run.calls_of("work").line
        run.check(longest <= every, turn, seen, held=held, line=line)


@digest.rule("`work` is called once for each item, in the loop's own thread.")
def digest_thread(answer, inputs):
    run, items, _ = _observe_digest(answer, inputs)
    why = "`work` may not leave its thread, so the loop has to be given turns between the items"
    expected = "work() in the loop's own thread"
    run.calls_of("work").never(ELSEWHERE, expected, "it was called in another one", why=why)
    run.called("work", *(f"work({item!r})" for item in items))
