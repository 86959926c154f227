from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import why_asyncio as scenes

cpu_share = Exercise(
    "cpu_share",
    kind="write",
    is_async=False,
    hints=[
        "Which clock goes on while the function waits, and which one stands still?",
        "You need two readings of two clocks: before the call and after it. What do you divide by "
        "what?",
        "`time.perf_counter()` is the clock on the wall, `time.process_time()` counts the CPU. "
        "Which difference is the smaller one?",
    ],
)


def _share(answer, works, waits):
    call = f"cpu_share(function), where it computes for {works:g} s and waits for {waits:.3g} s"
    return observe(scenes.share_of, answer, works, waits, call=call)


@cpu_share.rule("For a function that only waits, it is near 0.")
def share_of_a_wait(answer, inputs):
    _share(answer, 0, inputs.odd_seconds(1)[0]).returned("near 0")


@cpu_share.rule("For a function that only computes, it is near 1.")
def share_of_work(answer, inputs):
    _share(answer, inputs.choice([0.11, 0.13, 0.15]), 0).returned("near 1")


@cpu_share.rule("For a function that does both, it is between.")
def share_of_both(answer, inputs):
    work = inputs.choice([0.12, 0.14])
    _share(answer, work, work * 7 / 3).returned("between 0 and 1")
