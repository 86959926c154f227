from checker.chapters.why_asyncio.shared import lasts
from checker.exercise import Exercise
from checker.judge import list_of_times, observe
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
    """Run jobs; `jobs`: name → the seconds of its waits, one after the other."""
    waits = [
        f"{name} waits {list_of_times(seconds)}" if seconds else f"{name} never waits"
        for name, seconds in jobs.items()
    ]
    call = f"run_sleepers(jobs), where {'; '.join(waits)}" if jobs else "run_sleepers([])"
    return observe(scenes.slept, answer, jobs, scenes.Waits(), call=call)


def _due(jobs):
    """When each wait is over if nobody waits for anybody else: (name, seconds), by time."""
    over = [
        (name, round(sum(seconds[: number + 1]), 3))
        for name, seconds in jobs.items()
        for number in range(len(seconds))
    ]
    return sorted(over, key=lambda wait: (wait[1], wait[0]))


def _in_time(run, answer, jobs):
    """Each job went on when its wait was over, and the loop ended with the last."""
    expected = _due(jobs)
    expected.append(("the loop", expected[-1][1] if expected else 0))
    seen = [*run.part("went_on").value, ["the loop", run.part("ended").value]]
    if run.charged and len(seen) == len(expected):
        # Real time may change the order of those that are due soon after one another.
        pairs = zip(sorted(seen), sorted(expected), strict=True)
        if all(who == name and abs(at - due) < NOISE for (who, at), (name, due) in pairs):
            return
    # A job's own waits are one after the other in any case: what counts is each time.
    why = line = None
    if len(seen) < len(expected):
        why = "Not all jobs came to their ends: one that has ended is not the end of all"
        line = answer.line_with("break") or answer.line_with("StopIteration")
    elif sum(at for _, at in seen) > sum(at for _, at in expected) and answer.line_with("sleep("):
        why = "Nobody goes on while it sleeps here, though another job is due before"
        line = answer.line_with("sleep(")
    run.shows(_in_words(seen), _in_words(expected), why=why, line=line)


def _in_words(pairs):
    return [
        f"{name} {'ends' if name == 'the loop' else 'goes on'} at {at:g} s" for name, at in pairs
    ]


@run_sleepers.rule("It needs no thread and no loop but its own.")
def sleepers_in_one_thread(answer, inputs):
    names = inputs.words(3)
    run = observe(scenes.threads_of, answer, names, call="run_sleepers(jobs) with three jobs")
    why = "A loop of your own can do it in one thread if it sleeps until the next job is due"
    run.part("threads").equals(
        1,
        "all steps in one thread",
        "they were made in {} threads",
        why=why,
        line=answer.line_with("Thread(") or answer.line_with("Executor("),
    )
    run.part("in_asyncio").equals(
        False, "steps without asyncio", "they were made in one of its loops", why=why
    )


@run_sleepers.rule("Each job goes on when its wait is over; the waits overlap.")
def sleepers_in_time(answer, inputs):
    names = inputs.words(3)
    jobs = {name: [seconds] for name, seconds in zip(names, inputs.odd_seconds(3), strict=True)}
    run = _sleep(answer, jobs)
    lasts(run, answer, max(seconds for [seconds] in jobs.values()))
    _in_time(run, answer, jobs)


@run_sleepers.rule("A job may wait several times, or never. It returns when all jobs have ended.")
def sleepers_again(answer, inputs):
    first, second, third = inputs.words(3)
    jobs = {first: inputs.odd_seconds(3), second: inputs.odd_seconds(2), third: []}
    _in_time(_sleep(answer, jobs), answer, jobs)
    _in_time(_sleep(answer, {}), answer, {})


@run_sleepers.rule("Several jobs may be due at the same moment.")
def sleepers_together(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    jobs = {name: [seconds, seconds] for name in inputs.words(3)}
    _in_time(_sleep(answer, jobs), answer, jobs)


@run_sleepers.rule(
    "If a step takes so long that others are overdue, they go on right after it; its own next wait "
    "counts from its `yield`."
)
def sleepers_overdue(answer, inputs):
    first = 2 + inputs.randint(1, 9) / 8
    block = 7 + inputs.randint(1, 9) / 8
    second = 5.374
    call = f"run_sleepers(jobs), where one job waits {first} s, computes for {block} s and waits "
    call += f"{second} s, and another one waits {second} s"
    run = observe(scenes.overdue, answer, first, block, second, scenes.Waits(), call=call)
    _goes_on(
        run,
        "overdue",
        "the other one",
        first + block,
        why="Who is overdue goes on as soon as the step has ended",
        line=answer.line_with("sleep("),
    )
    _goes_on(
        run,
        "busy",
        "the one that computes",
        first + block + second,
        why="A wait counts from its `yield`, so the clock is read after the step, not before",
        line=answer.line_with("next("),
    )


def _goes_on(run, key, who, due, why, line):
    """The job that the scene calls `key` went on when it was due (seconds)."""
    went_on = run.part(key).value
    allowed = NOISE if run.charged else EXACT
    expected = f"{who} goes on at {due:g} s"
    run.check(went_on is not None, expected, "it never went on", why=why, line=line)
    early = went_on < due
    seen = "it went on too early" if early else "it went on too late"
    run.check(abs(went_on - due) < allowed, expected, seen, why=why, line=line)
