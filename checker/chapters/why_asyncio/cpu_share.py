from checker.engine import Limits
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import why_asyncio as scenes

PATIENT = Limits(real_seconds=10)  # real work takes its time on a busy machine

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
    run = observe(scenes.share_of, answer, works, waits, call=call, limits=PATIENT)
    calls, share = run.part("calls"), run.part("share")
    if calls.value == 0:
        why = "`function` is not called: without its `()` nothing runs"
        if answer.line_with("Thread("):
            why = "The thread has only been started when the clocks are read again: join it first"
    else:
        why = "It is called more than once, and each call takes its time"
    line = answer.line_with("start()" if calls.value == 0 else "function()")
    if calls.value == 0:
        line = line or answer.line_with("    function")
    else:
        line = answer.last_line_with("function()")
    calls.returned(
        1, "one call of the function, which has ended", "there were {}", why=why, line=line
    )
    why = _why_not(share.value, waits)
    share.returned(expected, f"a share {expected}", "it is {}", why=why)


def _why_not(share, waits):
    """What may be wrong with a share: a sentence without its full stop, or None."""
    if type(share) is not str or share.startswith("of type"):
        return None
    if share == "not between 0 and 1":
        return (
            "A share is the part divided by the whole: CPU time by wall time, and each of the two "
            "is a difference of two readings"
        )
    if waits and share == "near 1":
        return "It is near 1 for a wait, too: what is divided here is not the time of the CPU"
    return "Each of the two figures is a difference: a reading after the call less one before it"


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
