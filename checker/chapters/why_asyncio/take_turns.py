from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import why_asyncio as scenes

take_turns = Exercise(
    "take_turns",
    kind="build",
    is_async=False,
    hints=[
        "What does `next(job)` do, and what does it raise when the job has ended?",
        "A job that has made one step and is not over: where does it go, so that all the others "
        "come first?",
        "Take a job from the left of a deque, make one step, put it back at the right. What do you "
        "do with what it yields, and what on `StopIteration`?",
    ],
)


def _expected(jobs):
    """What the jobs yield if they run in turns, and the steps that they make."""
    yielded = []
    steps = []
    longest = max((len(values) for values in jobs.values()), default=0)
    for number in range(longest + 1):
        for name, values in jobs.items():
            if number < len(values):
                yielded.append(values[number])
                steps.append(name)
            elif number == len(values):
                steps.append(f"{name} ends")
    return yielded, steps


def _runs_in_turns(answer, jobs):
    """It returns what the jobs yield, and makes their steps in turn; `jobs`: name → values."""
    shown = ", ".join(f"{name} yields {values}" for name, values in jobs.items())
    call = f"take_turns(jobs), where {shown}" if jobs else "take_turns([])"
    run = observe(scenes.turns, answer, jobs, call=call)
    yielded, steps = _expected(jobs)
    result = run.part("result")
    filled = type(result.value) is list and len(result.value) > len(yielded)
    why = "More comes back than the jobs yield: something is put in for those that have ended"
    result.returned(yielded, why=why if filled else None)
    seen = run.part("steps").value
    why = "What is returned is right, but the steps were not made in turn"
    if len(seen) < len(steps) and seen == steps[: len(seen)]:
        why = "What is returned is right, but not all jobs came to their ends"
        line = answer.line_with("except StopIteration")
    elif line := answer.line_with(".remove("):
        why = "A list that changes while you go over it leaves one out"
    run.part("steps").equals(steps, f"the steps {steps}", "the steps were {}", why=why, line=line)


@take_turns.rule(
    "It makes one step of each job, then the next step of each; it returns all that they yield, in "
    "the order of the steps."
)
def steps_in_turn(answer, inputs):
    names = inputs.words(3)
    _runs_in_turns(answer, {name: inputs.sample(range(10, 99), 3) for name in names})


@take_turns.rule("A job that has ended drops out, and the others go on.")
def ended_jobs_drop_out(answer, inputs):
    lengths = inputs.choice([(1, 4, 2), (4, 1, 3), (2, 0, 5)])
    names = inputs.words(3)
    values = [inputs.sample(range(10, 99), length) for length in lengths]
    _runs_in_turns(answer, dict(zip(names, values, strict=True)))


@take_turns.rule("A job may yield anything, also None. Without jobs, it returns an empty list.")
def any_value(answer, inputs):
    first, second = inputs.words(2)
    _runs_in_turns(answer, {first: [None, 0, ""], second: [None]})
    _runs_in_turns(answer, {})
