from checker.chapters.why_asyncio.shared import lasts
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.expect import EXACT
from checker.lab.scenes import why_asyncio as scenes

NOISE = 1  # seconds by which a figure with real time in it may be off on a busy machine

run_sleepers = Exercise(
    "run_sleepers",
    kind="build",
    is_async=False,
    hints=[
        "A job says how long it waits. At what time on the clock is it due, and which of all jobs "
        "is due first?",
        "How long may the loop sleep so that it misses nobody? What becomes of the other jobs "
        "meanwhile?",
        "Keep entries of due time and job, take the least, sleep for the rest, make its next step. "
        "What does `heapq` or `min` compare when two due times are equal? A counter beside the "
        "time decides.",
    ],
)


def _sleep(answer, jobs):
    """The run, and when each wait is over if nobody waits for anybody else."""
    shown = "; ".join(f"{name} waits {seconds}" for name, seconds in jobs.items())
    call = f"run_sleepers(jobs): {shown}" if jobs else "run_sleepers([])"
    run = observe(scenes.slept, answer, jobs, scenes.Waits(), call=call)
    over = [[name, sum(own[: n + 1])] for name, own in jobs.items() for n in range(len(own))]
    over = sorted(([name, round(at, 3)] for name, at in over), key=lambda pair: pair[::-1])
    return run, [*over, ["the loop ends", over[-1][1] if over else 0]]


def _returned_times(run, over):
    # A job's own waits are one after the other in any case: what counts is each time.
    seen = run.value
    pairs = zip(sorted(seen), sorted(over), strict=False)
    near = all(a[0] == b[0] and abs(a[1] - b[1]) < NOISE for a, b in pairs)
    if not (near and run.charged and len(seen) == len(over)):
        run.shows(seen, [[name, float(at)] for name, at in over])


@run_sleepers.rule("It needs no thread and no loop but its own.")
def sleepers_in_one_thread(answer, inputs):
    names = inputs.words(3)
    run = observe(scenes.threads_of, answer, names, call="run_sleepers(jobs) with three jobs")
    wanted = "steps in 1 thread"
    why = "Waits can overlap without that: sleep until the job that is due first"
    run.whole.equals(wanted, wanted, "{}", why=why)


@run_sleepers.rule("Each job goes on when its wait is over; the waits overlap.")
def sleepers_in_time(answer, inputs):
    names = inputs.words(3)
    jobs = {name: [seconds] for name, seconds in zip(names, inputs.odd_seconds(3), strict=True)}
    run, over = _sleep(answer, jobs)
    lasts(run, over[-1][1])
    _returned_times(run, over)


@run_sleepers.rule("A job may wait several times, or never; it returns when all have ended.")
def sleepers_again(answer, inputs):
    one, two, three = inputs.words(3)
    jobs = {one: inputs.odd_seconds(3), two: inputs.odd_seconds(2), three: []}
    _returned_times(*_sleep(answer, jobs))
    _returned_times(*_sleep(answer, {}))


@run_sleepers.rule("Jobs may be due at the same moment.")
def sleepers_together(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    _returned_times(*_sleep(answer, {name: [seconds, seconds] for name in inputs.words(3)}))


@run_sleepers.rule(
    "If a step takes so long that others are overdue, they go on right after it; its own next wait "
    "counts from its `yield`."
)
def sleepers_overdue(answer, inputs):
    first = 2 + inputs.randint(1, 9) / 8
    second = 5.374
    block = 7 + inputs.randint(1, 9) / 8
    call = f"run_sleepers(jobs): one job waits {first} s, computes for {block} s, and waits "
    call += f"{second} s; another one waits {second} s"
    run = observe(scenes.overdue, answer, first, block, second, scenes.Waits(), call=call)
    went_on = dict(run.value)
    for name, at, why in (
        ("the other one", first + block, "Who is overdue goes on as soon as the step has ended"),
        (
            "the one that computes",
            round(first + block + second, 3),
            "A wait counts from its `yield`, so the clock is read after the step, not before",
        ),
    ):
        off = went_on.get(name, at + 9999) - at
        seen = "it went on too early" if off < 0 else "it went on too late, or never"
        right = abs(off) < (NOISE if run.charged else EXACT)
        run.check(right, f"{name} goes on at {at:g} s", seen, why=why)
