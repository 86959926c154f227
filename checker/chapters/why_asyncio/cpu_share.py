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


def _share_is(expected, answer, works=0, waits=0):
    """The share of a function that computes and waits for so many seconds is "near 0" or such."""
    call = f"cpu_share(function), where it computes for {works:g} s and waits for {waits:.3g} s"
    run = observe(scenes.share_of, answer, works, waits, call=call)
    run.part("calls").returned(1, "one call of the function", "there were {}")
    run.part("share").returned(expected, f"a share {expected}", "it is {}")


@cpu_share.rule("For a function that only waits, the share is near 0.")
def share_of_a_wait(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    _share_is("near 0", answer, waits=seconds)


@cpu_share.rule("For a function that only computes, the share is near 1.")
def share_of_work(answer, inputs):
    _share_is("near 1", answer, works=inputs.choice([0.11, 0.13, 0.15]))


@cpu_share.rule("For a function that does both, the share is in between.")
def share_of_both(answer, inputs):
    seconds = inputs.choice([0.12, 0.14])
    _share_is("between 0 and 1", answer, works=seconds, waits=seconds * 7 / 3)
