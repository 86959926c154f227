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


CLOCKS = ("time()", "monotonic()", "perf_counter()")
OTHER = "The seconds that are noted are not those of the block"


def _observe(answer, seconds, error=""):
    blocks = " and ".join(f"{each:g} s" for each in seconds)
    ends = f", each of which fails with a {error}" if error else ""
    call = f"async with watch as …: for blocks of {blocks}{ends}"
    return observe(scenes.timed_blocks, answer, seconds, error, call=call)


def _noting_line(answer):
    """The last line that speaks of `seconds`: the one that notes them on leaving."""
    lines = answer.source.splitlines()
    return max((n for n, line in enumerate(lines, 1) if "seconds" in line), default=None)


def _beginning(answer):
    """(line, whether it stands before `__aenter__`) of the first look at a clock."""
    line = min(filter(None, map(answer.line_with, CLOCKS)), default=None)
    enter = answer.line_of("__aenter__")
    return line, bool(line and enter and line < enter)


@stopwatch.rule("`as` gives the object; its `seconds` are None until the block is over.")
def bound(answer, inputs):
    run = _observe(answer, inputs.odd_seconds(1))
    run.part("is_bound").equals(
        True,
        "`as` to give the object",
        "it gives something else",
        line=answer.as_line(),
        why="`as` gets what `__aenter__` returns",
    )
    run.part("inside").equals(
        None,
        "None inside of the block",
        line=answer.line_with("seconds = ") or answer.line_with("seconds"),
        why="`seconds` has a value before the block is over",
    )


@stopwatch.rule("After the block, `seconds` says how long it took.")
def measured(answer, inputs):
    seconds = inputs.odd_seconds(1)
    run = _observe(answer, seconds)
    noted = run.part("after")
    noted.equals(seconds, in_turn=True, line=_noting_line(answer), why=OTHER)


@stopwatch.rule("It can be used again, and counts from the new block's beginning.")
def again(answer, inputs):
    seconds = inputs.odd_seconds(3)
    run = _observe(answer, seconds)
    line, early = _beginning(answer)
    why = "The beginning is noted when the object is made, not on entering" if early else OTHER
    line = line if early else _noting_line(answer)
    run.part("after").equals(seconds, in_turn=True, line=line, why=why)


@stopwatch.rule("If the body fails, the time counts, too, and the error comes out.")
def fails(answer, inputs):
    seconds = inputs.odd_seconds(1)
    run = _observe(answer, seconds, "LookupError")
    came_out(run, "LookupError")
    noted = run.value["after"] != [None]
    line = None if noted else answer.line_of("__aexit__")
    why = OTHER if noted else "The time is noted only where the body ends well"
    run.part("after").equals(seconds, in_turn=True, line=line, why=why)
