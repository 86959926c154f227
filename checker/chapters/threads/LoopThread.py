from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import threads as scenes

loop_thread = Exercise(
    "LoopThread",
    kind="build",
    is_async=False,
    hints=[
        "Who makes the loop, and in which thread does it run? How does `submit` get hold of it?",
        "Which call gives a coroutine to a loop in another thread, and what does it return?",
        "`asyncio.run(main)` cancels what is left, waits and closes. What could `main` wait for?",
    ],
)


@loop_thread.rule("Coroutines that are submitted go on at the same time; their results come back.")
def loop_results(answer, inputs):
    seconds = inputs.odd_seconds(3)
    call = f"three jobs of {', '.join(f'{s:g}' for s in seconds)} s, submitted at once"
    run = observe(scenes.submitted, answer, seconds, call=call)
    kind = run.part("kind").value
    run.check(
        kind is not None,
        "something with `submit`",
        "`__enter__` returned something else",
        line=answer.method_line("__enter__"),
    )
    run.check(
        kind == "Future",
        "a concurrent.futures.Future",
        f"`submit` returned another object: {kind}",
        line=answer.method_line("submit"),
    )
    run.part("results").equals(seconds, seen="the results are {!r}")
    run.time_is(run.part("took").value, max(seconds))


@loop_thread.rule("An error of a job comes out of `result()`, one of the block out of the block.")
def loop_errors(answer, inputs):
    seconds = inputs.randint(3, 9)
    error = inputs.choice(["no page", "no seat"])
    call = f"a job that fails after {seconds} s, beside another one"
    run = observe(scenes.submitted_failing, answer, seconds, error, call=call)
    run.returned({"error": f"LookupError({error!r})", "other": "good"})
    call = f"a block that raises LookupError({error!r})"
    run = observe(scenes.failing_block, answer, error, call=call)
    line = answer.method_line("__exit__")
    run.whole.equals(f"LookupError({error!r})", "this error", "{} came out", line=line)


@loop_thread.rule("There is one loop, in one thread of its own.")
def loop_alone(answer, inputs):
    run = observe(scenes.whose_loop, answer, call="two jobs that say where they run")
    line = answer.method_line("submit")
    run.part("loops").equals(1, "one loop for all jobs", "there were {}", line=line)
    own_thread = run.part("own_thread").value
    run.check(own_thread, "a thread of its own", "it runs in the caller's thread", line=line)


@loop_thread.rule("Leaving the block cancels what still runs, and waits for its clean-up.")
def loop_leaves(answer, inputs):
    seconds, clean_up = inputs.odd_seconds(2)
    for how in ({}, {"helper": True}, {"fails": True}):
        run = _observe_left(answer, seconds, clean_up, **how)
        _cleaned_up(run, answer, 2 if "helper" in how else 1)
        took = run.part("took").value
        line = answer.method_line("__exit__")
        why = "Leaving the block takes longer than the clean-up" if took > seconds else None
        run.time_is(took, seconds + clean_up, line=line, why=why)


def _cleaned_up(run, answer, jobs):
    """So many jobs cleaned up, and none did anything else."""
    happened = run.part("happened").value
    did = happened[0] if happened else "did not even clean up"
    seen = f"the job {did}"
    if len(happened) == 1 < jobs:
        seen = "the task that the job had started did not"
    stops = None if happened else answer.line_with(".stop")
    run.check(
        happened == ["cleaned up"] * jobs,
        "a job that cleaned up" if jobs == 1 else "a job and its helper that cleaned up",
        seen,
        line=stops or answer.method_line("__exit__"),
        why="The loop stops here before the job has cleaned up" if stops else None,
    )


@loop_thread.rule("After the block the thread has ended and the loop is closed.")
def loop_closed(answer, inputs):
    for fails in (False, True):
        run = _observe_left(answer, *inputs.odd_seconds(2), fails=fails)
        closes = answer.line_with(".close(")
        run.part("closed").equals(
            [True],
            "a closed loop",
            "it is still open",
            line=closes or answer.method_line("__exit__"),
            why=None if closes else "Nothing closes the loop",
        )
        run.left_nothing_behind()


def _observe_left(answer, seconds, clean_up, helper=False, fails=False):
    job = "a job that has started another one, and" if helper else "a job that"
    left = "left by an error" if fails else "left"
    call = f"{job} is not done when the block is {left}, after {seconds:g} s"
    return observe(scenes.left_in, answer, seconds, clean_up, helper, fails, call=call)
