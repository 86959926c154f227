from checker.chapters.async_context_managers.shared import came_out
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import Jobs
from checker.lab.scenes import async_context_managers as scenes

wall = Exercise(
    "Wall",
    kind="build",
    is_async=False,
    hints=[
        "When does a job begin that `start` gets: at once, or at the end of the block?",
        "Which call waits for several tasks, and gives their errors as values?",
        "Who ends the jobs if you are cancelled while you wait for them, and what is returned by "
        "`__aexit__`?",
    ],
)


def _observe(answer, job, error="", pause=0):
    shown = ", ".join(f"job({name!r})" for name in job)
    ends = f", and then the body fails with a {error}" if error else ""
    call = f"async with Wall() as wall: with start({shown}){ends}, where {job}"
    return observe(scenes.walled, answer, job, list(job), error, pause, call=call)


def _jobs(inputs, count, errors=None):
    names = inputs.words(count)
    ends = {names[place]: error for place, error in (errors or {}).items()}
    times = dict(zip(names, inputs.odd_seconds(count), strict=True))
    return Jobs(times, errors=ends, work_noted=True)


@wall.rule("`as` gives the wall; after the block it has the results, in the order of the starts.")
def results(answer, inputs):
    for count in (3, 5, 0):
        job = _jobs(inputs, count)
        run = _observe(answer, job)
        run.part("is_bound").equals(
            True,
            "`as` to give a wall with a method `start`",
            "it has none",
            line=answer.as_line(),
            why="`as` gets what `__aenter__` returns",
        )
        came_out(run, "")
        _was_not_cancelled(answer, run)
        _outcomes(answer, run, [job.result(name) for name in job])
        run.left_nothing_behind()


@wall.rule("The jobs run at the same time, from the moment when they are started.")
def at_once(answer, inputs):
    job = _jobs(inputs, 4)
    longest = max(job.seconds.values())
    run = _observe(answer, job)
    run.at_least(4, "job")
    run.took(longest)
    end = round(longest + 10, 6)
    run = _observe(answer, job, pause=end)
    why = "A coroutine begins when it is started, not at the end of the block"
    line = answer.line_of("start")
    expected = f"the block to end at {end:g} s"
    run.time_is(
        run.value["ended"], end, "ended at", expected=expected, in_turn=True, line=line, why=why
    )


@wall.rule("A job that fails stops nobody: its error is one of the outcomes.")
def job_fails(answer, inputs):
    job = _jobs(inputs, 4, {1: "LookupError: no page", 3: "ValueError: no text"})
    run = _observe(answer, job)
    names = list(job)
    outcomes = [job.result(name) for name in names]
    outcomes[1], outcomes[3] = "LookupError: no page", "ValueError: no text"
    came_out(run, "")
    _outcomes(answer, run, outcomes)
    run.took(max(job.seconds.values()))


@wall.rule("If the body fails, its error comes out when all jobs have ended.")
def body_fails(answer, inputs):
    job = _jobs(inputs, 3)
    run = _observe(answer, job, "LookupError")
    came_out(run, "LookupError")
    run.left_nothing_behind(why="If the body fails, the block ends without waiting for the jobs")
    _outcomes(answer, run, [job.result(name) for name in job])
    run.took(max(job.seconds.values()))
    run.left_nothing_behind()


@wall.rule("If you are cancelled at the end of the block, so are the jobs.")
def cancelled(answer, inputs):
    names = inputs.words(3)
    [moment] = inputs.odd_seconds(1)
    job = Jobs(dict.fromkeys(names, 400))
    call = f"async with Wall() as wall: …, cancelled after {moment:g} s, where {job}"
    run = observe(scenes.walled_and_cancelled, answer, job, names, moment, call=call)
    run.part("cancelled").equals(True, "CancelledError to come out", "it did not")
    run.took(moment)
    line, why = _who_keeps_it(answer)
    run.left_nothing_behind(line=line, why=why)


def _outcomes(answer, run, wanted):
    """The wall has these outcomes, in this order, and no others."""
    many = len(run.value["outcomes"])
    lines = [n for n, text in enumerate(answer.source.splitlines(), 1) if "outcomes" in text]
    line = answer.line_with("as_completed(") or max(lines, default=None)
    run.check(
        many or not wanted,
        f"{len(wanted)} outcomes",
        "`outcomes` is empty",
        line=answer.line_with("gather("),
        why="The results are not put into `outcomes`",
        in_turn=True,
    )
    run.check(
        many <= len(wanted),
        f"{len(wanted)} outcomes",
        f"there are {many}",
        line=line,
        why="There are more outcomes than coroutines",
        in_turn=True,
    )
    run.part("outcomes").returned(wanted, line=line)


def _was_not_cancelled(answer, run):
    """No job was, though nobody asked for it."""
    run.check(
        "CancelledError" not in run.value["outcomes"],
        "the results of the jobs",
        "CancelledError is among them",
        line=answer.line_with(".cancel("),
        why="Jobs are cancelled that should come to their end",
    )


def _who_keeps_it(answer):
    """(line, why): what keeps your cancellation from the jobs, if that can be told."""
    if line := answer.line_with("shield("):
        return line, "`shield` keeps the cancellation from the jobs"
    if line := answer.line_with("asyncio.wait("):
        return line, "`asyncio.wait` cancels nobody when it is cancelled"
    if "gather(" not in answer.source:
        return answer.line_with("await task"), "The cancellation ends one job alone"
    return None, None
