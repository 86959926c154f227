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


def _turns(answer, jobs):
    shown = "; ".join(f"{name} yields {values}" for name, values in jobs.items())
    call = f"take_turns(jobs): {shown}" if jobs else "take_turns([])"
    return observe(scenes.turns, answer, jobs, call=call)


def _in_turn(jobs):
    """Each step in order, round after round: what it yields, and what the jobs note."""
    values = []
    happened = []
    for turn in range(max(map(len, jobs.values()), default=0) + 1):
        for name, own in jobs.items():
            if turn < len(own):
                values.append(own[turn])
            if turn <= len(own):
                happened.append(name if turn < len(own) else f"{name} ends")
    return values, happened


def _judge_turns(answer, jobs):
    run = _turns(answer, jobs)
    values, happened = _in_turn(jobs)
    run.part(0).returned(values)
    why = "What is returned is right, but the steps were not made in turn"
    run.part(1).equals(happened, f"the steps {happened}", "the steps were {}", why=why)


@take_turns.rule("One step of each job, then the next step of each; all that they yield, in order.")
def steps_in_turn(answer, inputs):
    names = inputs.words(3)
    _judge_turns(answer, {name: inputs.sample(range(10, 99), 3) for name in names})


@take_turns.rule("A job that has ended drops out, and the others go on.")
def ended_jobs_drop_out(answer, inputs):
    lengths = inputs.choice([(1, 4, 2), (4, 1, 3), (2, 0, 5)])
    names = inputs.words(3)
    sample = [inputs.sample(range(10, 99), length) for length in lengths]
    _judge_turns(answer, dict(zip(names, sample, strict=True)))


@take_turns.rule("A job may yield anything, None too; without jobs the list is empty.")
def any_value(answer, inputs):
    one, two = inputs.words(2)
    _judge_turns(answer, {one: [None, 0, ""], two: [None]})
    _judge_turns(answer, {})
