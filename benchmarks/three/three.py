"""The rules of an assignment that other graders can have, too: three exercises, 5.5 s of sleep."""

from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.pages import Pages

HINTS = [
    "Which waits may overlap, and which may not?",
    "What starts a coroutine without waiting for its end?",
    "Is there a gate for two in asyncio, and a wait with a limit?",
]

at_once = Exercise("at_once", kind="write", hints=HINTS)


@at_once.rule("All jobs run at once, and the results come in the order of the jobs.")
def together(answer, inputs):
    job = Pages({"a": 1, "b": 2, "c": 3})
    run = observe(answer, job, list("abc"))
    run.returned(job.bodies)
    run.took(3)


two_at_a_time = Exercise("two_at_a_time", kind="write", hints=HINTS)


@two_at_a_time.rule("Two jobs run at once, and never more.")
def in_pairs(answer, inputs):
    job = Pages(dict.fromkeys("abcdef", 0.5))
    run = observe(answer, job, list("abcdef"))
    run.returned(job.bodies)
    run.at_most(2)
    run.took(1.5)


in_time = Exercise("in_time", kind="write", hints=HINTS)


@in_time.rule("A job that takes too long is given up, and the result is None.")
def given_up(answer, inputs):
    run = observe(answer, Pages({"a": 10}), "a", 1)
    run.returned(None)
    run.took(1)
