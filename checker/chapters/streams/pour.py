from checker.exercise import Exercise
from checker.judge import duration, observe
from checker.judge.unmet import PiledUp
from checker.lab.scenes import streams as scenes

ALLOWED = 262_144  # bytes that may wait in memory
BLOCKS = 64  # blocks of 32 KiB

pour = Exercise(
    "pour",
    kind="repair",
    shipped="piled_up",
    hints=[
        "`write` never waits. Where are the bytes that the other side has not taken yet?",
        "Which method waits while too much is there? How often is it called here?",
        "When would you have to wait, so that one block at most is added to what is there?",
    ],
)


def _observe_pour(answer, inputs):
    step = inputs.choice([3, 5, 7, 9])
    gap = inputs.randint(5, 9)
    call = f"pour(writer, blocks), where {BLOCKS} blocks of 32 KiB go to a reader that rests for "
    call += f"{duration(gap)} after each read"
    return observe(scenes.poured, answer, BLOCKS, step, gap, call=call)


@pour.rule("All blocks arrive, in order; then the connection is closed.")
def pour_whole(answer, inputs):
    run = _observe_pour(answer, inputs)
    expected = "all blocks to arrive, and then the end"
    closed = run.part("closed").value
    run.check(
        closed,
        expected,
        "the connection was not closed after a long while",
        why="Nothing closes the connection after this",
    )
    run.check(
        not run.part("lost").value,
        expected,
        "the connection was cut off while bytes were waiting",
        line=answer.line_with("abort(") or answer.line_with("wait_closed("),
        why="To abort throws away what still waits, and to close sends it first",
    )
    run.check(
        run.part("whole").value,
        expected,
        "other bytes arrived",
        line=answer.line_with(".close("),
        why="Before this, not all blocks were written, each once and in order",
    )


@pour.rule("Never more than 256 KiB wait in memory.")
def pour_small(answer, inputs):
    run = _observe_pour(answer, inputs)
    if run.part("most_waiting").value > ALLOWED:
        raise PiledUp(run, "at most 256 KiB in memory", "there was more")
