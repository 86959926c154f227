from checker.chapters.async_context_managers.shared import came_out
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import async_context_managers as scenes

stopwatch = Exercise(
    "Stopwatch",
    kind="write",
    is_async=False,
    hints=[
        "Which method runs at the beginning of the block, and what does `as` get from it?",
        "Which clock belongs to the loop, and goes on while you wait?",
        "Which method runs also if the body fails, and what must it not return then?",
    ],
)


def _observe(answer, seconds, error=""):
    blocks = " and ".join(f"{each:g} s" for each in seconds)
    ends = f", each of which fails with a {error}" if error else ""
    call = f"async with watch as …: for blocks of {blocks}{ends}"
    return observe(scenes.timed_blocks, answer, seconds, error, call=call)


@stopwatch.rule("`as` gives the object; its `seconds` are None until the block is over.")
def bound(answer, inputs):
    run = _observe(answer, inputs.odd_seconds(1))
    why = "`as` gets what `__aenter__` returns"
    run.part("is_bound").equals(True, "`as` to give the object", "it gives something else", why=why)
    run.part("inside").equals(None, "None inside of the block")


@stopwatch.rule("After the block, `seconds` says how long it took.")
def measured(answer, inputs):
    seconds = inputs.odd_seconds(1)
    run = _observe(answer, seconds)
    run.part("after").equals(seconds, in_turn=True)


@stopwatch.rule("It can be used again, and counts from the new block's beginning.")
def again(answer, inputs):
    seconds = inputs.odd_seconds(3)
    run = _observe(answer, seconds)
    run.part("after").equals(seconds, in_turn=True)


@stopwatch.rule("If the body fails, the time counts, too, and the error comes out.")
def fails(answer, inputs):
    seconds = inputs.odd_seconds(1)
    run = _observe(answer, seconds, "LookupError")
    came_out(run, "LookupError")
    why = "The time is noted only where the body ends well"
    noted = run.value["after"] != [None]
    run.part("after").equals(seconds, in_turn=True, why=None if noted else why)
