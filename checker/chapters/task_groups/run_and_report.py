from checker.chapters.task_groups.shared import LONG, observe_jobs, observe_scene
from checker.exercise import Exercise
from checker.judge.unmet import Raised
from checker.lab.fakes.jobs import Jobs
from checker.lab.fakes.pages import Reports
from checker.lab.scenes import task_groups as scenes

run_and_report = Exercise(
    "run_and_report",
    kind="write",
    hints=[
        "What comes out of the block: the LookupError, or something that holds it?",
        "In `except* LookupError as found:`, what is `found`? What may stand in "
        "`found.exceptions`, besides a LookupError?",
        "A group in a group: how does a function look that calls `report` for an error, and calls "
        "itself for each member of a group?",
    ],
)


def _observe_report(answer, job, inner=()):
    """Run the answer; the jobs called `inner` are one coroutine, which runs them in a group."""
    report = Reports()
    if not inner:
        return observe_jobs(answer, job, report)
    call = f"run_and_report(jobs, report), where one job is a group of {' and '.join(inner)}"
    scene = scenes.with_a_group_within
    return observe_scene(scene, answer, job, list(inner), report, call=call, where=job)


def _reported(run, *texts, why=None):
    """These texts were reported, each once, in any order.

    Args:
        why: what is wrong if nothing is: a sentence without its full stop.
    """
    seen = run.calls_of("report").texts
    wanted = [f"report({text!r})" for text in texts]
    line = run.calls_of("report")[-1].line if seen else None
    run.check(
        sorted(seen) == sorted(wanted),
        ", ".join(wanted) or "no report",
        f"it called {', '.join(seen)}" if seen else "nothing was reported",
        may_raise=True,
        line=line,
        why=None if seen else why,
    )


@run_and_report.rule("If all jobs end well, their results come back in order; the waits overlap.")
def all_well(answer, inputs):
    names = inputs.words(4)
    seconds = inputs.odd_seconds(4)
    times = dict(zip(names, seconds, strict=True))
    job = Jobs(times, values={names[3]: None}, work_noted=True)
    run = _observe_report(answer, job)
    run.returned([job.result(name) for name in names])
    run.took(max(seconds))
    _reported(run)
    run.left_nothing_behind()


@run_and_report.rule("Each LookupError is reported once, the other jobs are cancelled; then None.")
def lookups(answer, inputs):
    names = inputs.words(4)
    [moment] = inputs.odd_seconds(1)
    for failing in (names[1:2], names[1:3]):
        job = Jobs(
            {name: moment if name in failing else LONG for name in names},
            errors={name: f"LookupError: no {name}" for name in failing},
        )
        run = _observe_report(answer, job)
        run.took(moment, after_error=True, ended_by="LookupError")
        run.returned(None)
        _reported(run, *(f"no {name}" for name in failing))
        run.left_nothing_behind()


@run_and_report.rule("That holds for a LookupError in a group within the group, too.")
def lookups_within(answer, inputs):
    names = inputs.words(4)
    [moment] = inputs.odd_seconds(1)
    for failing in (names[2:], names[1:]):
        job = Jobs(
            {name: moment if name in failing else LONG for name in names},
            errors={name: f"LookupError: no {name}" for name in failing},
        )
        run = _observe_report(answer, job, names[2:])
        why = "In the group there was another group, and the LookupErrors are inside that"
        _reported(run, *(f"no {name}" for name in failing), why=why)
        run.returned(None)


@run_and_report.rule("All other errors come out, in a group, and no LookupError among them.")
def others(answer, inputs):
    names = inputs.words(4)
    [moment] = inputs.odd_seconds(1)
    for many in (0, 2):
        errors = {name: f"LookupError: no {name}" for name in names[:many]}
        errors[names[3]] = "ValueError: broken"
        job = Jobs({name: moment if name in errors else LONG for name in names}, errors=errors)
        run = _observe_report(answer, job)
        run.raised("ValueError", "broken")
        _came_in_a_group(run)
        _reported(run, *(f"no {name}" for name in names[:many]))
        run.left_nothing_behind(after_error=True)


def _came_in_a_group(run):
    """What came out is a group, and no LookupError is in it."""
    if not run.failure.of:
        raise Raised(run, "a group that holds the ValueError", f"{run.failure} came out alone")
    lookup = next((f for f in run.failure.leaves() if f.type == "LookupError"), None)
    run.check(
        lookup is None, "no LookupError to come out", f"{lookup} came out, too", may_raise=True
    )
