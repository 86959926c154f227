from itertools import pairwise

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


def _drawn_items(inputs, every):
    """Items for three or four rounds of `every`, and one more."""
    rounds = inputs.randint(3, 4)
    return inputs.sample(range(2, 60), every * rounds + 1)


def _observe_digest(answer, items, every):
    call = f"digest({items}, work, {every})"
    return observe(scenes.digested, answer, Works(0.25), items, every, call=call)


@digest.rule("It returns the results in the order of the items.")
def digest_in_order(answer, inputs):
    every = inputs.randint(2, 4)
    items = _drawn_items(inputs, every)
    run = _observe_digest(answer, items, every)
    run.part("results").returned([item * item for item in items])


@digest.rule("After `every` items, at the latest, the others get a turn.")
def digest_turns(answer, inputs):
    for every in (inputs.randint(2, 4), 1):  # a fixed number hits one of them at most
        items = _drawn_items(inputs, every)
        run = _observe_digest(answer, items, every)
        turns = [0, *run.part("turns").value, len(items)]
        longest = max(later - earlier for earlier, later in pairwise(turns))
        run.check(
            longest <= every,
            f"a turn for the others after {counted(every, 'item')}",
            f"they got one after {counted(longest, 'item')}",
            held=f"One step held the loop for {counted(longest, 'item')}, and `every` is {every}",
            line=run.calls_of("work").line,
        )


@digest.rule("`work` is called once for each item, in the loop's own thread.")
def digest_thread(answer, inputs):
    every = inputs.randint(2, 4)
    items = _drawn_items(inputs, every)
    run = _observe_digest(answer, items, every)
    run.calls_of("work").never(
        ELSEWHERE,
        "work() in the loop's own thread",
        "it was called in another one",
        why="`work` may not leave its thread, so the loop has to be given turns between the items",
        line=answer.line_with("to_thread(") or answer.line_with("run_in_executor("),
    )
    run.called("work", *(f"work({item!r})" for item in items))
